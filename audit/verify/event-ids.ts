/** Ids of events that were seen, each with a number of 32 bits. */
export interface EventIds {
  /** False where it is there already. */
  readonly add: (id: string, tag: number) => boolean
  /** The number that was kept with it; undefined where it was never added. */
  readonly tagOf: (id: string) => number | undefined
  readonly size: () => number
}

const WORDS = 3

/**
 * A hash table in one piece of memory, 24 to 48 bytes an id: a Map of texts takes several times as much. It keeps 64 bits of each
 * id, so that of a million histories of a million events one may have two ids that are taken for one another.
 */
export const createEventIds = (capacity = 1 << 16): EventIds => {
  let slots = capacity
  let table = new Uint32Array(slots * WORDS)
  let count = 0

  /** Where the id is, or where it would be put. */
  const find = (into: Uint32Array, size: number, high: number, low: number): number => {
    let slot = ((low ^ Math.imul(high, 0x9e3779b1)) >>> 0) & (size - 1)
    for (;;) {
      const at = slot * WORDS
      const isFree = into[at] === 0 && into[at + 1] === 0
      if (isFree || (into[at] === high && into[at + 1] === low)) return at
      slot = (slot + 1) & (size - 1)
    }
  }

  const grow = (): void => {
    const bigger = new Uint32Array(slots * 2 * WORDS)
    for (let at = 0; at < table.length; at += WORDS) {
      const [high = 0, low = 0, tag = 0] = [table[at], table[at + 1], table[at + 2]]
      if (high === 0 && low === 0) continue
      bigger.set([high, low, tag], find(bigger, slots * 2, high, low))
    }
    slots *= 2
    table = bigger
  }

  return {
    add: (id, tag) => {
      const [high, low] = halves(id)
      const at = find(table, slots, high, low)
      if (table[at] !== 0 || table[at + 1] !== 0) return false
      table.set([high, low, tag >>> 0], at)
      count += 1
      if (count * 2 > slots) grow()
      return true
    },
    tagOf: (id) => {
      const [high, low] = halves(id)
      const at = find(table, slots, high, low)
      return table[at] === 0 && table[at + 1] === 0 ? undefined : table[at + 2]
    },
    size: () => count,
  }
}

const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** 64 bits that stand for an id. Those of a UUID are the ones that its version and variant leave to it. */
const halves = (id: string): readonly [high: number, low: number] => {
  if (!isUuid.test(id)) return [(hashOf(id) | 1) >>> 0, hashOf(`${id}.`)]
  const high = Number.parseInt(id.slice(0, 8), 16)
  // never twice zero, which stands for a free place
  return [high === 0 ? 1 : high, Number.parseInt(id.slice(28), 16)]
}

/** FNV-1a, 32 bits. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
