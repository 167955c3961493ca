import type { Logger } from 'pino'
import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { StoreUnavailableError } from '../../eventstore/errors.ts'
import { fullJitter } from '../../eventstore/retry-delay.ts'
import type { EventStore, StoredEvent } from '../../eventstore/types.ts'
import { audited, type AuditedEvent } from '../audit/queries.ts'
import { untilAborted } from '../../platform/with-deadline.ts'
import { evolveOrder } from '../orders/order-row.ts'
import type { OrderRow, OrderStatus } from '../orders/tables.ts'
import { isAborted, pause } from '../pause.ts'
import { isEventOf } from '../projection.ts'
import type { OrderSignals } from './order-signals.ts'

/** An event of an order, and where the order stood after it. */
export type LiveOrderEvent = AuditedEvent & { readonly status: OrderStatus }

export type OrderNews =
  | { readonly kind: 'event'; readonly event: LiveOrderEvent }
  /** Nothing for a while, or the event store is away: the follower is still there. */
  | { readonly kind: 'quiet' }

export interface FollowDeps {
  readonly store: Pick<EventStore, 'readStream'>
  readonly signals: Pick<OrderSignals, 'watch'>
  readonly logger: Pick<Logger, 'warn'>
}

export interface FollowOptions {
  /** Revision of the last event that is known already; -1 for none. */
  readonly after: bigint
  /** Ends it. */
  readonly signal: AbortSignal
  /** How often to say that there is nothing, in milliseconds. */
  readonly quietMs: number
}

/** Events that are held at once, however far the follower is behind. */
const PAGE = 100
const COMING_BACK = { baseMs: 100, capMs: 5_000 }

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)

/**
 * The events of an order after `after`, then those to come, each once and in their order: they are read from its own stream by
 * revision, and a signal only says that it is time to read. So nothing depends on signals: one too many finds nothing new, and after
 * each quiet while it is read without one. Ends once nothing is to come. Nothing is read before the last event was taken.
 *
 * While the store is away it waits. @throws StoreUnavailableError where it is away at the beginning
 */
export async function* followOrder(
  { store, signals, logger }: FollowDeps,
  orderId: string,
  { after, signal, quietMs }: FollowOptions,
): AsyncGenerator<OrderNews, void, undefined> {
  const bell = createBell(signal)
  const leave = await signals.watch(orderId, bell.ring)
  try {
    let row: OrderRow | undefined
    let next = 0n
    let failures = 0
    while (!isAborted(signal)) {
      bell.listen()
      const read = untilAborted(signal, store.readStream(`order-${orderId}`, { from: next, limit: PAGE }))
      const slice = await read.catch((error: unknown) => {
        if (isAborted(signal)) return undefined
        if (!(error instanceof StoreUnavailableError)) throw error
        failures += 1
        logger.warn({ err: error, orderId, failures }, 'an order that is followed can not be read')
        return undefined
      })
      if (isAborted(signal)) return
      if (slice === undefined) {
        yield { kind: 'quiet' }
        await pause(fullJitter(failures, COMING_BACK), signal)
        continue
      }
      const { events } = slice
      failures = 0
      for (const event of events.filter(isOrderEvent)) {
        row = { ...evolveOrder(row, event), revision: event.revision }
        if (event.revision > after) yield { kind: 'event', event: liveEvent(event, row) }
      }
      next = (events.at(-1)?.revision ?? next - 1n) + 1n
      if (events.length === PAGE) continue
      if (row !== undefined && isOver(row)) return
      if (!(await bell.heard(quietMs)) && !isAborted(signal)) yield { kind: 'quiet' }
    }
  } finally {
    leave()
  }
}

const liveEvent = (event: StoredEvent, { status }: OrderRow): LiveOrderEvent => ({
  ...audited(event),
  status,
})

const FINAL: readonly OrderStatus[] = ['completed', 'cancelled', 'expired']

/** Whether nothing more happens to an order by itself. */
export const isOver = ({
  status,
  refunds,
}: {
  readonly status: OrderStatus
  readonly refunds: readonly { readonly status: string }[]
}): boolean => FINAL.includes(status) && refunds.every((refund) => refund.status !== 'pending')

interface Bell {
  readonly ring: () => void
  /** From now on a ring counts. */
  readonly listen: () => void
  /** Resolves with true once it has rung, with false after so many milliseconds or when the signal is aborted. */
  readonly heard: (withinMs: number) => Promise<boolean>
}

const createBell = (signal: AbortSignal): Bell => {
  let rung = new AbortController()
  return {
    ring: () => {
      rung.abort()
    },
    listen: () => {
      if (rung.signal.aborted) rung = new AbortController()
    },
    heard: async (withinMs) => {
      await pause(withinMs, signal, rung.signal)
      return rung.signal.aborted
    },
  }
}
