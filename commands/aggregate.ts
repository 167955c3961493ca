import type { Decider } from '../domain/decider.ts'
import type { Snapshots } from '../domain/snapshot.ts'
import type { DomainEvent } from '../eventstore/types.ts'

/** A decider and where its events are kept. */
export interface Aggregate<State, Command, Event extends DomainEvent, Rejection> {
  /** `<category>-<id>` is the stream. */
  readonly category: string
  readonly decider: Decider<State, Command, Event, Rejection>
  /** About how many bytes of memory a state takes: the cache of states is bounded by it. */
  readonly weigh: (state: State) => number
  /** For streams that grow long; `foldHash` as from foldHash(). */
  readonly snapshots?: Snapshots<State> & { readonly foldHash: string }
}

export const streamOf = (aggregate: { readonly category: string }, id: string): string =>
  `${aggregate.category}-${id}`
