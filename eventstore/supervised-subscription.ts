import { setTimeout as delay } from 'node:timers/promises'
import { START, streamNameFilter, type EventStoreDBClient } from '@eventstore/db-client'
import type { Logger } from 'pino'
import { tryDecode } from './decode.ts'
import { comparePositions } from './position.ts'
import type { EventRegistry } from './registry.ts'
import { fullJitter } from './retry-delay.ts'
import type { AllSubscriptionOptions, Position, SubscriptionItem } from './types.ts'

export interface SubscriptionDeps {
  readonly client: EventStoreDBClient
  readonly registry: EventRegistry
  readonly logger: Logger
  readonly headPosition: () => Promise<Position | undefined>
}

const RECONNECT = { baseMs: 100, capMs: 5_000 }
/** A checkpoint each 32 × 32 events that the filter has passed over. */
const FILTER_WINDOW = { maxSearchWindow: 32, checkpointInterval: 32 }
const WATCHDOG_MS = 30_000
/** Items that may wait for their reader; past it the client stops reading from the connection. */
const QUEUE = 1_024

const isAborted = (signal: AbortSignal): boolean => signal.aborted

type Subscription = ReturnType<EventStoreDBClient['subscribeToAll']>

/** Marks that travel in line with the events, so that none overtakes an event that stands before it. */
interface Marker {
  readonly marker: Extract<SubscriptionItem, { kind: 'checkpoint' | 'caught_up' }>
}

const isMarker = (item: unknown): item is Marker =>
  typeof item === 'object' && item !== null && 'marker' in item

/**
 * Everything after `from`, then live, for ever: any error and any end of the underlying subscription is followed by a new one
 * from the last item that was taken, after a capped, jittered delay. A subscription that is silent although the store has gone
 * on is renewed as well.
 */
export async function* superviseAll(
  deps: SubscriptionDeps,
  options: AllSubscriptionOptions,
): AsyncGenerator<SubscriptionItem, void, undefined> {
  const { signal, streamPrefixes } = options
  const log = deps.logger.child({ subscription: streamPrefixes.join(',') })
  let from = options.from
  let failures = 0
  while (!isAborted(signal)) {
    try {
      for await (const item of subscribeOnce(deps, { ...options, from })) {
        failures = 0
        yield item
        if (item.kind === 'checkpoint') from = item.position
        else if (item.kind !== 'caught_up') from = item.event.position
      }
    } catch (error) {
      if (isAborted(signal)) return
      log.warn({ err: error, failures }, 'subscription lost, coming back from the last position')
    }
    if (isAborted(signal)) return
    failures += 1
    await delay(fullJitter(failures, RECONNECT), undefined, { signal }).catch(() => undefined)
  }
}

/** One subscription, until it fails, ends or is aborted. */
async function* subscribeOnce(
  deps: SubscriptionDeps,
  { from, streamPrefixes, signal }: AllSubscriptionOptions,
): AsyncGenerator<SubscriptionItem, void, undefined> {
  // whatever the filter passes over up to here needs no second look once the subscription has caught up
  const head = await deps.headPosition()
  if (isAborted(signal)) return
  let seen: Position | 'start' = from
  let lastItemAt = Date.now()

  const subscription: Subscription = deps.client.subscribeToAll(
    {
      fromPosition: from === 'start' ? START : from,
      filter: streamNameFilter({
        prefixes: [...streamPrefixes],
        ...FILTER_WINDOW,
        checkpointReached: (transform, position) => {
          transform.push({ marker: { kind: 'checkpoint', position } } satisfies Marker)
          return Promise.resolve()
        },
      }),
    },
    { highWaterMark: QUEUE },
  )
  subscription.on('caughtUp', () => {
    if (head !== undefined) {
      subscription.push({ marker: { kind: 'checkpoint', position: head } } satisfies Marker)
    }
    subscription.push({ marker: { kind: 'caught_up' } } satisfies Marker)
  })
  const stop = (): void => {
    subscription.destroy()
    void subscription.unsubscribe()
  }
  signal.addEventListener('abort', stop, { once: true })
  const watchdog = setInterval(() => {
    if (Date.now() - lastItemAt < WATCHDOG_MS) return
    deps.headPosition().then(
      (now) => {
        const behind = now !== undefined && (seen === 'start' || comparePositions(seen, now) < 0)
        if (behind && Date.now() - lastItemAt >= WATCHDOG_MS) {
          subscription.destroy(new Error('silent although the store has gone on'))
        }
      },
      (error: unknown) => subscription.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  }, WATCHDOG_MS)
  watchdog.unref()

  try {
    for await (const item of subscription as AsyncIterable<unknown>) {
      lastItemAt = Date.now()
      const decoded = toItem(deps.registry, item)
      if (decoded === undefined) continue
      if (decoded.kind === 'checkpoint') {
        // the one made from the head may stand before events that have come since
        if (seen !== 'start' && comparePositions(decoded.position, seen) <= 0) continue
        seen = decoded.position
      } else if (decoded.kind !== 'caught_up') {
        seen = decoded.event.position
      }
      yield decoded
    }
  } finally {
    clearInterval(watchdog)
    signal.removeEventListener('abort', stop)
    stop()
  }
}

const toItem = (registry: EventRegistry, item: unknown): SubscriptionItem | undefined => {
  if (isMarker(item)) return item.marker
  const { event } = item as { event?: Parameters<typeof tryDecode>[1] }
  return event === undefined ? undefined : tryDecode(registry, event)
}
