import { expect } from 'chai'
import fc from 'fast-check'
import { orderDecider, type OrderCommand } from '../domain/order/decide.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { isBeingCancelled, isIn, outstanding, refundsOf, type Order } from '../domain/order/state.ts'
import { createEventLog } from './testing/event-log.ts'
import { eur, line, minute } from './testing/histories.ts'
import { MissingBeginning } from './missing-beginning.ts'
import { progressAfter, type OrderProgress } from './order-progress.ts'

const orderId = 'o1'
const at = minute(20)
const goods = [line('lamp', 2), line('desk', 1)]
const items = eur(1_500)

const place = (paymentMethodId: string | null): OrderCommand => ({
  ...{ type: 'PlaceOrder', orderId, customerId: 'ada', lines: goods, shippingAddress: null, paymentMethodId },
  ...{ totals: { items, shipping: eur(0), tax: eur(0), total: items }, payBy: minute(15), at },
})
const refund = (refundId: string, sku: string | undefined, cancelsOrder: boolean): OrderCommand => {
  const request = { type: 'RequestRefund', orderId, refundId, amount: null, restock: true, at } as const
  return cancelsOrder
    ? { ...request, lines: [], cancelsOrder, reason: 'requested_by_staff' }
    : { ...request, lines: sku === undefined ? [] : [{ sku, quantity: 1 }], cancelsOrder, reason: 'x' }
}
const refundIds = ['r1', 'r2']
const commands: readonly OrderCommand[] = [
  { type: 'ChoosePaymentMethod', orderId, paymentMethodId: 'sim_approve', at },
  { type: 'ReportPayment', orderId, reportId: 'report', at },
  { type: 'MarkReserved', orderId, at },
  { type: 'MarkPaid', orderId, paymentId: orderId, amount: items, at },
  { type: 'StartCancellation', orderId, reason: 'expired', detail: null, shortfalls: [], at },
  { type: 'ConfirmCancelled', orderId, at },
  { type: 'StartFulfilment', orderId, at },
  ...['lamp', 'desk'].flatMap((sku): OrderCommand[] => [
    {
      ...{ type: 'DispatchShipment', orderId, shipmentId: `s-${sku}`, carrier: 'post', trackingNumber: 't' },
      ...{ lines: [{ sku, quantity: 1 }], at },
    },
    { type: 'DeliverShipment', orderId, shipmentId: `s-${sku}`, at },
  ]),
  { type: 'CompleteOrder', orderId, at },
  ...refundIds.flatMap((refundId): OrderCommand[] => [
    refund(refundId, 'lamp', false),
    refund(refundId, 'desk', false),
    refund(refundId, undefined, true),
    { type: 'SettleRefund', orderId, refundId, amount: eur(500), at },
    { type: 'SettleRefund', orderId, refundId, amount: items, at },
    { type: 'FailRefund', orderId, refundId, code: 'c', message: 'm', at },
    { type: 'RetryRefund', orderId, refundId, at },
    { type: 'ReverseRefund', orderId, refundId, code: 'c', message: 'm', at },
  ]),
]

/** The same, from the aggregate. */
const expected = (order: Order): Omit<OrderProgress, 'payBy'> | undefined => {
  if (order.status === 'none') return undefined
  const ids = (wanted: string): string[] =>
    refundsOf(order)
      .filter(({ status }) => status === wanted)
      .map(({ refundId }) => refundId)
      .sort()
  const isClosed = isIn(order, 'completed', 'cancelled', 'expired')
  const shipments = 'shipments' in order ? order.shipments : []
  return {
    stage: stageOf(order),
    hasMethod: order.paymentMethodId !== null,
    cancelling: isBeingCancelled(order) || (isIn(order, 'refund_pending', 'refund_failed') && !order.ended),
    outstanding:
      isClosed || isIn(order, 'refund_pending', 'refund_failed')
        ? []
        : [...outstanding({ refunds: [], ...order })].map(({ sku, quantity }) => ({ sku, quantity })),
    travelling: isClosed
      ? []
      : shipments.filter(({ delivered }) => !delivered).map(({ shipmentId }) => shipmentId),
    dispatched: shipments.length > 0,
    refunds: { pending: ids('pending'), failed: ids('failed') },
  }
}

const stageOf = ({ status }: Order): OrderProgress['stage'] => {
  switch (status) {
    case 'placed':
    case 'reserved':
    case 'paid':
    case 'delivered':
      return status
    case 'fulfilling':
    case 'shipped':
      return 'paid'
    default:
      return 'closed'
  }
}

/** What is compared: an order that is taken back keeps what it had, of which nothing depends on any more. */
const comparable = (progress: Omit<OrderProgress, 'payBy'> | undefined): unknown => {
  if (progress === undefined) return undefined
  const { stage, hasMethod, cancelling, outstanding: goodsLeft, travelling, dispatched, refunds } = progress
  const sorted = { pending: [...refunds.pending].sort(), failed: [...refunds.failed].sort() }
  return cancelling || stage === 'closed'
    ? { cancelling, hasMethod, refunds: sorted }
    : { stage, hasMethod, cancelling, outstanding: goodsLeft, travelling, dispatched, refunds: sorted }
}

describe('the progress of an order', () => {
  it('is what the aggregate says, after any course of commands', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        fc.constantFrom(null, 'sim_approve'),
        fc.array(fc.constantFrom(...commands), { minLength: 5, maxLength: 60, size: 'max' }),
        fc.boolean(),
        (method, drawn, isPaid) => {
          const log = createEventLog()
          let order: Order = orderDecider.initial
          let progress: OrderProgress | undefined
          const beginning = isPaid ? commands.slice(2, 4) : []
          for (const command of [place(isPaid ? 'sim_approve' : method), ...beginning, ...drawn]) {
            const decision = orderDecider.decide(command, order)
            if (!decision.accepted) continue
            for (const event of decision.events) {
              order = orderDecider.evolve(order, event)
              progress = progressAfter(progress, log.append(`order-${orderId}`, event))
              seen.add(order.status)
              expect(comparable(progress), event.type).to.deep.equal(comparable(expected(order)))
            }
          }
        },
      ),
      { numRuns: 600 },
    )
    // otherwise the courses were too tame to tell
    expect([...seen]).to.include.members(['delivered', 'completed', 'cancelled', 'expired', 'refund_failed'])
  })

  it('has a beginning', () => {
    const log = createEventLog()
    const reserved = log.append<OrderEvent>('order-o1', {
      type: 'OrderReserved',
      data: { orderId, reservedAt: at },
    })
    expect(() => progressAfter(undefined, reserved)).to.throw(MissingBeginning, 'OrderReserved at order-o1@0')
  })
})
