import type { OrderEvent } from '../../domain/order/events.ts'
import { isIn, refundsOf, type Order, type PlacedOrder } from '../../domain/order/state.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import { isIn as paymentIsIn, refundedAmount, type Payment } from '../../domain/payment/state.ts'
import { sameMoney } from '../../domain/values.ts'
import type { Wallet } from '../../domain/wallet/state.ts'
import { moneyText } from '../money-text.ts'
import type { Tell } from './laws.ts'
import type { OrderStock } from './stock.ts'

/** How the other streams of an order stand when one of its events comes. A cause is always written before its effect. */
export interface Surroundings {
  readonly order: Order
  readonly payment: Payment
  readonly stock: readonly OrderStock[]
  /** Whether a stream could be folded up to here. */
  readonly isKnown: (stream: string) => boolean
  readonly wallet: (customerId: string) => Wallet | undefined
}

/** In minor units: what was taken of a payment and not given back. */
const kept = (payment: Payment): number =>
  paymentIsIn(payment, 'captured', 'partially_refunded', 'refunded')
    ? payment.captured.amount - refundedAmount(payment)
    : 0

/** What has to be so wherever this event of an order stands. */
export const checkOrder = (tell: Tell, stream: string, event: OrderEvent, around: Surroundings): void => {
  const { order } = around
  if (order.status === 'none') return
  switch (event.type) {
    case 'OrderReserved':
      eachLine(tell, stream, order, around, 'open', 'it is reserved')
      return
    case 'OrderPaid':
      checkPaid(tell, stream, event, around.payment)
      eachLine(tell, stream, order, around, 'committed', 'it is paid for')
      return
    case 'RefundSettled':
      checkSettled(tell, stream, event.data.refundId, order, around)
      return
    case 'RefundFailed':
    case 'RefundReversed': {
      const { refundId } = event.data
      const { payment } = around
      const isKnown =
        paymentIsIn(payment, 'captured', 'partially_refunded', 'refunded') &&
        payment.failedRefunds.some((failed) => failed.refundId === refundId)
      if (!isKnown)
        tell('refund', stream, `the refund ${refundId} has failed, of which its payment knows nothing`)
      return
    }
    case 'OrderCancelled':
    case 'OrderExpired':
      checkTakenBack(tell, stream, order, around)
      return
    default:
      return
  }
}

const eachLine = (
  tell: Tell,
  stream: string,
  order: PlacedOrder,
  { stock, isKnown }: Surroundings,
  status: OrderStock['status'],
  what: string,
): void => {
  for (const { sku, quantity } of order.lines) {
    const line = stock.find((each) => each.sku === sku)
    if ((line?.status === status && line.quantity === quantity) || !isKnown(`inventory-${sku}`)) continue
    const found = line === undefined ? 'nothing is reserved' : `${line.quantity} are ${line.status}`
    tell('order-stock', stream, `${what}, and of the ${quantity} of ${sku} ${found}`)
  }
}

const checkPaid = (
  tell: Tell,
  stream: string,
  { data }: Extract<OrderEvent, { type: 'OrderPaid' }>,
  payment: Payment,
): void => {
  const { amount } = data
  if (!paymentIsIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    tell(
      'capture',
      stream,
      `it is paid for with ${moneyText(amount)}, and its payment is ${standing(payment)}`,
    )
  } else if (!sameMoney(payment.captured, amount)) {
    tell(
      'capture',
      stream,
      `it is paid for with ${moneyText(amount)}, and ${moneyText(payment.captured)} were captured`,
    )
  }
}

const checkSettled = (
  tell: Tell,
  stream: string,
  refundId: string,
  order: PlacedOrder,
  { payment, stock, isKnown }: Surroundings,
): void => {
  const refund = refundsOf(order).find((each) => each.refundId === refundId)
  if (refund === undefined) return
  const given = paymentIsIn(payment, 'captured', 'partially_refunded', 'refunded')
    ? payment.refunds.find((each) => each.refundId === refundId)
    : undefined
  // what costs nothing is settled without the provider
  if (refund.amount.amount > 0 && (given === undefined || !sameMoney(given.amount, refund.amount))) {
    const found = given === undefined ? 'gave nothing' : `gave ${moneyText(given.amount)}`
    tell(
      'refund',
      stream,
      `the refund ${refundId} of ${moneyText(refund.amount)} is settled, and the payment ${found} back`,
    )
  }
  if (!refund.restock) return
  for (const { sku, quantity } of refund.lines) {
    const back = stock.find((each) => each.sku === sku)?.returns?.[`${order.orderId}/${refundId}`] ?? 0
    if (back !== quantity && isKnown(`inventory-${sku}`)) {
      tell(
        'order-stock',
        stream,
        `the refund ${refundId} puts ${quantity} of ${sku} back, and ${back} came back`,
      )
    }
  }
}

const checkTakenBack = (
  tell: Tell,
  stream: string,
  order: PlacedOrder,
  { payment, stock, isKnown }: Surroundings,
): void => {
  if (paymentIsIn(payment, 'pending', 'authorized', 'failed')) {
    tell(
      'capture',
      stream,
      `it is ${order.status}, and its payment is ${standing(payment)}: money may be held`,
    )
  } else if (kept(payment) !== 0) {
    tell('capture', stream, `it is ${order.status}, and ${kept(payment)} of the captured money are kept`)
  }
  // goods of an order that was paid for come back with its refunds
  const wasPaid = isIn(order, 'cancelled', 'expired') && order.payment !== null
  for (const { sku, quantity, status, returns = {} } of stock) {
    if (!isKnown(`inventory-${sku}`)) continue
    if (status === 'open')
      tell('order-stock', stream, `it is ${order.status}, and ${quantity} of ${sku} are reserved`)
    const back = Object.values(returns).reduce((sum, each) => sum + each, 0)
    if (status === 'committed' && !wasPaid && back !== quantity) {
      tell(
        'order-stock',
        stream,
        `it is ${order.status}, and of the ${quantity} of ${sku} ${back} were put back`,
      )
    }
  }
}

/** What has to be so wherever this event of a payment stands. */
export const checkPayment = (tell: Tell, stream: string, event: PaymentEvent, around: Surroundings): void => {
  const { order, payment } = around
  switch (event.type) {
    case 'PaymentInitiated':
      if (order.status === 'none') tell('capture', stream, 'it is for an order that is not there')
      else if (
        !sameMoney(event.data.amount, order.totals.total) ||
        event.data.customerId !== order.customerId
      ) {
        const asked = `${moneyText(event.data.amount)} of ${event.data.customerId}`
        tell(
          'capture',
          stream,
          `it asks for ${asked}, the order for ${moneyText(order.totals.total)} of ${order.customerId}`,
        )
      }
      return
    case 'PaymentCaptured':
      if (isIn(order, 'none', 'cancelled', 'expired')) {
        const what = order.status === 'none' ? 'not there' : order.status
        tell('capture', stream, `${moneyText(event.data.amount)} are captured for an order that is ${what}`)
      }
      checkWalletCapture(tell, stream, event, around)
      return
    case 'PaymentRefunded': {
      const { refundId, amount } = event.data
      const asked = refundsOf(order).find((refund) => refund.refundId === refundId)
      if (asked === undefined || !sameMoney(asked.amount, amount)) {
        const found = asked === undefined ? 'nothing' : moneyText(asked.amount)
        tell(
          'refund',
          stream,
          `${moneyText(amount)} are refunded as ${refundId}, for which the order asks ${found}`,
        )
      }
      if (kept(payment) < 0) tell('refund', stream, `${-kept(payment)} more are refunded than were captured`)
      checkWalletRefund(tell, stream, event, around)
      return
    }
    default:
      return
  }
}

const isOfWallet = (payment: Payment): payment is Extract<Payment, { captured: unknown }> =>
  'provider' in payment && payment.provider === 'wallet'

const checkWalletCapture = (
  tell: Tell,
  stream: string,
  { data }: Extract<PaymentEvent, { type: 'PaymentCaptured' }>,
  { payment, wallet, isKnown }: Surroundings,
): void => {
  if (!isOfWallet(payment) || !isKnown(`wallet-${payment.customerId}`)) return
  const hold = wallet(payment.customerId)?.holds.get(data.paymentId)
  if (hold?.status !== 'captured' || hold.captured !== data.amount.amount) {
    tell(
      'capture',
      stream,
      `${moneyText(data.amount)} are captured, and the hold in the wallet is ${hold?.status ?? 'not there'}`,
    )
  }
}

const checkWalletRefund = (
  tell: Tell,
  stream: string,
  { data }: Extract<PaymentEvent, { type: 'PaymentRefunded' }>,
  { payment, wallet, isKnown }: Surroundings,
): void => {
  if (!isOfWallet(payment) || !isKnown(`wallet-${payment.customerId}`)) return
  const credit = wallet(payment.customerId)?.credits.get(`${data.paymentId}/${data.refundId}`)
  if (credit !== data.amount.amount) {
    tell(
      'refund',
      stream,
      `${moneyText(data.amount)} are refunded, and the wallet was credited with ${credit ?? 'nothing'}`,
    )
  }
}

/** In minor units of one currency, what the orders say and what the payments say. */
export interface MoneySums {
  captured: number
  refunded: number
  /** What orders were paid with, and what their settled refunds come to. */
  paid: number
  settled: number
  /** Money that has moved and of which the order is still to be told. */
  underWay: number
}

/** Captures less refunds are what the order says, at the end of all events; what is still under way is summed up, not judged. */
export const checkSums = (tell: Tell, order: PlacedOrder, payment: Payment, sums: MoneySums): void => {
  const refunds = refundsOf(order)
  const settled = refunds
    .filter(({ status }) => status === 'settled')
    .reduce((sum, { amount }) => sum + amount.amount, 0)
  const paid = paidBy(order)
  const captured = paymentIsIn(payment, 'captured', 'partially_refunded', 'refunded')
    ? payment.captured.amount
    : 0
  sums.captured += captured
  sums.refunded += captured - kept(payment)
  sums.paid += paid
  sums.settled += settled
  const difference = kept(payment) - (paid - settled)
  if (difference === 0) return
  sums.underWay += difference
  const isUnderWay =
    isIn(order, 'placed', 'reserved', 'refund_pending', 'refund_failed') ||
    refunds.some(({ status }) => status !== 'settled')
  if (isUnderWay) return
  const { currency } = order.totals.total
  tell(
    'refund',
    `order-${order.orderId}`,
    `captures less refunds are ${moneyText({ amount: kept(payment), currency })}, the order says ${moneyText({ amount: paid - settled, currency })}`,
  )
}

/** A capture that came too late is known to the order by its refund only. */
const paidBy = (order: PlacedOrder): number => {
  if (isIn(order, 'placed', 'reserved')) return 0
  return order.payment?.amount.amount ?? order.refunds.reduce((sum, { amount }) => sum + amount.amount, 0)
}

const standing = ({ status }: Payment): string => (status === 'none' ? 'not there' : status)
