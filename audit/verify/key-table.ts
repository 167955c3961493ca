/** 64 bits that stand for a name. Of a million histories with a million names each, one may have two that are taken for one another. */
export type Key = readonly [high: number, low: number]

/** A hash table of keys with some numbers of 32 bits each, in one piece of memory: a Map of texts takes ten times as much. */
export interface KeyTable {
  readonly size: () => number
  /** True where it was not there. */
  readonly set: (key: Key, ...values: readonly number[]) => boolean
  /** The `index`th number that was set with it; undefined where it is not there. */
  readonly get: (key: Key, index: number) => number | undefined
  readonly has: (key: Key) => boolean
  /** The numbers of each, in no firm order. */
  readonly all: () => Iterable<readonly number[]>
  /** The table as it lies in memory, to be kept elsewhere: `findKey` finds in it. It is gone with the next `set`. */
  readonly words: () => Uint32Array
}

/** @param values how many numbers each key has @param slots room at first, a power of two */
export const createKeyTable = (values: number, slots = 1 << 10): KeyTable => {
  const width = 2 + values
  let table = new Uint32Array(slots * width)
  let count = 0

  const placeOf = (key: Key): number => findKey(key, width, table.length / width, (at) => table[at] ?? 0)
  const isFree = (at: number): boolean => table[at] === 0 && table[at + 1] === 0

  const grow = (): void => {
    const before = table
    table = new Uint32Array(before.length * 2)
    for (let at = 0; at < before.length; at += width) {
      const [high = 0, low = 0] = [before[at], before[at + 1]]
      if (high !== 0 || low !== 0) table.set(before.subarray(at, at + width), placeOf([high, low]))
    }
  }

  return {
    size: () => count,
    set: (key, ...numbers) => {
      const at = placeOf(key)
      const isNew = isFree(at)
      table.set([key[0], key[1], ...numbers], at)
      if (isNew) count += 1
      if (isNew && count * 4 > (table.length / width) * 3) grow()
      return isNew
    },
    get: (key, index) => {
      const at = placeOf(key)
      return isFree(at) ? undefined : table[at + 2 + index]
    },
    has: (key) => !isFree(placeOf(key)),
    *all() {
      for (let at = 0; at < table.length; at += width) {
        if (!isFree(at)) yield [...table.subarray(at + 2, at + width)]
      }
    },
    words: () => table,
  }
}

/** Where a key is in a table, or where it would be put, counted in words. @param wordAt what stands there */
export const findKey = (
  [high, low]: Key,
  width: number,
  slots: number,
  wordAt: (at: number) => number,
): number => {
  let slot = (low ^ Math.imul(high, 0x9e3779b1)) & (slots - 1)
  for (;;) {
    const at = slot * width
    const [first, second] = [wordAt(at), wordAt(at + 1)]
    if ((first === 0 && second === 0) || (first === high && second === low)) return at
    slot = (slot + 1) & (slots - 1)
  }
}

const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Of a UUID the bits that its version and variant leave to it, of another name a hash. */
export const keyOf = (name: string): Key => {
  if (!isUuid.test(name)) return [(hashOf(name) | 1) >>> 0, hashOf(name, OTHER_BASIS)]
  const high = Number.parseInt(name.slice(0, 8), 16)
  // never twice zero, which stands for a free place
  return [high === 0 ? 1 : high, Number.parseInt(name.slice(28), 16)]
}

const OTHER_BASIS = 0x9747b28c

/** FNV-1a with a last mixing, so that every bit depends on the whole text: 32 bits. */
export const hashOf = (text: string, basis = 0x811c9dc5): number => {
  let hash = basis
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
