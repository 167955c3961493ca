import {
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type RecordedEvent,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { inChunks } from './chunks.ts'
import { createComeback } from './comeback.ts'
import type { Connection } from './connection.ts'
import { comparePositions } from './position.ts'
import type { AllSubscriptionOptions, Position, SubscriptionItem } from './types.ts'
import { untilAborted } from '../platform/with-deadline.ts'

/** An item that stands for an event of `$all`. */
interface Placed {
  readonly kind: string
  readonly event: { readonly position: Position }
}

type Mark = Extract<SubscriptionItem, { kind: 'checkpoint' | 'caught_up' }>

export interface SubscriptionDeps<Item extends Placed> {
  readonly connection: Connection
  /** One item for each record, in their order. */
  readonly decoder: { readonly tryDecode: (records: readonly RecordedEvent[]) => Promise<readonly Item[]> }
  readonly logger: Logger
  readonly headPosition: () => Promise<Position | undefined>
  readonly watchdogMs: number
}

/** A checkpoint each 32 × 32 events that the filter has passed over. */
const FILTER_WINDOW = { maxSearchWindow: 32, checkpointInterval: 32 }
/** Items that may wait for their reader; past it the client stops reading from the connection. */
const QUEUE = 1_024
/** Items that are decoded together, and whose keys are fetched together. */
const CHUNK = 256

const isAborted = (signal: AbortSignal): boolean => signal.aborted

/** Marks that travel in line with the events, so that none overtakes an event that stands before it. */
interface Marker {
  readonly marker: Mark
}

type Arrival = Marker | { readonly event?: RecordedEvent }

/** The store has gone on, but nothing has come for a while, nor a checkpoint. */
class SilentSubscriptionError extends Error {
  override readonly name = 'SilentSubscriptionError'
}

/**
 * Everything after `from`, then live, for ever: any error and any end of the underlying subscription is followed by a new one
 * from the last item that was taken, after a capped, jittered delay. A subscription that is silent although the store has gone
 * on is renewed as well: it may have been forgotten, or its filter lets so little through that no checkpoint was due. The new one
 * passes over all of it and moves the checkpoint.
 */
export async function* superviseAll<Item extends Placed>(
  deps: SubscriptionDeps<Item>,
  options: AllSubscriptionOptions,
): AsyncGenerator<Item | Mark, void, undefined> {
  const { signal, streamPrefixes } = options
  const log = deps.logger.child({ subscription: streamPrefixes.join(',') })
  const comeback = createComeback()
  let { from } = options
  while (!isAborted(signal)) {
    try {
      for await (const item of subscribeOnce(deps, { ...options, from })) {
        comeback.succeeded()
        yield item
        from = positionOf(item) ?? from
      }
    } catch (error) {
      if (isAborted(signal)) return
      if (error instanceof SilentSubscriptionError) continue
      const failures = comeback.failures()
      log.warn({ err: error, failures }, 'subscription lost, coming back from the last position')
    }
    if (isAborted(signal)) return
    await comeback.pause(signal)
  }
}

/** One subscription, until it fails, ends or is aborted. */
async function* subscribeOnce<Item extends Placed>(
  deps: SubscriptionDeps<Item>,
  { from, streamPrefixes, signal }: AllSubscriptionOptions,
): AsyncGenerator<Item | Mark, void, undefined> {
  // whatever the filter passes over up to here needs no second look once the subscription has caught up
  const head = await untilAborted(signal, deps.headPosition())
  const client = await untilAborted(signal, deps.connection.client())
  let seen = from
  const subscription: AllStreamSubscription = client.subscribeToAll(
    {
      fromPosition: from === 'start' ? START : from,
      filter: streamNameFilter({
        prefixes: [...streamPrefixes],
        ...FILTER_WINDOW,
        checkpointReached: (transform, position) => {
          put(transform, { marker: { kind: 'checkpoint', position } })
        },
      }),
    },
    { highWaterMark: QUEUE },
  )
  // the reader below is told of errors; one that comes after it has left must not end the process
  subscription.on('error', () => undefined)
  subscription.on('caughtUp', () => {
    if (head !== undefined) put(subscription, { marker: { kind: 'checkpoint', position: head } })
    put(subscription, { marker: { kind: 'caught_up' } })
  })
  const silence = watchSilence(deps, subscription, () => seen)
  const chunks = inChunks<Arrival>(subscription, () => CHUNK, signal)
  try {
    for (;;) {
      silence.begins()
      const { value: chunk, done } = await chunks.next()
      silence.ends()
      if (done === true) return
      for (const item of await untilAborted(signal, toItems(deps.decoder, chunk))) {
        if (isAborted(signal)) return
        const position = positionOf(item)
        // the one made from the head may stand before events that have come since
        const isMark = item.kind === 'checkpoint'
        if (isMark && seen !== 'start' && position && comparePositions(position, seen) <= 0) continue
        seen = position ?? seen
        yield item
      }
    }
  } finally {
    silence.stop()
    await chunks.return()
    subscription.destroy()
    // where it was never connected there is nothing to end
    subscription.unsubscribe().catch(() => undefined)
  }
}

/** Into the queue of what waits for the reader, behind what stands there already. */
const put = (subscription: AllStreamSubscription, marker: Marker): void => {
  subscription.push(marker)
}

const isMarker = (arrival: Arrival): arrival is Marker => 'marker' in arrival

const positionOf = (item: Placed | Mark): Position | undefined => {
  if ('event' in item) return item.event.position
  return item.kind === 'checkpoint' ? item.position : undefined
}

const toItems = async <Item extends Placed>(
  decoder: SubscriptionDeps<Item>['decoder'],
  arrivals: readonly Arrival[],
): Promise<(Item | Mark)[]> => {
  const records = arrivals.flatMap((arrival) => (isMarker(arrival) ? [] : (arrival.event ?? [])))
  const decoded = await decoder.tryDecode(records)
  const items: (Item | Mark)[] = []
  let next = 0
  for (const arrival of arrivals) {
    const item = isMarker(arrival) ? arrival.marker : arrival.event && decoded[next++]
    if (item !== undefined) items.push(item)
  }
  return items
}

/** Fails `subscription` when its reader has waited for `watchdogMs` although the store has gone on, or does not answer. */
const watchSilence = (
  { headPosition, watchdogMs }: Pick<SubscriptionDeps<Placed>, 'headPosition' | 'watchdogMs'>,
  subscription: AllStreamSubscription,
  seen: () => Position | 'start',
): { begins(): void; ends(): void; stop(): void } => {
  let silentSince: number | undefined
  let isLooking = false
  const isSilent = (): boolean =>
    silentSince !== undefined && performance.now() - silentSince >= watchdogMs && !subscription.destroyed
  const look = async (): Promise<void> => {
    try {
      const head = await headPosition()
      const place = seen()
      const isBehind = head !== undefined && (place === 'start' || comparePositions(place, head) < 0)
      if (isBehind && isSilent()) subscription.destroy(new SilentSubscriptionError('silent for too long'))
    } catch (error) {
      if (isSilent()) subscription.destroy(error instanceof Error ? error : new Error(String(error)))
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => {
    if (isLooking || !isSilent()) return
    isLooking = true
    void look()
  }, watchdogMs)
  timer.unref()
  return {
    begins: () => {
      silentSince ??= performance.now()
    },
    ends: () => {
      silentSince = undefined
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}
