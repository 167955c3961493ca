import { createKeyTable, findKey, keyOf, type Key, type KeyTable } from './key-table.ts'
import type { ScratchFile } from './scratch-file.ts'

/** Ids of events that were seen, each with a number of 32 bits. */
export interface EventIds {
  /** False where it is there already. */
  readonly add: (id: string, tag: number) => boolean
  /** The number that was kept with it; undefined where it was never added. */
  readonly tagOf: (id: string) => number | undefined
}

const VALUES = 1
const WIDTH = 2 + VALUES
/** Bits of a filter for each id: about one in 400 ids that are not there is looked up in vain. */
const FILTER_BITS = 16
const PROBES = 4
/** Slots of a table on disk that are read at once. */
const READ_SLOTS = 16

/** Ids that lie on disk: their table, and in memory 16 bits for each, by which nearly all that are not there are told. */
interface Page {
  readonly at: number
  readonly slots: number
  readonly filter: Uint32Array
}

/**
 * The last ids are in memory, where most causes are found; the others lie in `file`, table by table, and take 2 bytes of memory each.
 * @param perPage ids that are held in memory
 */
export const createEventIds = (file: ScratchFile, perPage = 1 << 18): EventIds => {
  const pages: Page[] = []
  let recent = createKeyTable(VALUES)

  const tagOf = (key: Key): number | undefined => {
    const tag = recent.get(key, 0)
    if (tag !== undefined) return tag
    // whoever causes something has most often just been there
    for (let index = pages.length - 1; index >= 0; index -= 1) {
      const page = pages[index]
      if (page === undefined || !mayHave(page.filter, key)) continue
      const found = lookUp(file, page, key)
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    add: (id, tag) => {
      const key = keyOf(id)
      if (tagOf(key) !== undefined) return false
      recent.set(key, tag)
      if (recent.size() >= perPage) {
        pages.push(putAway(file, recent))
        recent = createKeyTable(VALUES)
      }
      return true
    },
    tagOf: (id) => tagOf(keyOf(id)),
  }
}

const putAway = (file: ScratchFile, table: KeyTable): Page => {
  const words = table.words()
  const at = file.allocate(words.byteLength)
  file.write(bytesOf(words), at)
  const filter = new Uint32Array(Math.ceil((table.size() * FILTER_BITS) / 32))
  for (let slot = 0; slot < words.length; slot += WIDTH) {
    const [high = 0, low = 0] = [words[slot], words[slot + 1]]
    if (high === 0 && low === 0) continue
    for (let probe = 0; probe < PROBES; probe += 1) {
      const bit = bitOf([high, low], probe, filter)
      filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31))
    }
  }
  return { at, slots: words.length / WIDTH, filter }
}

const mayHave = (filter: Uint32Array, key: Key): boolean => {
  for (let probe = 0; probe < PROBES; probe += 1) {
    const bit = bitOf(key, probe, filter)
    if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
  }
  return true
}

const bitOf = ([high, low]: Key, probe: number, filter: Uint32Array): number =>
  ((low + Math.imul(probe, high | 1)) >>> 0) % (filter.length * 32)

const lookUp = (file: ScratchFile, { at, slots }: Page, key: Key): number | undefined => {
  const window = new Uint32Array(READ_SLOTS * WIDTH)
  let first = -1
  const wordAt = (word: number): number => {
    const start = word - (word % window.length)
    if (start !== first) {
      window.fill(0)
      file.read(bytesOf(window), at + start * window.BYTES_PER_ELEMENT)
      first = start
    }
    return window[word - start] ?? 0
  }
  const place = findKey(key, WIDTH, slots, wordAt)
  return wordAt(place) === 0 && wordAt(place + 1) === 0 ? undefined : wordAt(place + 2)
}

const bytesOf = (words: Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
