/** What is being handled, each once at a time. */
export interface Handlings<Result> {
  /** What `handle` resolves to; where `id` is in hand already, what that resolves to. */
  readonly run: (id: string, handle: () => Promise<Result>) => Promise<Result>
  /** How many more may be taken in hand; at least 1. */
  readonly free: () => number
  /** Resolves when there is room for one more. */
  readonly hasRoom: () => Promise<void>
  /** Resolves when nothing is in hand any more, whatever came of it. */
  readonly settled: () => Promise<void>
}

/** @param most that may be in hand at once: it is for the caller to ask for room */
export const createHandlings = <Result>(most: number): Handlings<Result> => {
  const inHand = new Map<string, Promise<Result>>()
  let waiting: (() => void)[] = []
  const ended = (id: string): void => {
    inHand.delete(id)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  return {
    run: (id, handle) => {
      const running =
        inHand.get(id) ??
        handle().finally(() => {
          ended(id)
        })
      inHand.set(id, running)
      return running
    },
    free: () => Math.max(1, most - inHand.size),
    hasRoom: async () => {
      while (inHand.size >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    settled: async () => {
      await Promise.allSettled(inHand.values())
    },
  }
}
