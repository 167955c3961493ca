import type { EventStore } from '../../eventstore/types.ts'

type Fault = 'before' | 'after'

/**
 * A door whose appends can be made to fail: before they reach the store, or after they were written, when only the answer is
 * lost. Faults are used up one an append.
 */
export const withFaults = (
  store: EventStore,
  failure: (stream: string) => Error,
): {
  readonly store: EventStore
  readonly fail: (...faults: Fault[]) => void
  readonly appends: () => number
} => {
  const faults: Fault[] = []
  let appends = 0
  return {
    fail: (...more) => faults.push(...more),
    appends: () => appends,
    store: {
      ...store,
      append: async (stream, events, expected) => {
        appends += 1
        const fault = faults.shift()
        if (fault === 'before') throw failure(stream)
        const receipt = await store.append(stream, events, expected)
        if (fault === 'after') throw failure(stream)
        return receipt
      },
    },
  }
}
