/**
 * What happens in a schedule, choice by choice. 0 is always the harmless one: the oldest call, no fault. So a schedule is a list of
 * numbers, what is not in it is 0, and one with fewer other numbers in it is simpler.
 */
export interface Choices {
  /** One of `count` things, from 0. */
  readonly among: (count: number) => number
  /** Whether something happens that does so in a share `rate` of all cases. */
  readonly whether: (rate: number) => boolean
  /** All that was chosen. */
  readonly made: readonly number[]
}

/** Chosen at random: the same seed is the same schedule. */
export const randomChoices = (seed: number): Choices => {
  const random = splitMix(seed)
  return choosing(
    (count) => Math.floor(random() * count),
    (rate) => random() < rate,
  )
}

/** Chosen before. */
export const givenChoices = (given: readonly number[]): Choices => {
  let next = 0
  const take = (): number => given[next++] ?? 0
  return choosing(
    (count) => Math.min(take(), count - 1),
    () => take() > 0,
  )
}

const choosing = (choose: (count: number) => number, happens: (rate: number) => boolean): Choices => {
  const made: number[] = []
  return {
    made,
    among: (count) => {
      if (count < 2) return 0
      const chosen = choose(count)
      made.push(chosen)
      return chosen
    },
    whether: (rate) => {
      const chosen = happens(rate)
      made.push(chosen ? 1 : 0)
      return chosen
    },
  }
}

/** Numbers in [0, 1): SplitMix32, not for secrets. */
const splitMix = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
}

/**
 * The simplest schedule that still fails that can be reached by leaving choices out: first in large pieces, then one by one (delta
 * debugging; A. Zeller, 2002).
 */
export const simplest = async (
  failing: readonly number[],
  fails: (choices: readonly number[]) => Promise<boolean>,
  mostTries = 400,
): Promise<readonly number[]> => {
  let current = failing
  let tries = 0
  for (let size = Math.ceil(failing.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < current.length && tries < mostTries; start += size) {
      const piece = current.slice(start, start + size)
      if (piece.every((choice) => choice === 0)) continue
      const without = current.map((choice, index) => (index >= start && index < start + size ? 0 : choice))
      tries += 1
      if (await fails(without)) current = without
    }
  }
  return current
}
