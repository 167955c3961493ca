import { createPositionChains } from './position-chains.ts'

/**
 * All streams of the log: names, how far each has got, and where its events lie, in typed arrays. A stream is a small
 * integer, given in the order of first appearance.
 *
 * Each stream has two lengths: what is decided (appends on their way to the disk included), which decisions on new appends
 * look at, and what is committed, which readers see.
 */
export interface StreamTable {
  readonly count: number
  /** Number of the stream, or -1. */
  find(name: string): number
  findOrAdd(name: string): number
  /** As `findOrAdd`, from the bytes of the name. */
  findOrAddBytes(source: Buffer, start: number, end: number): number
  nameOf(stream: number): string
  /** Adds the position of the stream's next event. Readers see it after `commit`. */
  push(stream: number, position: number): void
  positionOf(stream: number, revision: number): number
  /** Has a stream that has no events yet go on from `revision`: a scavenge removed those before. */
  beginAt(stream: number, revision: number): void
  /** Nothing is known any more of events below `revision`. */
  forgetBefore(stream: number, revision: number): void
  /** First revision that no scavenge has removed. */
  firstKept(stream: number): number
  decidedCount(stream: number): number
  committedCount(stream: number): number
  /** Makes the next `events` decided events of the stream readable. */
  commit(stream: number, events: number): void
  markTombstoned(stream: number): void
  commitTombstone(stream: number): void
  isTombstoneDecided(stream: number): boolean
  isTombstoneCommitted(stream: number): boolean
}

const NAME_CHUNK = 1 << 20
const TOMBSTONE_DECIDED = 1
const TOMBSTONE_COMMITTED = 2

function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (source[at] ?? 0), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

export function createStreamTable(): StreamTable {
  const chains = createPositionChains()
  const nameChunks: Buffer[] = []
  let nameChunkUsed = NAME_CHUNK
  let scratch = Buffer.allocUnsafeSlow(1024)

  let capacity = 1024
  let count = 0
  let nameChunk = new Uint32Array(capacity)
  let nameOffset = new Uint32Array(capacity)
  let nameLength = new Uint16Array(capacity)
  let hashes = new Uint32Array(capacity)
  let decided = new Uint32Array(capacity)
  let committed = new Uint32Array(capacity)
  // first revision in the chain, and first one that is still there
  let begins = new Uint32Array(capacity)
  let kept = new Uint32Array(capacity)
  let tails = new Float64Array(capacity)
  let status = new Uint8Array(capacity)
  // open addressing, stream number + 1, 0 where free
  let slots = new Uint32Array(capacity * 2)

  function grow(): void {
    capacity *= 2
    const grown = <T extends Uint32Array | Uint16Array | Uint8Array | Float64Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    nameChunk = grown(nameChunk, new Uint32Array(capacity))
    nameOffset = grown(nameOffset, new Uint32Array(capacity))
    nameLength = grown(nameLength, new Uint16Array(capacity))
    hashes = grown(hashes, new Uint32Array(capacity))
    decided = grown(decided, new Uint32Array(capacity))
    committed = grown(committed, new Uint32Array(capacity))
    begins = grown(begins, new Uint32Array(capacity))
    kept = grown(kept, new Uint32Array(capacity))
    tails = grown(tails, new Float64Array(capacity))
    status = grown(status, new Uint8Array(capacity))
    slots = new Uint32Array(capacity * 2)
    for (let stream = 0; stream < count; stream++) {
      let slot = (hashes[stream] ?? 0) & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = stream + 1
    }
  }

  const nameBytes = (stream: number): Buffer => {
    const chunk = nameChunks[nameChunk[stream] ?? 0]
    if (chunk === undefined) throw new RangeError(`no stream ${stream}`)
    const start = nameOffset[stream] ?? 0
    return chunk.subarray(start, start + (nameLength[stream] ?? 0))
  }

  function isNamed(stream: number, source: Buffer, start: number, end: number): boolean {
    const length = nameLength[stream] ?? 0
    if (length !== end - start) return false
    const chunk = nameChunks[nameChunk[stream] ?? 0]
    const offset = nameOffset[stream] ?? 0
    return chunk?.compare(source, start, end, offset, offset + length) === 0
  }

  /** Slot of the stream, or of the free place where it would stand. */
  function slotOf(hash: number, source: Buffer, start: number, end: number): number {
    let slot = hash & (slots.length - 1)
    for (;;) {
      const stream = (slots[slot] ?? 0) - 1
      if (stream < 0 || (hashes[stream] === hash && isNamed(stream, source, start, end))) return slot
      slot = (slot + 1) & (slots.length - 1)
    }
  }

  function add(hash: number, source: Buffer, start: number, end: number): number {
    if (count === capacity) grow()
    const slot = slotOf(hash, source, start, end)
    const stream = count++
    const length = end - start
    if (nameChunkUsed + length > NAME_CHUNK) {
      nameChunks.push(Buffer.allocUnsafeSlow(NAME_CHUNK))
      nameChunkUsed = 0
    }
    const chunk = nameChunks.length - 1
    nameChunks[chunk]?.set(source.subarray(start, end), nameChunkUsed)
    nameChunk[stream] = chunk
    nameOffset[stream] = nameChunkUsed
    nameLength[stream] = length
    nameChunkUsed += length
    hashes[stream] = hash
    slots[slot] = stream + 1
    return stream
  }

  /** Puts the bytes of the name at the start of `scratch` and returns how many they are. */
  function toScratch(name: string): number {
    if (name.length * 3 > scratch.length) scratch = Buffer.allocUnsafeSlow(name.length * 3)
    return scratch.write(name, 0, 'utf8')
  }

  function findOrAddBytes(source: Buffer, start: number, end: number): number {
    const hash = hashBytes(source, start, end)
    const stream = (slots[slotOf(hash, source, start, end)] ?? 0) - 1
    return stream < 0 ? add(hash, source, start, end) : stream
  }

  return {
    get count() {
      return count
    },
    find(name) {
      const length = toScratch(name)
      return (slots[slotOf(hashBytes(scratch, 0, length), scratch, 0, length)] ?? 0) - 1
    },
    findOrAdd(name) {
      const length = toScratch(name)
      return findOrAddBytes(scratch, 0, length)
    },
    findOrAddBytes,
    nameOf: (stream) => nameBytes(stream).toString('utf8'),
    push(stream, position) {
      const length = decided[stream] ?? 0
      tails[stream] = chains.push(tails[stream] ?? 0, length - (begins[stream] ?? 0), position)
      decided[stream] = length + 1
    },
    positionOf(stream, revision) {
      const begin = begins[stream] ?? 0
      return chains.at(tails[stream] ?? 0, (decided[stream] ?? 0) - begin, revision - begin)
    },
    beginAt(stream, revision) {
      if (decided[stream] !== 0) throw new RangeError(`stream ${stream} has begun already`)
      begins[stream] = revision
      kept[stream] = revision
      decided[stream] = revision
      committed[stream] = revision
    },
    forgetBefore(stream, revision) {
      kept[stream] = Math.max(kept[stream] ?? 0, revision)
    },
    firstKept: (stream) => kept[stream] ?? 0,
    decidedCount: (stream) => decided[stream] ?? 0,
    committedCount: (stream) => committed[stream] ?? 0,
    commit(stream, events) {
      committed[stream] = (committed[stream] ?? 0) + events
    },
    markTombstoned(stream) {
      status[stream] = (status[stream] ?? 0) | TOMBSTONE_DECIDED
    },
    commitTombstone(stream) {
      status[stream] = (status[stream] ?? 0) | TOMBSTONE_COMMITTED
    },
    isTombstoneDecided: (stream) => ((status[stream] ?? 0) & TOMBSTONE_DECIDED) !== 0,
    isTombstoneCommitted: (stream) => ((status[stream] ?? 0) & TOMBSTONE_COMMITTED) !== 0,
  }
}
