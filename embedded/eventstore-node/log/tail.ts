/** Bytes of the log that are in memory: all of it, or the newest part of a log that is kept in files. */
export interface TailChunk {
  /** Position of the first byte. */
  readonly base: number
  readonly buffer: Buffer
  used: number
  readonly startsSegment: boolean
}

export interface Tail {
  /** Position of the first byte held. */
  readonly start: number
  /** Position past the last byte held. */
  readonly end: number
  readonly chunks: readonly TailChunk[]
  /** The chunk that holds `position`, which must be within `start` … `end`. */
  chunkAt(position: number): TailChunk
  /** Room for `bytes` contiguous bytes at `end`; they belong to the log after `advance`. */
  reserve(bytes: number, startSegment: boolean): TailChunk
  advance(bytes: number): void
  /** Forgets the oldest chunks that end at or before `position`, down to `keep` bytes. */
  forget(position: number, keep: number): void
}

const CHUNK_LENGTH = 1 << 20

/** @param start position of the first byte that will be written */
export function createTail(start: number): Tail {
  const chunks: TailChunk[] = []
  let end = start
  let held = 0

  return {
    get start() {
      return chunks[0]?.base ?? end
    },
    get end() {
      return end
    },
    chunks,
    chunkAt(position) {
      let low = 0
      let high = chunks.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((chunks[middle]?.base ?? 0) <= position) low = middle
        else high = middle - 1
      }
      const chunk = chunks[low]
      if (chunk === undefined || position < chunk.base || position >= chunk.base + chunk.used) {
        throw new RangeError(`position ${position} is not in memory`)
      }
      return chunk
    },
    reserve(bytes, startSegment) {
      const last = chunks.at(-1)
      if (last !== undefined && !startSegment && last.used + bytes <= last.buffer.length) return last
      const chunk: TailChunk = {
        base: end,
        buffer: Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK_LENGTH)),
        used: 0,
        startsSegment: startSegment,
      }
      held += chunk.buffer.length
      chunks.push(chunk)
      return chunk
    },
    advance(bytes) {
      const last = chunks.at(-1)
      if (last === undefined) throw new RangeError('nothing was reserved')
      last.used += bytes
      end += bytes
    },
    forget(position, keep) {
      while (chunks.length > 1) {
        const oldest = chunks[0]
        if (oldest === undefined || oldest.base + oldest.used > position) return
        if (held - oldest.buffer.length < keep) return
        held -= oldest.buffer.length
        chunks.shift()
      }
    },
  }
}
