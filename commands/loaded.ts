import type { DomainEvent, Position, StoredEvent } from '../eventstore/types.ts'
import { fold, type Decider } from '../domain/decider.ts'

/** An aggregate as far as it was read. */
export interface Loaded<State> {
  readonly state: State
  /** Revision of the last event; undefined where there is none. */
  readonly revision: bigint | undefined
  /** Position of the last event. */
  readonly position: Position | undefined
  /** Commands that made the newest events, oldest first, each with the time of its event in milliseconds since the epoch. */
  readonly recentCommands: ReadonlyMap<string, number>
  /** Whether there were others before those. */
  readonly hasOlderCommands: boolean
}

/** What of a stored event is folded. */
export type FoldedEvent<Event extends DomainEvent> = Event &
  Pick<StoredEvent, 'revision' | 'position' | 'created'> & {
    readonly metadata: { readonly commandId: string }
  }

/** Enough to recognise a command that is repeated while it is fresh; for older ones see done-before.ts. */
const RECENT_COMMANDS = 1_000

export const nothingLoaded = <State>(initial: State): Loaded<State> => ({
  state: initial,
  revision: undefined,
  position: undefined,
  recentCommands: new Map(),
  hasOlderCommands: false,
})

/** `loaded` and what came since. */
export const advance = <State, Event extends DomainEvent>(
  { evolve }: Pick<Decider<State, never, Event, unknown>, 'evolve'>,
  loaded: Loaded<State>,
  events: readonly FoldedEvent<Event>[],
): Loaded<State> => {
  const last = events.at(-1)
  if (last === undefined) return loaded
  const commands = new Map(loaded.recentCommands)
  for (const { metadata, created } of events) commands.set(metadata.commandId, created.getTime())
  const isFull = commands.size > RECENT_COMMANDS
  return {
    state: fold({ initial: loaded.state, evolve }, events),
    revision: last.revision,
    position: last.position,
    recentCommands: isFull ? new Map([...commands].slice(-RECENT_COMMANDS)) : commands,
    hasOlderCommands: loaded.hasOlderCommands || isFull,
  }
}
