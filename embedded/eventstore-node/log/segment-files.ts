import fs from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { LogDamagedError } from './errors.ts'

/**
 * The log on disk: segment files one after the other, each named by the position of its first byte, so that a position
 * minus that is the offset in the file. A segment begins with a header of 32 bytes: magic, that position, CRC-32.
 */
export const SEGMENT_HEADER_LENGTH = 32
const MAGIC = Buffer.from('ESNLOG\x00\x01', 'latin1')
const SUFFIX = '.log'

export interface Segment {
  readonly base: number
  readonly file: string
  length: number
  readonly descriptor: number
}

export const segmentFile = (directory: string, base: number): string =>
  path.join(directory, `${String(base).padStart(16, '0')}${SUFFIX}`)

export function writeSegmentHeader(target: Buffer, offset: number, base: number): void {
  target.fill(0, offset, offset + SEGMENT_HEADER_LENGTH)
  target.set(MAGIC, offset)
  target.writeDoubleLE(base, offset + 8)
  target.writeUInt32LE(crc32(target.subarray(offset, offset + 16)), offset + 16)
}

export function isSegmentHeader(source: Buffer, base: number): boolean {
  const expected = Buffer.alloc(SEGMENT_HEADER_LENGTH)
  writeSegmentHeader(expected, 0, base)
  return source.subarray(0, SEGMENT_HEADER_LENGTH).equals(expected)
}

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
    const { size } = fs.fstatSync(descriptor)
    segments.push({ base, file, length: size, descriptor })
    expected = base + size
  }
  return segments
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

/** Reads exactly `length` bytes, or throws LogDamagedError where the file ends before. */
export function readSegment(segment: Segment, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  let got = 0
  while (got < length) {
    const read = fs.readSync(segment.descriptor, buffer, got, length - got, offset + got)
    if (read === 0) throw new LogDamagedError(segment.file, offset + got, 'the file ends too early')
    got += read
  }
  return buffer
}
