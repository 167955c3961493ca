import { ImpossibleHistory } from '../impossible-history.ts'
import type { Money } from '../values.ts'
import type { CancellationReason, OrderEvent, OrderLine, OrderTotals, SkuQuantity } from './events.ts'
import { without } from './quantities.ts'

/** What was ordered; it never changes. */
interface Placement {
  readonly orderId: string
  readonly customerId: string
  readonly lines: readonly OrderLine[]
  readonly totals: OrderTotals
  readonly paymentMethodId: string | null
  readonly payBy: string
}

/** Decided, but stock and money are still being given back. */
export interface Cancelling {
  readonly reason: CancellationReason
  readonly startedAt: string
}

export interface PaidWith {
  readonly paymentId: string
  readonly amount: Money
}

export interface Refund {
  readonly refundId: string
  readonly status: 'pending' | 'settled' | 'failed'
  readonly amount: Money
  readonly lines: readonly SkuQuantity[]
  readonly restock: boolean
  readonly cancelsOrder: boolean
  /** Its lines had not been dispatched when they were taken back, and never will be. */
  readonly undispatched: boolean
  /** Its goods are on the shelf again: that stays so where the provider takes back that the money was given back. */
  readonly restocked: boolean
  /** How often it was asked for: 1, and one more for each time that it was retried. */
  readonly tries: number
}

export interface Shipment {
  readonly shipmentId: string
  readonly carrier: string
  readonly trackingNumber: string
  readonly lines: readonly SkuQuantity[]
  readonly delivered: boolean
}

interface Unpaid extends Placement {
  readonly cancelling: Cancelling | null
  /** The latest report of its payment. */
  readonly reportId: string | null
}
interface Funded extends Placement {
  readonly payment: PaidWith
  readonly refunds: readonly Refund[]
}
interface InFulfilment extends Funded {
  readonly shipments: readonly Shipment[]
}
/** `payment` is null where the order was never paid, or its capture came too late. */
interface TakenBack extends Placement {
  readonly reason: CancellationReason
  readonly payment: PaidWith | null
  readonly refunds: readonly Refund[]
  /** It is cancelled or expired; where a refund of it is open again, that is told by the status alone. */
  readonly ended: boolean
}

export type Order =
  | { readonly status: 'none' }
  | (Unpaid & { readonly status: 'placed' })
  | (Unpaid & { readonly status: 'reserved' })
  | (Funded & { readonly status: 'paid' })
  | (InFulfilment & { readonly status: 'fulfilling' })
  | (InFulfilment & { readonly status: 'shipped' })
  | (InFulfilment & { readonly status: 'delivered' })
  | (InFulfilment & { readonly status: 'completed' })
  | (TakenBack & { readonly status: 'refund_pending' })
  | (TakenBack & { readonly status: 'refund_failed' })
  | (TakenBack & { readonly status: 'cancelled' })
  | (TakenBack & { readonly status: 'expired' })

export type OrderStatus = Exclude<Order['status'], 'none'>
export type OrderIn<Status extends Order['status']> = Extract<Order, { readonly status: Status }>
export type PlacedOrder = OrderIn<OrderStatus>

export const initial: Order = { status: 'none' }

export const isIn = <Status extends Order['status']>(
  order: Order,
  ...statuses: readonly Status[]
): order is OrderIn<Status> => statuses.some((status) => status === order.status)

/** Decided, but not yet carried out. */
export const isBeingCancelled = (
  order: Order,
): order is OrderIn<'placed' | 'reserved'> & { readonly cancelling: Cancelling } =>
  isIn(order, 'placed', 'reserved') && order.cancelling !== null

/** Goods that are still to be dispatched, with how many of each. */
export const outstanding = (order: {
  readonly lines: readonly SkuQuantity[]
  readonly refunds: readonly Refund[]
  readonly shipments?: readonly Shipment[]
}): readonly SkuQuantity[] => {
  const gone = [
    ...(order.shipments ?? []).flatMap((shipment) => shipment.lines),
    ...order.refunds.filter((refund) => refund.undispatched).flatMap((refund) => refund.lines),
  ]
  return without(order.lines, gone)
}

export const refundsOf = (order: Order): readonly Refund[] =>
  isIn(order, 'none', 'placed', 'reserved') ? [] : order.refunds

export const evolve = (order: Order, event: OrderEvent): Order => {
  switch (event.type) {
    case 'OrderPlaced': {
      inStatus(order, event, 'none')
      return { ...placement(event.data), status: 'placed', cancelling: null, reportId: null }
    }
    case 'PaymentMethodChosen': {
      const { paymentMethodId } = event.data
      return { ...inStatus(order, event, 'placed', 'reserved'), paymentMethodId }
    }
    case 'PaymentReported': {
      const { reportId } = event.data
      return { ...inStatus(order, event, 'placed', 'reserved'), reportId }
    }
    case 'OrderReserved':
      return { ...inStatus(order, event, 'placed'), status: 'reserved' }
    case 'OrderPaid': {
      const { paymentId, amount } = event.data
      const reserved = inStatus(order, event, 'reserved')
      return { ...placement(reserved), status: 'paid', payment: { paymentId, amount }, refunds: [] }
    }
    case 'OrderCancellationStarted': {
      const { reason, startedAt } = event.data
      return { ...inStatus(order, event, 'placed', 'reserved'), cancelling: { reason, startedAt } }
    }
    case 'OrderCancelled':
      return { ...takenBack(order, event, event.data.reason), status: 'cancelled', ended: true }
    case 'OrderExpired':
      return { ...takenBack(order, event, 'expired'), status: 'expired', ended: true }
    case 'FulfilmentStarted':
      return { ...inStatus(order, event, 'paid'), status: 'fulfilling', shipments: [] }
    case 'ShipmentDispatched': {
      const fulfilling = inStatus(order, event, 'fulfilling')
      const { shipmentId, carrier, trackingNumber, lines } = event.data
      const shipment = { shipmentId, carrier, trackingNumber, lines, delivered: false }
      return progress({ ...fulfilling, shipments: [...fulfilling.shipments, shipment] })
    }
    case 'ShipmentDelivered': {
      const underWay = inStatus(order, event, 'fulfilling', 'shipped')
      const { shipmentId } = event.data
      const shipments = underWay.shipments.map((shipment) =>
        shipment.shipmentId === shipmentId ? { ...shipment, delivered: true } : shipment,
      )
      return progress({ ...underWay, shipments })
    }
    case 'OrderCompleted':
      return { ...inStatus(order, event, 'delivered'), status: 'completed' }
    case 'RefundRequested': {
      const { refundId, amount, lines, restock, cancelsOrder } = event.data
      const undispatched = isIn(order, 'paid', 'fulfilling')
      const refund: Refund = {
        refundId,
        status: 'pending',
        amount,
        lines,
        restock,
        cancelsOrder,
        undispatched,
        restocked: false,
        tries: 1,
      }
      if (event.data.cancelsOrder) {
        const closing = takenBack(order, event, event.data.reason)
        return awaitRefunds({ ...closing, refunds: [...closing.refunds, refund] })
      }
      const funded = inStatus(order, event, 'paid', 'fulfilling', 'shipped', 'delivered', 'completed')
      const refunded = { ...funded, refunds: [...funded.refunds, refund] }
      return isIn(refunded, 'fulfilling') ? progress(refunded) : refunded
    }
    case 'RefundSettled':
      return withRefund(order, event, (refund) => ({
        ...refund,
        status: 'settled',
        restocked: refund.restock,
      }))
    case 'RefundFailed':
    case 'RefundReversed':
      return withRefund(order, event, (refund) => ({ ...refund, status: 'failed' }))
    case 'RefundRetried':
      return withRefund(order, event, (refund) => ({ ...refund, status: 'pending', tries: refund.tries + 1 }))
  }
}

/** Shipped when nothing is left to dispatch, delivered when all that was dispatched has arrived. */
const progress = (order: InFulfilment): Order => {
  if (order.shipments.length === 0 || outstanding(order).length > 0) return { ...order, status: 'fulfilling' }
  const delivered = order.shipments.every((shipment) => shipment.delivered)
  return { ...order, status: delivered ? 'delivered' : 'shipped' }
}

/** An order that is taken back waits for all of its refunds; one that failed needs an operator. */
const awaitRefunds = (order: TakenBack): Order => {
  const isSome = (status: Refund['status']): boolean =>
    order.refunds.some((refund) => refund.status === status)
  if (isSome('failed')) return { ...order, status: 'refund_failed' }
  if (!order.ended || isSome('pending')) return { ...order, status: 'refund_pending' }
  return { ...order, status: order.reason === 'expired' ? 'expired' : 'cancelled' }
}

const withRefund = (
  order: Order,
  event: Extract<OrderEvent, { data: { refundId: string } }>,
  change: (refund: Refund) => Refund,
): Order => {
  const isOver = isIn(order, 'cancelled', 'expired') && event.type !== 'RefundReversed'
  if (isIn(order, 'none', 'placed', 'reserved') || isOver) throw impossible(order, event)
  const refunds = order.refunds.map((refund) =>
    refund.refundId === event.data.refundId ? change(refund) : refund,
  )
  return isIn(order, 'refund_pending', 'refund_failed', 'cancelled', 'expired')
    ? awaitRefunds({ ...order, refunds })
    : { ...order, refunds }
}

const takenBack = (order: Order, event: OrderEvent, reason: CancellationReason): TakenBack => {
  if (isIn(order, 'placed', 'reserved')) {
    const first = order.cancelling?.reason ?? reason
    return { ...placement(order), reason: first, payment: null, refunds: [], ended: false }
  }
  if (isIn(order, 'paid', 'fulfilling')) {
    return { ...placement(order), reason, payment: order.payment, refunds: order.refunds, ended: false }
  }
  return inStatus(order, event, 'refund_pending', 'refund_failed')
}

const placement = (order: Placement): Placement => {
  const { orderId, customerId, lines, totals, paymentMethodId, payBy } = order
  return { orderId, customerId, lines, totals, paymentMethodId, payBy }
}

const inStatus = <Status extends Order['status']>(
  order: Order,
  event: OrderEvent,
  ...statuses: readonly Status[]
): OrderIn<Status> => {
  if (isIn(order, ...statuses)) return order
  throw impossible(order, event)
}

const impossible = (order: Order, event: OrderEvent): ImpossibleHistory =>
  new ImpossibleHistory(event.type, order.status)
