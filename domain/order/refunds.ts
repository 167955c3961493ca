import { accept, type Decision as DecisionOf } from '../decider.ts'
import { goodsWithTax } from '../totals.ts'
import { sameMoney, type Money } from '../values.ts'
import type {
  FailRefund,
  OrderRejection,
  RequestRefund,
  RetryRefund,
  ReverseRefund,
  SettleRefund,
} from './commands.ts'
import type { CancellationReason, OrderEvent, SkuQuantity } from './events.ts'
import { excess, repeatedSku, sameLines, without } from './quantities.ts'
import { illegal, refuse } from './refusals.ts'
import { isIn, outstanding, refundsOf, type OrderIn, type PlacedOrder, type Refund } from './state.ts'

type Decision = DecisionOf<OrderEvent, OrderRejection>
type Paid = OrderIn<'paid' | 'fulfilling' | 'shipped' | 'delivered' | 'completed'>

export const requestRefund = (command: RequestRefund, order: PlacedOrder): Decision => {
  const known = refundsOf(order).find((refund) => refund.refundId === command.refundId)
  if (known) {
    const same = asksForTheSame(command, known)
    return same ? accept() : refuse(command, { type: 'refund_differs', refundId: command.refundId })
  }
  const repeated = repeatedSku(command.lines)
  if (repeated !== undefined) return refuse(command, { type: 'line_repeated', sku: repeated })
  if (!command.cancelsOrder) {
    return isIn(order, 'paid', 'fulfilling', 'shipped', 'delivered', 'completed')
      ? refundPart(command, order)
      : illegal(command, order)
  }
  if (isIn(order, 'placed', 'reserved') && order.cancelling) {
    return refundLateCapture(command, order, order.cancelling.reason)
  }
  const nothingDispatched =
    order.status === 'paid' || (order.status === 'fulfilling' && order.shipments.length === 0)
  return nothingDispatched ? refundAll(command, order) : illegal(command, order)
}

/** What the caller left to the order (`amount` null, no `lines`) can't differ. */
const asksForTheSame = (command: RequestRefund, refund: Refund): boolean =>
  command.cancelsOrder === refund.cancelsOrder &&
  command.restock === refund.restock &&
  (command.amount === null || sameMoney(command.amount, refund.amount)) &&
  (sameLines(command.lines, refund.lines) || (command.cancelsOrder && command.lines.length === 0))

/** Failed refunds count: each can still be retried. */
const refundable = (order: Paid): Money => ({
  amount: order.refunds.reduce((left, refund) => left - refund.amount.amount, order.payment.amount.amount),
  currency: order.payment.amount.currency,
})

/**
 * By amount, by line, or both (a line at another price). Until all is dispatched a refund by line takes back goods that
 * have not left, which are then not dispatched; afterwards it is a return.
 */
const refundPart = (command: RequestRefund & { cancelsOrder: false }, order: Paid): Decision => {
  const taken = order.refunds.flatMap((refund) => refund.lines)
  const available = isIn(order, 'paid', 'fulfilling') ? outstanding(order) : without(order.lines, taken)
  const tooMuch = excess(command.lines, available)
  if (tooMuch) return refuse(command, { type: 'quantity_exceeded', ...tooMuch })
  const left = refundable(order)
  const amount = command.amount ?? {
    amount: goodsWithTax(order, [...taken, ...command.lines]) - goodsWithTax(order, taken),
    currency: left.currency,
  }
  if (amount.amount === 0) return refuse(command, { type: 'refund_empty', refundId: command.refundId })
  if (amount.currency !== left.currency || amount.amount > left.amount) {
    return refuse(command, { type: 'refund_exceeds_capture', requested: amount, refundable: left })
  }
  return accept(requested(command, amount, command.lines))
}

const refundAll = (
  command: RequestRefund & { cancelsOrder: true },
  order: OrderIn<'paid' | 'fulfilling'>,
): Decision => {
  const left = refundable(order)
  const goods = outstanding(order)
  const all =
    (command.amount === null || sameMoney(command.amount, left)) &&
    (command.lines.length === 0 || sameLines(command.lines, goods))
  if (!all) {
    return refuse(command, { type: 'refund_incomplete', requested: command.amount ?? left, refundable: left })
  }
  return accept(requested(command, left, goods))
}

/** The order was never marked as paid, so its total is the most that can have been captured. */
const refundLateCapture = (
  command: RequestRefund & { cancelsOrder: true },
  order: OrderIn<'placed' | 'reserved'>,
  reason: CancellationReason,
): Decision => {
  const { total } = order.totals
  const amount = command.amount ?? total
  if (amount.currency !== total.currency || amount.amount > total.amount) {
    return refuse(command, { type: 'refund_exceeds_capture', requested: amount, refundable: total })
  }
  const tooMuch = excess(command.lines, order.lines)
  if (tooMuch) return refuse(command, { type: 'quantity_exceeded', ...tooMuch })
  return accept(requested({ ...command, reason }, amount, command.lines))
}

const requested = (command: RequestRefund, amount: Money, lines: readonly SkuQuantity[]): OrderEvent => {
  const { orderId, refundId, restock, at } = command
  const refund = { orderId, refundId, amount, lines: [...lines], restock, requestedAt: at }
  return command.cancelsOrder
    ? { type: 'RefundRequested', data: { ...refund, cancelsOrder: true, reason: command.reason } }
    : { type: 'RefundRequested', data: { ...refund, cancelsOrder: false, reason: command.reason } }
}

/**
 * A refund that failed may still settle: the provider's last word about money counts. The last one of an order that is
 * taken back closes it, unless it was closed before one of them was reversed.
 */
export const settleRefund = (command: SettleRefund, order: PlacedOrder): Decision => {
  const { orderId, refundId, amount, at } = command
  const refund = refundsOf(order).find((one) => one.refundId === refundId)
  if (!refund) return refuse(command, { type: 'refund_unknown', refundId })
  if (!sameMoney(refund.amount, amount)) return refuse(command, { type: 'refund_differs', refundId })
  if (refund.status === 'settled') return accept()
  const settled: OrderEvent = { type: 'RefundSettled', data: { orderId, refundId, amount, settledAt: at } }
  const last = refundsOf(order).every((one) => one === refund || one.status === 'settled')
  return isIn(order, 'refund_pending', 'refund_failed') && !order.ended && last
    ? accept(settled, cancelledOrExpired(orderId, order.reason, at))
    : accept(settled)
}

export const failRefund = (command: FailRefund, order: PlacedOrder): Decision => {
  const { orderId, refundId, code, message, at } = command
  const refund = refundsOf(order).find((one) => one.refundId === refundId)
  if (!refund) return refuse(command, { type: 'refund_unknown', refundId })
  if (refund.status === 'failed') return accept()
  if (refund.status === 'settled') return refuse(command, { type: 'refund_settled', refundId })
  return accept({ type: 'RefundFailed', data: { orderId, refundId, code, message, failedAt: at } })
}

/** Only what was settled can be reversed; one that is tried again, or has failed, waits for its money already. */
export const reverseRefund = (command: ReverseRefund, order: PlacedOrder): Decision => {
  const { orderId, refundId, code, message, at } = command
  const refund = refundsOf(order).find((one) => one.refundId === refundId)
  if (!refund) return refuse(command, { type: 'refund_unknown', refundId })
  if (refund.status !== 'settled') return accept()
  const { amount } = refund
  return accept({
    type: 'RefundReversed',
    data: { orderId, refundId, amount, code, message, reversedAt: at },
  })
}

export const retryRefund = (command: RetryRefund, order: PlacedOrder): Decision => {
  const { orderId, refundId, at } = command
  const refund = refundsOf(order).find((one) => one.refundId === refundId)
  if (!refund) return refuse(command, { type: 'refund_unknown', refundId })
  if (refund.status === 'pending') return accept()
  if (refund.status === 'settled') return refuse(command, { type: 'refund_settled', refundId })
  return accept({ type: 'RefundRetried', data: { orderId, refundId, retriedAt: at } })
}

/** An order that ran out of time is expired; every other one that is taken back is cancelled. */
export const cancelledOrExpired = (orderId: string, reason: CancellationReason, at: string): OrderEvent =>
  reason === 'expired'
    ? { type: 'OrderExpired', data: { orderId, expiredAt: at } }
    : { type: 'OrderCancelled', data: { orderId, reason, cancelledAt: at } }
