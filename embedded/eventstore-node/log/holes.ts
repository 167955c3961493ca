import { crc32 } from 'node:zlib'
import { LogDamagedError } from './errors.ts'
import { SEGMENT_HEADER_LENGTH } from './segment-header.ts'

/**
 * What a scavenge took out of a segment. The file has only what is left, one record behind the other, while positions stay
 * what they were: an offset in the segment leads over the holes before it to a place in the file.
 *
 * A scavenged file begins with a header as long as that of others (magic, position of the segment f64, its length with all
 * that was removed f64, number of holes u32, CRC-32 u32) and the holes: offset and length, u32 each, ascending, none
 * beside another.
 */
export interface Holes {
  readonly starts: Uint32Array
  readonly lengths: Uint32Array
  /** Bytes removed before each hole. */
  readonly before: Uint32Array
  /** Bytes removed in all. */
  readonly removed: number
}

const MAGIC = Buffer.from('ESNLOG\x00\x02', 'latin1')
const ENTRY = 8

export const isScavengedHeader = (header: Buffer): boolean => header.subarray(0, MAGIC.length).equals(MAGIC)

/** Makes holes of ascending ranges, of which those that touch become one. */
export function createHoles(ranges: readonly { readonly start: number; readonly length: number }[]): Holes {
  const merged: { start: number; length: number }[] = []
  for (const { start, length } of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && last.start + last.length === start) last.length += length
    else merged.push({ start, length })
  }
  const holes = {
    starts: new Uint32Array(merged.length),
    lengths: new Uint32Array(merged.length),
    before: new Uint32Array(merged.length),
  }
  let removed = 0
  merged.forEach(({ start, length }, at) => {
    holes.starts[at] = start
    holes.lengths[at] = length
    holes.before[at] = removed
    removed += length
  })
  return { ...holes, removed }
}

/** Number of the last hole that begins at or before `offset`, -1 where there is none. */
function holeBefore({ starts }: Holes, offset: number): number {
  let low = -1
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Where the hole ends that `offset` of the segment is in; `offset` itself where it is in none. */
export function holeEnd(holes: Holes, offset: number): number {
  const hole = holeBefore(holes, offset)
  return hole < 0 ? offset : Math.max(offset, (holes.starts[hole] ?? 0) + (holes.lengths[hole] ?? 0))
}

/** Where the records begin in the file. */
export const recordsStart = (holes: Holes | undefined): number =>
  SEGMENT_HEADER_LENGTH + (holes === undefined ? 0 : ENTRY * holes.starts.length)

/** Place in the file of an offset of the segment, which must be in no hole. */
export function fileOffset(holes: Holes | undefined, offset: number): number {
  if (holes === undefined) return offset
  const hole = holeBefore(holes, offset)
  const removed = hole < 0 ? 0 : (holes.before[hole] ?? 0) + (holes.lengths[hole] ?? 0)
  return recordsStart(holes) + offset - SEGMENT_HEADER_LENGTH - removed
}

/** Offset in the segment of a record that lies at `place` of the file. */
export function segmentOffset(holes: Holes | undefined, place: number): number {
  if (holes === undefined) return place
  const rest = place - recordsStart(holes) + SEGMENT_HEADER_LENGTH
  const { starts, lengths, before } = holes
  let low = -1
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) - (before[middle] ?? 0) <= rest) low = middle
    else high = middle - 1
  }
  return low < 0 ? rest : rest + (before[low] ?? 0) + (lengths[low] ?? 0)
}

/** Bytes of the file of a segment that is `length` long. */
export const fileLength = (holes: Holes | undefined, length: number): number =>
  holes === undefined ? length : recordsStart(holes) + length - SEGMENT_HEADER_LENGTH - holes.removed

/** Header and holes, as a scavenged file begins. */
export function encodeHoles(base: number, length: number, holes: Holes): Buffer {
  const buffer = Buffer.alloc(recordsStart(holes))
  buffer.set(MAGIC)
  buffer.writeDoubleLE(base, 8)
  buffer.writeDoubleLE(length, 16)
  buffer.writeUInt32LE(holes.starts.length, 24)
  holes.starts.forEach((start, at) => {
    buffer.writeUInt32LE(start, SEGMENT_HEADER_LENGTH + ENTRY * at)
    buffer.writeUInt32LE(holes.lengths[at] ?? 0, SEGMENT_HEADER_LENGTH + ENTRY * at + 4)
  })
  buffer.writeUInt32LE(checksum(buffer), 28)
  return buffer
}

const checksum = (beginning: Buffer): number =>
  crc32(beginning.subarray(SEGMENT_HEADER_LENGTH), crc32(beginning.subarray(0, 28)))

/** Tells one state of a segment from another: 0 before the first scavenge. */
export const fingerprintOf = (segment: {
  readonly base: number
  readonly length: number
  readonly holes: Holes | undefined
}): number =>
  segment.holes === undefined ? 0 : encodeHoles(segment.base, segment.length, segment.holes).readUInt32LE(28)

/**
 * What the beginning of a scavenged file says.
 *
 * @param read gives the first bytes of the file, as many as asked for or all
 * @throws LogDamagedError where they are not what was written
 */
export function decodeHoles(
  file: string,
  base: number,
  size: number,
  read: (bytes: number) => Buffer,
): { length: number; holes: Holes } {
  const damaged = (offset: number, reason: string): LogDamagedError =>
    new LogDamagedError(file, offset, reason)
  if (size < SEGMENT_HEADER_LENGTH) throw damaged(size, 'the file ends within its header')
  const header = read(SEGMENT_HEADER_LENGTH)
  const count = header.readUInt32LE(24)
  if (SEGMENT_HEADER_LENGTH + ENTRY * count > size)
    throw damaged(24, 'it says that more was removed than its list has room for')
  const beginning = read(SEGMENT_HEADER_LENGTH + ENTRY * count)
  if (checksum(beginning) !== header.readUInt32LE(28) || header.readDoubleLE(8) !== base)
    throw damaged(0, 'the list of what a scavenge removed is harmed')
  const length = header.readDoubleLE(16)
  const ranges = Array.from({ length: count }, (_, at) => ({
    start: beginning.readUInt32LE(SEGMENT_HEADER_LENGTH + ENTRY * at),
    length: beginning.readUInt32LE(SEGMENT_HEADER_LENGTH + ENTRY * at + 4),
  }))
  const holes = createHoles(ranges)
  const expected = fileLength(holes, length)
  if (size !== expected)
    throw damaged(Math.min(size, expected), `the file has ${size} bytes and should have ${expected}`)
  return { length, holes }
}
