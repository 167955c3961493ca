import { setTimeout as delay } from 'node:timers/promises'
import {
  eventTypeFilter,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { tryDecode } from './decode.ts'
import type { EventRegistry } from './registry.ts'
import { fullJitter } from './retry-delay.ts'
import type { StoredEvent } from './types.ts'

/**
 * What becomes of a delivered event. `park` puts it among the group's parked messages, with the reason, for a person; `again`
 * gives it back to the store, which delivers it once more to whoever is there.
 */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'park'; readonly reason: string }
  | { readonly kind: 'again'; readonly reason: string }

/**
 * Competing consumers of one group: each event goes to one of them, at least once, in no firm order; the place up to where all
 * is done is kept by the store.
 */
export interface GroupConsumer {
  readonly group: string
  readonly eventTypes: readonly string[]
  /** Events that may be in hand at once. */
  readonly concurrency: number
  /** Milliseconds after which the store gives an event that was not answered to another consumer. */
  readonly messageTimeoutMs: number
  /** Settles for good: it must not throw. An event whose handler throws all the same is given out again. */
  readonly handle: (event: StoredEvent) => Promise<Verdict>
  readonly signal: AbortSignal
}

const RECONNECT = { baseMs: 100, capMs: 5_000 }

interface Deps {
  readonly client: EventStoreDBClient
  readonly registry: EventRegistry
  readonly logger: Logger
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted

/** Consumes until `signal` is aborted; comes back after any error. */
export const consumeGroup = async (deps: Deps, consumer: GroupConsumer): Promise<void> => {
  const { signal } = consumer
  const logger = deps.logger.child({ group: consumer.group })
  let failures = 0
  while (!isAborted(signal)) {
    try {
      await ensureGroup(deps.client, consumer)
      await consumeOnce({ ...deps, logger }, consumer, () => {
        failures = 0
      })
    } catch (error) {
      if (isAborted(signal)) return
      logger.warn({ err: error, failures }, 'consumer lost, coming back')
    }
    if (isAborted(signal)) return
    failures += 1
    await delay(fullJitter(failures, RECONNECT), undefined, { signal }).catch(() => undefined)
  }
}

/** Makes the group where there is none; one that exists is left as the operators of the shop have set it. */
const ensureGroup = async (client: EventStoreDBClient, consumer: GroupConsumer): Promise<void> => {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    messageTimeout: consumer.messageTimeoutMs,
    // parking is our own verdict: an outage, however long, must not park what is sound
    maxRetryCount: 2_147_483_647,
    checkPointAfter: 1_000,
    checkPointLowerBound: 10,
    checkPointUpperBound: 1_000,
    liveBufferSize: 5_000,
    historyBufferSize: 5_000,
    readBatchSize: 200,
    consumerStrategyName: 'RoundRobin',
  })
  try {
    await client.createPersistentSubscriptionToAll(consumer.group, settings, {
      filter: eventTypeFilter({ regex: `^(${consumer.eventTypes.join('|')})$` }),
    })
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error
  }
}

const consumeOnce = async (deps: Deps, consumer: GroupConsumer, onEvent: () => void): Promise<void> => {
  const { client, registry, logger } = deps
  const { signal, concurrency } = consumer
  const subscription = client.subscribeToPersistentSubscriptionToAll(
    consumer.group,
    { bufferSize: concurrency },
    { highWaterMark: concurrency },
  )
  type Delivery = typeof subscription extends AsyncIterable<infer Item> ? Item : never
  const inHand = new Set<Promise<void>>()

  const settle = async (delivery: Delivery): Promise<void> => {
    const { event } = delivery
    // a link whose event is gone, or a type that shares our prefix: nothing to do with it
    if (event === undefined) return subscription.ack(delivery)
    const decoded = tryDecode(registry, event)
    const verdict: Verdict =
      decoded.kind === 'unreadable'
        ? { kind: 'park', reason: decoded.event.error.message }
        : await consumer.handle(decoded.event)
    if (verdict.kind === 'done') return subscription.ack(delivery)
    if (verdict.kind === 'again') return subscription.nack('retry', verdict.reason, delivery)
    logger.error({ eventId: event.id, stream: event.streamId, reason: verdict.reason }, 'event parked')
    return subscription.nack('park', verdict.reason, delivery)
  }

  // leaves the loop below at once; what is in hand is settled first, so that its answers still find the connection
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve('stopped')
      },
      { once: true },
    )
  })
  const deliveries = subscription[Symbol.asyncIterator]() as AsyncIterator<Delivery>
  try {
    for (;;) {
      const next = await Promise.race([deliveries.next(), stopped])
      if (next === 'stopped' || next.done === true) break
      onEvent()
      const delivery = next.value
      const work = settle(delivery)
        .catch(async (error: unknown) => {
          logger.error(
            { err: error, eventId: delivery.event?.id },
            'event not settled, it will be delivered again',
          )
          await subscription.nack('retry', error instanceof Error ? error.message : String(error), delivery)
        })
        .catch((error: unknown) => {
          // the connection is gone as well: the store delivers it again after its message time-out
          logger.warn({ err: error, eventId: delivery.event?.id }, 'could not answer for an event')
        })
        .finally(() => inHand.delete(work))
      inHand.add(work)
      if (inHand.size >= concurrency) await Promise.race(inHand)
    }
  } finally {
    await Promise.all(inHand)
    await subscription.unsubscribe()
    subscription.destroy()
  }
}
