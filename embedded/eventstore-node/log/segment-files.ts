import fs from 'node:fs'
import path from 'node:path'
import { LogDamagedError } from './errors.ts'
import { decodeHoles, isScavengedHeader, type Holes } from './holes.ts'
import { SEGMENT_HEADER_LENGTH } from './segment-header.ts'

/**
 * The log on disk: segment files one after the other, each named by the position of its first byte, so that a position
 * minus that is the offset in the file. A segment begins with a header of 32 bytes: magic, that position, CRC-32; one that
 * was scavenged begins as `Holes` says.
 */
const SUFFIX = '.log'
/** Ends the name of a file that a scavenge makes and that is to take a segment's place. */
export const SCAVENGING_SUFFIX = '.scavenging'

export interface Segment {
  readonly base: number
  readonly file: string
  /** Up to the next segment, whatever was removed: the file may be shorter. */
  length: number
  readonly descriptor: number
  /** What a scavenge removed; undefined: nothing yet. */
  readonly holes: Holes | undefined
}

export const segmentFile = (directory: string, base: number): string =>
  path.join(directory, `${String(base).padStart(16, '0')}${SUFFIX}`)

/**
 * Opens all segments of a directory, for reading, in order.
 * @throws LogDamagedError where one is missing or a sealed one is not as long as the next one says
 */
export function openSegments(directory: string): Segment[] {
  const bases = fs
    .readdirSync(directory)
    .filter((name) => /^\d{16}\.log$/.test(name))
    .map((name) => Number(name.slice(0, -SUFFIX.length)))
    .sort((a, b) => a - b)
  const segments: Segment[] = []
  try {
    openInto(segments, directory, bases)
  } catch (error) {
    for (const { descriptor } of segments) fs.closeSync(descriptor)
    throw error
  }
  return segments
}

function openInto(segments: Segment[], directory: string, bases: readonly number[]): void {
  let expected = 0
  for (const base of bases) {
    const file = segmentFile(directory, base)
    const previous = segments.at(-1)
    if (base !== expected) {
      const damaged = previous?.file ?? segmentFile(directory, 0)
      const offset = expected - (previous?.base ?? 0)
      throw new LogDamagedError(
        damaged,
        offset,
        `the log goes on at position ${base} in ${path.basename(file)}`,
      )
    }
    const descriptor = fs.openSync(file, 'r')
    try {
      const { length, holes } = extentOf(base, file, descriptor)
      segments.push({ base, file, length, descriptor, holes })
      expected = base + length
    } catch (error) {
      fs.closeSync(descriptor)
      throw error
    }
  }
}

/** How long a segment is, from its file, and what was removed from it. */
function extentOf(base: number, file: string, descriptor: number): Pick<Segment, 'length' | 'holes'> {
  const { size } = fs.fstatSync(descriptor)
  const read = (bytes: number): Buffer => readBytes(file, descriptor, 0, bytes)
  const isScavenged = size >= SEGMENT_HEADER_LENGTH && isScavengedHeader(read(SEGMENT_HEADER_LENGTH))
  return isScavenged ? decodeHoles(file, base, size, read) : { length: size, holes: undefined }
}

/** Makes a new or removed directory entry last. */
export function syncDirectory(directory: string): void {
  const descriptor = fs.openSync(directory, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Reads exactly `length` bytes of a segment's file, or throws LogDamagedError where it ends before. */
export const readSegment = (segment: Segment, offset: number, length: number): Buffer =>
  readBytes(segment.file, segment.descriptor, offset, length)

function readBytes(file: string, descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  let got = 0
  while (got < length) {
    const read = fs.readSync(descriptor, buffer, got, length - got, offset + got)
    if (read === 0) throw new LogDamagedError(file, offset + got, 'the file ends too early')
    got += read
  }
  return buffer
}
