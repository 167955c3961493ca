import { createKeyTable, keyOf, type Key } from './key-table.ts'
import type { ScratchFile } from './scratch-file.ts'

/** Values by name, of which only those that were used last are held in memory; the others lie in a file, as text. */
export interface ColdStates<State> {
  readonly get: (name: string) => State | undefined
  readonly set: (name: string, state: State) => void
  readonly size: () => number
  /** All of them, in no firm order. */
  readonly all: () => Iterable<readonly [name: string, state: State]>
}

export interface Freezer<State> {
  readonly freeze: (state: State) => string
  readonly thaw: (text: string) => State
}

/** Of what is the same as text and back. */
export const asJson = <State>(): Freezer<State> => ({
  freeze: (state) => JSON.stringify(state),
  thaw: (text) => JSON.parse(text) as State,
})

/** Bytes of the smallest piece of the file; pieces are 1, 2, 4 … times as large, so that what is given back fits others. */
const UNIT = 128
const BLOCK = 0
const LENGTH = 1

interface Held<State> {
  state: State
  /** Whether the file does not have it as it is. */
  isChanged: boolean
}

/**
 * Each that is not held takes some 25 bytes of memory: where it lies in the file.
 * @param hot how many are held as they are
 */
export const createColdStates = <State>(
  { freeze, thaw }: Freezer<State>,
  file: ScratchFile,
  hot = 5_000,
): ColdStates<State> => {
  // a Map keeps the order in which its keys were added: the first is the one that was used longest ago
  const recent = new Map<string, Held<State>>()
  const lying = createKeyTable(2)
  /** Blocks that are not used any more, by their units. */
  const free = new Map<number, number[]>()
  /** Held ones that have never been in the file. */
  let unwritten = 0

  const takeBlock = (units: number): number => free.get(units)?.pop() ?? file.allocate(units * UNIT) / UNIT
  const giveBack = (units: number, block: number): void => {
    const blocks = free.get(units)
    if (blocks === undefined) free.set(units, [block])
    else blocks.push(block)
  }

  const write = (key: Key, text: string): void => {
    const bytes = Buffer.from(text)
    const units = unitsFor(bytes.length)
    let block = lying.get(key, BLOCK)
    if (block === undefined) unwritten -= 1
    const had = block === undefined ? units : unitsFor(lying.get(key, LENGTH) ?? 0)
    if (block !== undefined && had !== units) {
      giveBack(had, block)
      block = undefined
    }
    block ??= takeBlock(units)
    file.write(bytes, block * UNIT)
    lying.set(key, block, bytes.length)
  }

  const read = (block: number, length: number): readonly [name: string, state: State] => {
    const bytes = Buffer.alloc(length)
    file.read(bytes, block * UNIT)
    const end = bytes.indexOf(0)
    return [bytes.toString('utf8', 0, end), thaw(bytes.toString('utf8', end + 1))]
  }

  const hold = (name: string, held: Held<State>): void => {
    recent.delete(name)
    recent.set(name, held)
    if (recent.size <= hot) return
    const [oldest] = recent
    if (oldest === undefined) return
    const [oldName, { state, isChanged }] = oldest
    recent.delete(oldName)
    if (isChanged) write(keyOf(oldName), `${oldName}\0${freeze(state)}`)
  }

  return {
    get: (name) => {
      const held = recent.get(name)
      if (held !== undefined) {
        hold(name, held)
        return held.state
      }
      const key = keyOf(name)
      const block = lying.get(key, BLOCK)
      if (block === undefined) return undefined
      const [, state] = read(block, lying.get(key, LENGTH) ?? 0)
      hold(name, { state, isChanged: false })
      return state
    },
    set: (name, state) => {
      if (!recent.has(name) && !lying.has(keyOf(name))) unwritten += 1
      hold(name, { state, isChanged: true })
    },
    size: () => lying.size() + unwritten,
    *all() {
      for (const [block = 0, length = 0] of lying.all()) {
        const [name, state] = read(block, length)
        if (!recent.has(name)) yield [name, state]
      }
      for (const [name, { state }] of recent) yield [name, state]
    },
  }
}

const unitsFor = (bytes: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, bytes / UNIT)))
