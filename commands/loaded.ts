import type { DomainEvent, Position, StoredEvent } from '../eventstore/types.ts'
import { fold, type Decider } from '../domain/decider.ts'
import { noCommands, type RecentCommands } from './recent-commands.ts'

/** An aggregate as far as it was read. */
export interface Loaded<State> {
  readonly state: State
  /** Revision of the last event; undefined where there is none. */
  readonly revision: bigint | undefined
  /** Position of the last event. */
  readonly position: Position | undefined
  /** Commands that made the newest events. */
  readonly recentCommands: RecentCommands
}

/** What of a stored event is folded. */
export type FoldedEvent<Event extends DomainEvent> = Event &
  Pick<StoredEvent, 'revision' | 'position' | 'created'> & {
    readonly metadata: { readonly commandId: string }
  }

export const nothingLoaded = <State>(initial: State): Loaded<State> => ({
  state: initial,
  revision: undefined,
  position: undefined,
  recentCommands: noCommands,
})

/** `loaded` and what came since. */
export const advance = <State, Event extends DomainEvent>(
  { evolve }: Pick<Decider<State, never, Event, unknown>, 'evolve'>,
  loaded: Loaded<State>,
  events: readonly FoldedEvent<Event>[],
): Loaded<State> => {
  const last = events.at(-1)
  if (last === undefined) return loaded
  return {
    state: fold({ initial: loaded.state, evolve }, events),
    revision: last.revision,
    position: last.position,
    recentCommands: loaded.recentCommands.with(
      events.map(({ metadata, created }) => [metadata.commandId, created.getTime()]),
    ),
  }
}
