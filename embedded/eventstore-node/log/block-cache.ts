import { fileLength } from './holes.ts'
import { readSegment, type Segment } from './segment-files.ts'

/** Blocks of segment files that were read last, so that many readers of one region cost one read of the disk. */
export interface BlockCache {
  /** The block of the segment's file that holds `offset`; its last block may be shorter than the others. */
  block(segment: Segment, offset: number): Buffer
  /** Forgets the blocks of a segment whose file has become another. */
  forget(segment: Segment): void
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
      const length = Math.min(BLOCK_LENGTH, fileLength(segment.holes, segment.length) - start)
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
    forget({ base, length }) {
      for (const key of blocks.keys()) if (key >= base && key < base + length) blocks.delete(key)
    },
    clear() {
      blocks.clear()
    },
  }
}
