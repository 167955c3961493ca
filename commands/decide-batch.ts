import { fold } from '../domain/decider.ts'
import { ConcurrencyError } from '../eventstore/errors.ts'
import type { AppendReceipt, DomainEvent, NewEvent } from '../eventstore/types.ts'
import type { Aggregate } from './aggregate.ts'
import type { CommandContext } from './context.ts'
import { eventId } from './event-id.ts'
import type { FoldedEvent, Loaded } from './loaded.ts'
import type { Outcome } from './outcome.ts'

/** A command that waits for its outcome. */
export interface Request<State, Command, Event, Rejection> {
  readonly command: Command
  readonly context: CommandContext
  /** Only if the stream is at this revision. */
  readonly expectedRevision?: bigint | undefined
  /** It is the first of its stream: try it without a look at the store. */
  readonly startsStream?: boolean
  readonly resolve: (outcome: Outcome<State, Event, Rejection>) => void
  readonly reject: (error: unknown) => void
}

export interface DecidedBatch<Event extends DomainEvent> {
  /** What all of them make happen, to be appended in one write. */
  readonly events: readonly NewEvent<Event>[]
  /** The same as the stream will hold it. */
  readonly stored: (receipt: AppendReceipt) => FoldedEvent<Event>[]
  /** Gives each request its own answer; `receipt` where something was appended. */
  readonly settle: (receipt?: AppendReceipt) => void
}

/**
 * Decides requests one after another, each on the state that those before it leave. `doneBefore` are the ids of commands that were
 * done so long ago that `loaded` does not remember them.
 */
export const decideBatch = <State, Command, Event extends DomainEvent, Rejection>(
  { decider }: Aggregate<State, Command, Event, Rejection>,
  stream: string,
  loaded: Loaded<State>,
  batch: readonly Request<State, Command, Event, Rejection>[],
  doneBefore: ReadonlySet<string>,
): DecidedBatch<Event> => {
  const done = new Set(doneBefore)
  const events: NewEvent<Event>[] = []
  const answers: ((receipt?: AppendReceipt) => void)[] = []
  const before = loaded.revision ?? -1n
  let state = loaded.state

  for (const { command, context, expectedRevision, resolve, reject } of batch) {
    const { commandId, ...cause } = context
    const isRepeated = loaded.recentCommands.has(commandId) || done.has(commandId)
    const revision = before + BigInt(events.length)
    if (!isRepeated && expectedRevision !== undefined && expectedRevision !== revision) {
      const actual = revision < 0n ? undefined : revision
      answers.push(() => {
        reject(new ConcurrencyError(stream, expectedRevision, actual))
      })
      continue
    }
    const decision = isRepeated ? { accepted: true as const, events: [] } : decider.decide(command, state)
    if (!decision.accepted) {
      answers.push(() => {
        resolve(decision)
      })
      continue
    }
    done.add(commandId)
    const made = decision.events
    state = fold({ initial: state, evolve: decider.evolve }, made)
    for (const [index, event] of made.entries()) {
      events.push({ ...event, id: eventId(stream, commandId, index), metadata: metadataOf(commandId, cause) })
    }
    const reached = { state, count: events.length }
    answers.push((receipt) => {
      const isAppended = reached.count > 0 && receipt !== undefined
      resolve({
        accepted: true,
        state: reached.state,
        events: made,
        revision: isAppended ? before + BigInt(reached.count) : loaded.revision,
        position: isAppended ? receipt.position : loaded.position,
      })
    })
  }

  return {
    events,
    stored: ({ position }) =>
      events.map((event, index) => ({
        ...event,
        revision: before + BigInt(index + 1),
        position,
        created: new Date(),
      })),
    settle: (receipt) => {
      for (const answer of answers) answer(receipt)
    },
  }
}

const metadataOf = (
  commandId: string,
  { actor, correlationId, causationId, traceparent }: Omit<CommandContext, 'commandId'>,
): NewEvent['metadata'] => ({
  $correlationId: correlationId,
  $causationId: causationId,
  actor,
  commandId,
  ...(traceparent !== undefined && { traceparent }),
})
