import { streamLengthOf, streamOf, streamOffset } from './record.ts'

/** Streams that are no part of `$all`: books of groups on `$all`, which would make each of their events make another. */
export const isHousekeeping = (stream: string): boolean =>
  stream.startsWith('$') &&
  (stream === '$epoch-information' ||
    (stream.startsWith('$persistentsubscription-$all::') &&
      (stream.endsWith('-checkpoint') || stream.endsWith('-parked'))))

const SHORTEST = '$epoch-information'.length
const DOLLAR = 0x24
const E = 0x65
const P = 0x70

/** The same for a record where it lies: it is asked of every event of `$all`, so the name is seldom made a string. */
export function isHousekeepingRecord(buffer: Buffer, offset: number): boolean {
  if (streamLengthOf(buffer, offset) < SHORTEST) return false
  const at = streamOffset(buffer, offset)
  const second = buffer[at + 1]
  return buffer[at] === DOLLAR && (second === E || second === P) && isHousekeeping(streamOf(buffer, offset))
}
