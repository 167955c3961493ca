import type { Decider } from '../domain/decider.ts'
import type { DomainEvent } from '../eventstore/types.ts'

/** A decider and where its events are kept. */
export interface Aggregate<State, Command, Event extends DomainEvent, Rejection> {
  /** `<category>-<id>` is the stream. */
  readonly category: string
  readonly decider: Decider<State, Command, Event, Rejection>
  /** About how many bytes of memory a state takes: the cache of states is bounded by it. */
  readonly weigh: (state: State) => number
}

export const streamOf = (aggregate: { readonly category: string }, id: string): string =>
  `${aggregate.category}-${id}`
