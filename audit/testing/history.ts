import { v5 as uuid } from 'uuid'
import type { OrderEvent, OrderLine, OrderTotals } from '../../domain/order/events.ts'
import type { DomainEvent, EventMetadata, StoredEvent } from '../../eventstore/types.ts'
import { allGoods, at, lines, totals } from '../../domain/testing/orders.ts'

const NAMESPACE = '0d7a3c80-52c4-4c1e-9d8b-2f6a1c9b7e55'

export type Details = Partial<
  Pick<StoredEvent, 'id' | 'revision'> & Pick<EventMetadata, '$correlationId' | '$causationId' | 'commandId'>
>

/** `$all` as a list that is written event by event. */
export interface History {
  readonly events: readonly StoredEvent[]
  /** Appends what one command makes. */
  readonly add: (stream: string, events: readonly DomainEvent[], details?: Details) => StoredEvent
}

export const createHistory = (): History => {
  const events: StoredEvent[] = []
  const revisions = new Map<string, bigint>()
  const add: History['add'] = (stream, made, details = {}) => {
    const number = events.length
    const commandId = details.commandId ?? `command ${number}`
    for (const event of made) {
      const revision = details.revision ?? (revisions.get(stream) ?? -1n) + 1n
      revisions.set(stream, revision)
      const commit = BigInt(events.length + 1) * 100n
      events.push({
        ...event,
        id: details.id ?? uuid(`${stream}@${revision}`, NAMESPACE),
        stream,
        revision,
        position: { commit, prepare: commit },
        created: new Date(Date.UTC(2030, 0, 1, 0, 0, events.length)),
        metadata: {
          $correlationId: details.$correlationId ?? `request about ${stream.slice(stream.indexOf('-') + 1)}`,
          $causationId: details.$causationId ?? 'a request',
          actor: { kind: 'system', id: 'tests' },
          commandId,
          schemaVersion: 1,
        },
      })
    }
    const first = events[number]
    if (first === undefined) throw new RangeError('nothing to add')
    return first
  }
  return { events, add }
}

export const received = (history: History, sku: string, quantity: number): void => {
  history.add(`inventory-${sku}`, [
    { type: 'StockReceived', data: { sku, quantity, reference: 'first', receivedAt: at(0) } },
  ])
}

export interface OrderWanted {
  readonly lines?: readonly OrderLine[]
  readonly totals?: OrderTotals
  readonly provider?: string
}

export interface Steps {
  readonly placed: () => StoredEvent
  readonly stockReserved: () => void
  readonly reserved: () => StoredEvent
  readonly initiated: () => StoredEvent
  readonly authorized: () => StoredEvent
  readonly committed: () => void
  readonly released: () => void
  readonly captured: () => StoredEvent
  readonly voided: () => StoredEvent
  readonly paid: () => StoredEvent
  readonly cancelling: () => StoredEvent
  readonly cancelled: () => StoredEvent
  /** The whole order is taken back. */
  readonly refundRequested: (restock?: boolean) => StoredEvent
  readonly refunded: (amount?: number) => StoredEvent
  readonly returned: () => void
  readonly settled: () => StoredEvent
}

/** Steps of an order on its way, each with all the events that it leaves in the streams; see the processes. */
export const steps = (history: History, orderId: string, wanted: OrderWanted = {}): Steps => {
  const ordered = wanted.lines ?? lines
  const sums = wanted.totals ?? totals
  const order = (...events: OrderEvent[]): StoredEvent => history.add(`order-${orderId}`, events)
  const payment = (...events: DomainEvent[]): StoredEvent => history.add(`payment-${orderId}`, events)
  const item = (sku: string, event: DomainEvent): StoredEvent => history.add(`inventory-${sku}`, [event])
  return {
    placed: () =>
      order({
        type: 'OrderPlaced',
        data: {
          ...{ orderId, customerId: 'c-1', lines: [...ordered], totals: sums, shippingAddress: null },
          ...{ paymentMethodId: 'pm-1', placedAt: at(0), payBy: at(15) },
        },
      }),
    stockReserved: () => {
      for (const { sku, quantity } of ordered) {
        item(sku, {
          type: 'StockReserved',
          data: { sku, reservationId: orderId, quantity, expiresAt: at(15), reservedAt: at(1) },
        })
      }
    },
    reserved: () => order({ type: 'OrderReserved', data: { orderId, reservedAt: at(1) } }),
    initiated: () =>
      payment({
        type: 'PaymentInitiated',
        data: {
          ...{ paymentId: orderId, orderId, customerId: 'c-1', amount: sums.total },
          ...{ provider: wanted.provider ?? 'simulator', paymentMethodId: 'pm-1', initiatedAt: at(2) },
        },
      }),
    authorized: () =>
      payment({
        type: 'PaymentAuthorized',
        data: { paymentId: orderId, providerReference: `ref-${orderId}`, authorizedAt: at(2) },
      }),
    committed: () => {
      for (const { sku, quantity } of ordered) {
        item(sku, {
          type: 'ReservationCommitted',
          data: { sku, reservationId: orderId, quantity, committedAt: at(3) },
        })
      }
    },
    released: () => {
      for (const { sku, quantity } of ordered) {
        item(sku, {
          type: 'ReservationReleased',
          data: { sku, reservationId: orderId, quantity, releasedAt: at(4) },
        })
      }
    },
    captured: () =>
      payment({
        type: 'PaymentCaptured',
        data: { paymentId: orderId, amount: sums.total, capturedAt: at(3) },
      }),
    voided: () =>
      payment({ type: 'PaymentVoided', data: { paymentId: orderId, reason: 'expired', voidedAt: at(4) } }),
    paid: () =>
      order({ type: 'OrderPaid', data: { orderId, paymentId: orderId, amount: sums.total, paidAt: at(4) } }),
    cancelling: () =>
      order({
        type: 'OrderCancellationStarted',
        data: { orderId, reason: 'payment_declined', detail: null, shortfalls: [], startedAt: at(4) },
      }),
    cancelled: () =>
      order({ type: 'OrderCancelled', data: { orderId, reason: 'payment_declined', cancelledAt: at(5) } }),
    refundRequested: (restock = true) =>
      order({
        type: 'RefundRequested',
        data: {
          ...{ orderId, refundId: 'r-1', amount: sums.total, restock, cancelsOrder: true },
          ...{ lines: [...allGoods], reason: 'requested_by_customer', requestedAt: at(6) },
        },
      }),
    refunded: (amount = sums.total.amount) =>
      payment({
        type: 'PaymentRefunded',
        data: {
          ...{ paymentId: orderId, refundId: 'r-1', amount: { ...sums.total, amount } },
          ...{ providerReference: 'ref-r', refundedAt: at(7) },
        },
      }),
    returned: () => {
      for (const { sku, quantity } of ordered) {
        item(sku, {
          type: 'StockReturned',
          data: { sku, returnId: `${orderId}/r-1`, orderId, quantity, returnedAt: at(7) },
        })
      }
    },
    settled: () =>
      order(
        { type: 'RefundSettled', data: { orderId, refundId: 'r-1', amount: sums.total, settledAt: at(8) } },
        { type: 'OrderCancelled', data: { orderId, reason: 'requested_by_customer', cancelledAt: at(8) } },
      ),
  }
}

/** An order from placed to paid. */
export const pay = (history: History, orderId: string, wanted: OrderWanted = {}): Steps => {
  const order = steps(history, orderId, wanted)
  order.placed()
  order.stockReserved()
  order.reserved()
  order.initiated()
  order.authorized()
  order.committed()
  order.captured()
  order.paid()
  return order
}
