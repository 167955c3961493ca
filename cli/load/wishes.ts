import type { Arguments, Kind } from './arguments.ts'
import { KINDS } from './arguments.ts'
import { seededRandom } from '../../platform/seeded-random.ts'

/** An order that somebody is going to place. */
export interface Wish {
  readonly kind: Kind
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
  /** Whether the answer is to wait until the order is settled. */
  readonly isFollowed: boolean
  /** Milliseconds since the one before it. */
  readonly afterMs: number
}

/**
 * Wishes without end. They come as independent people do: intervals are exponential, so that several may come at once.
 * @param productIds at least one; the first one is the hot one
 */
export const wishes = function* (
  { rate, mix, lines, hot, follow, seed }: Arguments,
  productIds: readonly [string, ...string[]],
): Generator<Wish, never> {
  const random = seededRandom(seed)
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  const [hottest, ...others] = productIds
  const total = KINDS.reduce((sum, kind) => sum + mix[kind], 0)
  const kindOf = (drawn: number): Kind => {
    let rest = drawn * total
    return KINDS.find((kind) => (rest -= mix[kind]) < 0) ?? 'paid'
  }
  for (;;) {
    const chosen = new Map<string, number>()
    for (let left = between(lines.least, lines.most); left > 0; left -= 1) {
      const id = random() < hot ? hottest : (others[between(0, others.length - 1)] ?? hottest)
      chosen.set(id, between(1, 3))
    }
    yield {
      kind: kindOf(random()),
      items: [...chosen].map(([productId, quantity]) => ({ productId, quantity })),
      isFollowed: random() < follow,
      afterMs: (-Math.log(1 - random()) * 1_000) / rate,
    }
  }
}
