import { seededRandom } from '../../platform/seeded-random.ts'

/** What is drawn for one thing of the shop: the same for the same seed and number, whatever was drawn for others. */
export interface Chance {
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number
  /** A whole number; both ends are possible. */
  readonly between: (least: number, most: number) => number
  readonly oneOf: <Thing>(things: readonly [Thing, ...Thing[]]) => Thing
  /** One of the keys, as often as its weight says. */
  readonly weighed: <Key extends string>(weights: Readonly<Record<Key, number>>) => Key
}

export const chanceFor = (seed: number, what: string, number: number): Chance => {
  const next = seededRandom(hash(`${seed}/${what}/${number}`))
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    oneOf: (things) => things[between(0, things.length - 1)] ?? things[0],
    weighed: <Key extends string>(weights: Readonly<Record<Key, number>>) => {
      const keys = Object.keys(weights) as Key[]
      let left = next() * keys.reduce((sum, key) => sum + weights[key], 0)
      const drawn = keys.find((key) => (left -= weights[key]) < 0) ?? keys.at(-1)
      if (drawn === undefined) throw new RangeError('There is nothing to draw from')
      return drawn
    },
  }
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}
