import { crc32 } from 'node:zlib'

export const SEGMENT_HEADER_LENGTH = 32
const MAGIC = Buffer.from('ESNLOG\x00\x01', 'latin1')

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
