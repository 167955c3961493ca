import type { OrderEvent, SkuQuantity } from '../../domain/order/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import { timeOf } from '../order-events.ts'
import { transition } from '../transition.ts'
import type { Cancellation, OrderRow, OrderStatus, Refund } from './tables.ts'

type Stored = StoredEvent<OrderEvent>

/** The order's row after an event. The statuses are those of the aggregate; history is told, not judged. */
export const evolveOrder = (row: OrderRow | undefined, event: Stored): OrderRow => {
  if (event.type === 'OrderPlaced') return placed(event)
  if (row === undefined) throw new MissingBeginning(event)
  const next = changed(row, event)
  const at = timeOf(event)
  return {
    ...next,
    updated_at: at,
    history: next.status === row.status ? row.history : [...row.history, transition(next.status, at, event)],
  }
}

const placed = (event: Extract<Stored, { type: 'OrderPlaced' }>): OrderRow => {
  const { orderId, customerId, lines, totals, shippingAddress, placedAt, payBy } = event.data
  return {
    id: orderId,
    customer_id: customerId,
    status: 'placed',
    currency: totals.total.currency,
    total_amount: totals.total.amount,
    placed_at: placedAt,
    pay_by: payBy,
    updated_at: placedAt,
    lines,
    totals,
    shipping_address: shippingAddress,
    cancellation: null,
    shipments: [],
    refunds: [],
    history: [transition('placed', placedAt, event)],
    revision: event.revision,
  }
}

const changed = (row: OrderRow, event: Exclude<Stored, { type: 'OrderPlaced' }>): OrderRow => {
  switch (event.type) {
    case 'PaymentMethodChosen':
    case 'PaymentReported':
      return row
    case 'OrderReserved':
      return { ...row, status: 'reserved' }
    case 'OrderPaid':
      return { ...row, status: 'paid' }
    case 'OrderCancellationStarted': {
      const { reason, detail, shortfalls, startedAt } = event.data
      return { ...row, cancellation: { reason, detail, shortfalls, startedAt, endedAt: null } }
    }
    case 'OrderCancelled': {
      const { reason, cancelledAt } = event.data
      return { ...row, status: 'cancelled', cancellation: ended(row, reason, cancelledAt) }
    }
    case 'OrderExpired':
      return { ...row, status: 'expired', cancellation: ended(row, 'expired', event.data.expiredAt) }
    case 'FulfilmentStarted':
      return { ...row, status: 'fulfilling' }
    case 'ShipmentDispatched': {
      const { shipmentId, carrier, trackingNumber, lines, dispatchedAt } = event.data
      const shipment = { id: shipmentId, carrier, trackingNumber, lines, dispatchedAt, deliveredAt: null }
      return progressed({ ...row, shipments: [...row.shipments, shipment] })
    }
    case 'ShipmentDelivered': {
      const { shipmentId, deliveredAt } = event.data
      const shipments = row.shipments.map((shipment) =>
        shipment.id === shipmentId ? { ...shipment, deliveredAt } : shipment,
      )
      return progressed({ ...row, shipments })
    }
    case 'OrderCompleted':
      return { ...row, status: 'completed' }
    case 'RefundRequested':
      return refundRequested(row, event)
    case 'RefundSettled':
      return withRefund(row, event.data.refundId, {
        status: 'settled',
        settledAt: event.data.settledAt,
        failure: null,
      })
    case 'RefundFailed': {
      const { refundId, code, message } = event.data
      return withRefund(row, refundId, { status: 'failed', failure: { code, message } })
    }
    case 'RefundReversed': {
      const { refundId, code, message } = event.data
      return withRefund(row, refundId, { status: 'failed', settledAt: null, failure: { code, message } })
    }
    case 'RefundRetried':
      return withRefund(row, event.data.refundId, { status: 'pending', failure: null })
  }
}

const refundRequested = (row: OrderRow, event: Extract<Stored, { type: 'RefundRequested' }>): OrderRow => {
  const { refundId, amount, lines, restock, cancelsOrder, reason, requestedAt } = event.data
  const undispatched = row.status === 'paid' || row.status === 'fulfilling'
  const refund: Refund = {
    ...{ id: refundId, status: 'pending', amount, lines, restock, cancelsOrder, undispatched, reason },
    ...{ requestedAt, settledAt: null, failure: null },
  }
  const next = { ...row, refunds: [...row.refunds, refund] }
  if (!event.data.cancelsOrder) return next.status === 'fulfilling' ? progressed(next) : next
  const cancellation = row.cancellation ?? {
    ...{ reason: event.data.reason, detail: null, shortfalls: [] },
    ...{ startedAt: requestedAt, endedAt: null },
  }
  return { ...next, cancellation, status: refundStatus({ ...next, cancellation }) }
}

const withRefund = (row: OrderRow, refundId: string, change: Partial<Refund>): OrderRow => {
  const refunds = row.refunds.map((refund) => (refund.id === refundId ? { ...refund, ...change } : refund))
  const next = { ...row, refunds }
  return { ...next, status: TAKEN_BACK.has(row.status) ? refundStatus(next) : row.status }
}

const TAKEN_BACK: ReadonlySet<OrderStatus> = new Set([
  'refund_pending',
  'refund_failed',
  'cancelled',
  'expired',
])

/** An order that had ended is over again once the refund that was reversed is made. */
const refundStatus = ({ refunds, cancellation }: OrderRow): OrderStatus => {
  const isSome = (wanted: Refund['status']): boolean => refunds.some(({ status }) => status === wanted)
  if (isSome('failed')) return 'refund_failed'
  if (isSome('pending') || cancellation === null || cancellation.endedAt === null) return 'refund_pending'
  return cancellation.reason === 'expired' ? 'expired' : 'cancelled'
}

const ended = (row: OrderRow, reason: Cancellation['reason'], endedAt: string): Cancellation =>
  row.cancellation === null
    ? { reason, detail: null, shortfalls: [], startedAt: endedAt, endedAt }
    : { ...row.cancellation, endedAt }

/** Shipped when nothing is left to dispatch, delivered when all that was dispatched has arrived. */
const progressed = (row: OrderRow): OrderRow => {
  if (row.shipments.length === 0 || hasOutstanding(row)) return { ...row, status: 'fulfilling' }
  const delivered = row.shipments.every(({ deliveredAt }) => deliveredAt !== null)
  return { ...row, status: delivered ? 'delivered' : 'shipped' }
}

const hasOutstanding = ({ lines, shipments, refunds }: OrderRow): boolean => {
  const gone = [...shipments, ...refunds.filter(({ undispatched }) => undispatched)].flatMap(
    (part) => part.lines,
  )
  return lines.some(({ sku, quantity }) => quantityOf(gone, sku) < quantity)
}

const quantityOf = (lines: readonly SkuQuantity[], sku: string): number =>
  lines.reduce((sum, line) => (line.sku === sku ? sum + line.quantity : sum), 0)
