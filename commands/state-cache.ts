import { LRUCache } from 'lru-cache'
import type { Aggregate } from './aggregate.ts'
import type { Loaded } from './loaded.ts'

type Weighed<State> = Pick<Aggregate<State, never, never, unknown>, 'weigh'>

export interface StateCache {
  readonly get: <State>(aggregate: Weighed<State>, stream: string) => Loaded<State> | undefined
  /** Returns what it was given. */
  readonly set: <State>(aggregate: Weighed<State>, stream: string, loaded: Loaded<State>) => Loaded<State>
  readonly delete: (stream: string) => void
}

const ENTRY_BYTES = 600
const COMMAND_ID_BYTES = 120

/** States by stream, the least recently used go first when they take more than `maxBytes` together. */
export const createStateCache = (maxBytes: number): StateCache => {
  const states = new LRUCache<string, Loaded<unknown>>({ maxSize: maxBytes })
  return {
    // a stream's category says which aggregate it holds: what stands under its name is a state of that aggregate
    get: <State>(_: Weighed<State>, stream: string) => states.get(stream) as Loaded<State> | undefined,
    set: (aggregate, stream, loaded) => {
      const known = states.get(stream)
      // a slow reader must not put an old state over the one that an append has left
      if ((known?.revision ?? -1n) > (loaded.revision ?? -1n)) return loaded
      const size = ENTRY_BYTES + loaded.recentCommands.size * COMMAND_ID_BYTES + aggregate.weigh(loaded.state)
      states.set(stream, loaded, { size })
      return loaded
    },
    delete: (stream) => {
      states.delete(stream)
    },
  }
}
