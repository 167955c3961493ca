import type { DomainEvent, Position, StoredEvent } from '../eventstore/types.ts'
import { fold, type Decider } from '../domain/decider.ts'

/** An aggregate as far as it was read. */
export interface Loaded<State> {
  readonly state: State
  /** Revision of the last event; undefined where there is none. */
  readonly revision: bigint | undefined
  /** Position of the last event. */
  readonly position: Position | undefined
  /** Ids of the commands that made the newest events, oldest first. */
  readonly recentCommands: ReadonlySet<string>
}

/** What of a stored event is folded. */
export type FoldedEvent<Event extends DomainEvent> = Event &
  Pick<StoredEvent, 'revision' | 'position'> & { readonly metadata: { readonly commandId: string } }

/** Enough to recognise a command that is repeated while it is fresh; what is repeated later is for the domain to see. */
const RECENT_COMMANDS = 1_000

export const nothingLoaded = <State>(initial: State): Loaded<State> => ({
  state: initial,
  revision: undefined,
  position: undefined,
  recentCommands: new Set(),
})

/** `loaded` and what came since. */
export const advance = <State, Event extends DomainEvent>(
  { evolve }: Pick<Decider<State, never, Event, unknown>, 'evolve'>,
  loaded: Loaded<State>,
  events: readonly FoldedEvent<Event>[],
): Loaded<State> => {
  const last = events.at(-1)
  if (last === undefined) return loaded
  const commandIds = [...loaded.recentCommands, ...events.map((event) => event.metadata.commandId)]
  return {
    state: fold({ initial: loaded.state, evolve }, events),
    revision: last.revision,
    position: last.position,
    recentCommands: new Set(commandIds.slice(-RECENT_COMMANDS)),
  }
}
