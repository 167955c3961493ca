import { readSegment, type Segment } from './segment-files.ts'

/** Blocks of segment files that were read last, so that many readers of one region cost one read of the disk. */
export interface BlockCache {
  /** The block of the segment that holds `offset`; its last block may be shorter than the others. */
  block(segment: Segment, offset: number): Buffer
  clear(): void
}

export const BLOCK_LENGTH = 64 * 1024

/** @param limit number of blocks that are kept */
export function createBlockCache(limit: number): BlockCache {
  const blocks = new Map<number, Buffer>()

  return {
    block(segment, offset) {
      const start = offset - (offset % BLOCK_LENGTH)
      const key = segment.base + start
      const known = blocks.get(key)
      const length = Math.min(BLOCK_LENGTH, segment.length - start)
      // the last block of a segment that still grows is read again when it has grown
      if (known?.length === length) {
        blocks.delete(key)
        blocks.set(key, known)
        return known
      }
      const read = readSegment(segment, start, length)
      blocks.set(key, read)
      if (blocks.size > limit) {
        const [oldest] = blocks.keys()
        if (oldest !== undefined) blocks.delete(oldest)
      }
      return read
    },
    clear() {
      blocks.clear()
    },
  }
}
