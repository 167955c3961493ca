import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { EventStore, Position, UnreadableEvent } from '../eventstore/types.ts'
import { inBatches, type Batch, type BatchItem, type BatchLimits } from './batches.ts'
import { isAfter, markCaughtUp, refreshMembers, type Member } from './member.ts'
import { inTransaction } from '../platform/transaction.ts'
import { ProjectionFault, writePortion } from './write-batch.ts'

export interface LaneDeps {
  readonly store: Pick<EventStore, 'subscribeToAll' | 'readStream'>
  readonly pool: Pool
  readonly logger: Logger
  readonly limits: BatchLimits
  /** Waits before an event that a projector can't take, or that can't be read, is tried again; then it is parked. */
  readonly retryDelaysMs: readonly number[]
  /** Told after each batch. */
  readonly written?: (members: readonly Member[], batch: Batch) => void
}

/**
 * Feeds `members` from one subscription that they share, in one transaction a batch, until `signal` is aborted. It begins where
 * the one that is furthest behind stands; the others leave out what they have.
 *
 * @throws ProjectionFault where one of several members can't take an event: it needs a lane of its own. Alone in its lane, the
 *   event is tried again and then parked, with everything that follows it in its stream.
 * @throws LeaseLostError
 * @param end where to stop: what stands after it is left out, and it returns once everything up to there is written
 */
export const runLane = async (
  deps: LaneDeps,
  members: readonly Member[],
  signal: AbortSignal,
  end?: Position,
): Promise<void> => {
  await inTransaction(deps.pool, (client) => refreshMembers(client, members))
  if (end !== undefined && members.every(({ position }) => !isAfter(end, position))) return
  const subscription = new AbortController()
  const items = deps.store.subscribeToAll({
    from: furthestBehind(members),
    streamPrefixes: [...new Set(members.flatMap(({ projection }) => projection.streamPrefixes))],
    signal: AbortSignal.any([signal, subscription.signal]),
  })
  let caughtUp = false
  try {
    for await (const batch of inBatches(items, deps.limits)) {
      if (signal.aborted) return
      caughtUp ||= batch.caughtUp
      const isLast = end !== undefined && hasReached(batch, end)
      await take(deps, members, isLast ? upTo(end, batch) : batch, caughtUp, signal)
      if (isLast) return
    }
  } finally {
    subscription.abort()
  }
}

/** At the end of the log everything has come that stands at `end`, also where nothing of it was for us. */
const hasReached = ({ position, caughtUp }: Batch, end: Position): boolean =>
  caughtUp || (position !== undefined && !isAfter(end, position))

/** What of a batch stands at `end` or before it. */
const upTo = (end: Position, batch: Batch): Batch => ({
  ...batch,
  items: batch.items.filter(({ event }) => !isAfter(event.position, end)),
  position: end,
})

const furthestBehind = (members: readonly Member[]): Position | 'start' => {
  let behind: Position | 'start' | undefined
  for (const { position } of members) {
    if (position === undefined) return 'start'
    if (behind === undefined || (behind !== 'start' && isAfter(behind, position))) behind = position
  }
  return behind ?? 'start'
}

const take = async (
  deps: LaneDeps,
  members: readonly Member[],
  batch: Batch,
  caughtUp: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const { position } = batch
  if (position !== undefined) await write(deps, members, batch.items, position, caughtUp, signal)
  else if (caughtUp) await markCaughtUp(deps.pool, members)
  for (const member of members) member.isCaughtUp = caughtUp
  deps.written?.(members, batch)
}

const write = async (
  deps: LaneDeps,
  members: readonly Member[],
  batchItems: readonly BatchItem[],
  position: Position,
  caughtUp: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const waiting = members.filter((member) => isAfter(position, member.position))
  const [only] = waiting
  if (only === undefined) return
  const items = await readAgain(deps, batchItems, signal)
  if (members.length > 1) {
    await writePortion(deps.pool, waiting, { items, upTo: position, caughtUp })
  } else {
    await takeAlone(deps, only, items, position, caughtUp, signal)
  }
}

/** Halves what a projector can't take until the one event is found; what stands before it is written. */
const takeAlone = async (
  deps: LaneDeps,
  member: Member,
  items: readonly BatchItem[],
  upTo: Position,
  caughtUp: boolean,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await writePortion(deps.pool, [member], { items, upTo, caughtUp })
  } catch (error) {
    if (!(error instanceof ProjectionFault)) throw error
    const [first, ...rest] = items
    if (first === undefined) throw error
    if (rest.length === 0) {
      await takePoison(deps, member, first, upTo, caughtUp, signal)
    } else {
      const half = Math.ceil(items.length / 2)
      const end = items[half - 1]?.event.position ?? upTo
      await takeAlone(deps, member, items.slice(0, half), end, false, signal)
      await takeAlone(deps, member, items.slice(half), upTo, caughtUp, signal)
    }
  }
}

const takePoison = async (
  { pool, logger, retryDelaysMs }: LaneDeps,
  member: Member,
  item: BatchItem,
  upTo: Position,
  caughtUp: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const portion = { items: [item], upTo, caughtUp }
  let failure: unknown
  for (const ms of retryDelaysMs) {
    await delay(ms, undefined, { signal })
    try {
      await writePortion(pool, [member], portion)
      return
    } catch (error) {
      if (!(error instanceof ProjectionFault)) throw error
      failure = error
    }
  }
  await writePortion(pool, [member], portion, { item, error: failure })
  const { stream, revision, type, id } = item.event
  logger.error(
    {
      err: failure,
      projection: member.key.projection,
      stream,
      revision: String(revision),
      type,
      eventId: id,
    },
    'event parked, with all that follows it in its stream',
  )
}

/** What could not be read is asked for again: a key store that was away may be back. */
const readAgain = async (
  { store, logger, retryDelaysMs }: LaneDeps,
  items: readonly BatchItem[],
  signal: AbortSignal,
): Promise<readonly BatchItem[]> => {
  let current = items
  for (const ms of retryDelaysMs) {
    if (current.every(({ kind }) => kind === 'event')) return current
    await delay(ms, undefined, { signal })
    current = await Promise.all(
      current.map(async (item) => (item.kind === 'event' ? item : readOneAgain(store, item))),
    )
  }
  for (const { kind, event } of current) {
    if (kind === 'unreadable') {
      const { stream, revision, type, id, error } = event
      logger.error(
        { err: error, stream, revision: String(revision), type, eventId: id },
        'event can not be read, it is parked with all that follows it in its stream',
      )
    }
  }
  return current
}

const readOneAgain = async (
  store: LaneDeps['store'],
  item: { readonly kind: 'unreadable'; readonly event: UnreadableEvent },
): Promise<BatchItem> => {
  const { stream, revision } = item.event
  try {
    const [event] = (await store.readStream(stream, { from: revision, limit: 1 })).events
    return event?.id === item.event.id ? { kind: 'event', event } : item
  } catch {
    // the reason that counts is the one that `item` came with
    return item
  }
}
