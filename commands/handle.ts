import { AppendTooLargeError, ConcurrencyError, ContractViolationError } from '../eventstore/errors.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { DomainEvent, Streams } from '../eventstore/types.ts'
import { streamOf, type Aggregate } from './aggregate.ts'
import { appendSurely } from './append-surely.ts'
import { delay, type Sleep } from './sleep.ts'
import type { CommandContext } from './context.ts'
import { decideBatch, type Request } from './decide-batch.ts'
import { doneBefore } from './done-before.ts'
import { ContentionError } from './errors.ts'
import { advance, nothingLoaded, type Loaded } from './loaded.ts'
import { createMailboxes, type MailboxLimits } from './mailboxes.ts'
import type { Outcome } from './outcome.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import { createSnapshotting } from './snapshotting.ts'
import { createStateCache } from './state-cache.ts'

export interface HandleOptions {
  /** Only if the stream is at this revision: nothing is decided anew on a conflict. */
  readonly expectedRevision?: bigint | undefined
  /** The command is the first of its stream: it is tried without a look at the store. */
  readonly startsStream?: boolean
}

export interface CommandHandler {
  /**
   * Loads, decides, appends; on a conflict reads what came since and decides again.
   * @throws ConcurrencyError where `expectedRevision` was given and the stream is elsewhere
   * @throws ContentionError after too many conflicts; BusyError where too many commands wait for the stream
   * @throws UnknownOutcomeError, StoreUnavailableError: send the command again, with the same command id
   */
  readonly handle: <State, Command, Event extends DomainEvent, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    id: string,
    command: Command,
    context: CommandContext,
    options?: HandleOptions,
  ) => Promise<Outcome<State, Event, Rejection>>

  /** The aggregate, at least up to `revision` where that is given, else up to its end. @throws StoreUnavailableError */
  readonly load: <State, Command, Event extends DomainEvent, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    id: string,
    revision?: bigint,
  ) => Promise<Loaded<State>>
}

export interface CommandHandlerOptions {
  readonly store: Streams
  /** Waits so many milliseconds before another attempt. */
  readonly sleep?: Sleep
  /** Bytes that remembered states may take together. */
  readonly cacheBytes?: number
  readonly mailboxes?: MailboxLimits
  /** Spares the reading of long streams from their start. */
  readonly snapshots?: {
    readonly store: SnapshotStore
    /** Told of a snapshot that could not be read or written; the command goes on without. */
    readonly onError: (error: unknown, stream: string) => void
  }
  /** Told of each append that another one came before. */
  readonly onConflict?: (stream: string) => void
}

/** Events that are read at once: a stream of millions is folded page by page, never held as a whole. */
const PAGE = 2_000

const CONFLICTS = { attempts: 12, baseMs: 5, capMs: 250 }

/** The one way in which aggregates change. */
export const createCommandHandler = (options: CommandHandlerOptions): CommandHandler => {
  const {
    store,
    sleep = delay,
    cacheBytes = 64 * 1024 * 1024,
    mailboxes = { waiting: 2_000, batch: 200 },
  } = options
  const cache = createStateCache(cacheBytes)
  const snapshotting = createSnapshotting(options.snapshots)

  const remember = <State>(
    aggregate: Pick<Aggregate<State, never, never, unknown>, 'weigh' | 'snapshots'>,
    stream: string,
    before: Loaded<State>,
    after: Loaded<State>,
  ): Loaded<State> => {
    snapshotting.grown(aggregate, stream, before, after)
    return cache.set(aggregate, stream, after)
  }

  const refresh = async <State, Command, Event extends DomainEvent, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
  ): Promise<Loaded<State>> => {
    const known =
      cache.get(aggregate, stream) ??
      (await snapshotting.load(aggregate, stream)) ??
      nothingLoaded(aggregate.decider.initial)
    let loaded = known
    for (;;) {
      const from = (loaded.revision ?? -1n) + 1n
      const { events } = await store.readStream<Event>(stream, { from, limit: PAGE })
      loaded = advance(aggregate.decider, loaded, events)
      if (events.length < PAGE) return remember(aggregate, stream, known, loaded)
    }
  }

  const decideAndAppend = async <State, Command, Event extends DomainEvent, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    known: Loaded<State> | undefined,
    batch: readonly Request<State, Command, Event, Rejection>[],
  ): Promise<void> => {
    let done: ReadonlySet<string> | undefined
    for (let attempt = 0; ; attempt += 1) {
      const isCurrent = attempt > 0 || known === undefined
      const loaded = isCurrent ? await refresh(aggregate, stream) : known
      done ??= await doneBefore(
        store,
        stream,
        loaded,
        batch.map(({ context }) => context.commandId),
      )
      const decided = decideBatch(aggregate, stream, loaded, batch, done)
      if (decided.events.length === 0) {
        // refusals and wishes that are fulfilled already must not rest on a state that may be old
        if (!isCurrent) continue
        decided.settle()
        return
      }
      try {
        const receipt = await appendSurely(
          store,
          stream,
          decided.events,
          loaded.revision ?? 'no_stream',
          sleep,
        )
        const after = advance(aggregate.decider, loaded, decided.stored(receipt))
        // where the store knew these events from before, others may stand between: the state has to be read
        if (after.revision === receipt.revision) remember(aggregate, stream, loaded, after)
        else cache.delete(stream)
        decided.settle(receipt)
        return
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error
        options.onConflict?.(stream)
        if (attempt >= CONFLICTS.attempts) throw new ContentionError(stream, attempt, error)
        await sleep(fullJitter(attempt + 1, CONFLICTS))
      }
    }
  }

  /** Answers each of `batch`: what one of them alone is to blame for must not fail the others. */
  const answer = async <State, Command, Event extends DomainEvent, Rejection>(
    aggregate: Aggregate<State, Command, Event, Rejection>,
    stream: string,
    batch: readonly Request<State, Command, Event, Rejection>[],
  ): Promise<void> => {
    const startsStream = batch.length === 1 && batch[0]?.startsStream === true
    const assumed = startsStream ? nothingLoaded(aggregate.decider.initial) : undefined
    try {
      await decideAndAppend(aggregate, stream, cache.get(aggregate, stream) ?? assumed, batch)
    } catch (error) {
      cache.delete(stream)
      const isOfOne = error instanceof AppendTooLargeError || error instanceof ContractViolationError
      if (isOfOne && batch.length > 1) for (const request of batch) await answer(aggregate, stream, [request])
      else for (const request of batch) request.reject(error)
    }
  }

  const post = createMailboxes(mailboxes)
  return {
    handle: <State, Command, Event extends DomainEvent, Rejection>(
      aggregate: Aggregate<State, Command, Event, Rejection>,
      id: string,
      command: Command,
      context: CommandContext,
      options: HandleOptions = {},
    ) =>
      new Promise<Outcome<State, Event, Rejection>>((resolve, reject) => {
        const stream = streamOf(aggregate, id)
        const request: Request<State, Command, Event, Rejection> = {
          command,
          context,
          ...options,
          resolve,
          reject,
        }
        post(stream, request, (batch) => answer(aggregate, stream, batch))
      }),

    load: async (aggregate, id, revision) => {
      const stream = streamOf(aggregate, id)
      const known = cache.get(aggregate, stream)
      const isEnough = revision !== undefined && known?.revision !== undefined && known.revision >= revision
      return isEnough ? known : refresh(aggregate, stream)
    },
  }
}
