/**
 * Finds earlier events by their id: a hash of the id leads to the positions that may hold it, and the caller looks there.
 * 12 bytes an event and the free room of the table; split into parts that grow one at a time, so that growing never takes
 * long.
 */
export interface IdTable {
  add(hash: number, position: number): void
  /** Calls `visit` with the position of each event whose id has this hash, until it returns true. */
  find(hash: number, visit: (position: number) => boolean): boolean
}

const PARTS = 256

interface Part {
  hashes: Uint32Array
  /** Position + 1, 0 where free. */
  positions: Float64Array
  used: number
}

/** Hash of the 16 bytes of an event id at `offset`. */
export function hashId(source: Buffer, offset: number): number {
  let hash = 0x9747b28c
  for (let at = offset; at < offset + 16; at += 4) {
    hash = Math.imul(hash ^ source.readUInt32LE(at), 0x85ebca6b)
    hash ^= hash >>> 13
  }
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function put(part: Part, hash: number, position: number): void {
  const mask = part.hashes.length - 1
  let slot = (hash >>> 8) & mask
  while (part.positions[slot] !== 0) slot = (slot + 1) & mask
  part.hashes[slot] = hash
  part.positions[slot] = position + 1
}

function grow(part: Part): void {
  const { hashes, positions } = part
  part.hashes = new Uint32Array(hashes.length * 2)
  part.positions = new Float64Array(hashes.length * 2)
  for (let slot = 0; slot < hashes.length; slot++) {
    const position = positions[slot] ?? 0
    if (position !== 0) put(part, hashes[slot] ?? 0, position - 1)
  }
}

export function createIdTable(): IdTable {
  const parts: Part[] = Array.from({ length: PARTS }, () => ({
    hashes: new Uint32Array(16),
    positions: new Float64Array(16),
    used: 0,
  }))
  const partOf = (hash: number): Part => {
    const part = parts[hash % PARTS]
    if (part === undefined) throw new RangeError(`no part for ${hash}`)
    return part
  }

  return {
    add(hash, position) {
      const part = partOf(hash)
      if (part.used * 4 >= part.hashes.length * 3) grow(part)
      put(part, hash, position)
      part.used++
    },
    find(hash, visit) {
      const part = partOf(hash)
      const mask = part.hashes.length - 1
      for (let slot = (hash >>> 8) & mask; part.positions[slot] !== 0; slot = (slot + 1) & mask) {
        if (part.hashes[slot] === hash && visit((part.positions[slot] ?? 0) - 1)) return true
      }
      return false
    },
  }
}
