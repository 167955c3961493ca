import { expect } from 'chai'
import type { OrderEvent } from '../../domain/order/events.ts'
import { createEventLog } from '../testing/event-log.ts'
import { eur, minute, orderPlaced } from '../testing/histories.ts'
import { evolveSaga } from './saga-row.ts'
import type { SagaRow } from './tables.ts'

const orderId = 'o1'
const card = orderPlaced(orderId)
const invoice = orderPlaced(orderId, { paymentMethodId: null })
const reserved: OrderEvent = { type: 'OrderReserved', data: { orderId, reservedAt: minute(1) } }
const chosen: OrderEvent = {
  type: 'PaymentMethodChosen',
  data: { orderId, paymentMethodId: 'sim_approve', chosenAt: minute(2) },
}
const cancelling: OrderEvent = {
  type: 'OrderCancellationStarted',
  data: { orderId, reason: 'expired', detail: null, shortfalls: [], startedAt: minute(16) },
}
const expired: OrderEvent = { type: 'OrderExpired', data: { orderId, expiredAt: minute(17) } }
const paid: OrderEvent = {
  type: 'OrderPaid',
  data: { orderId, paymentId: orderId, amount: eur(1_490), paidAt: minute(2) },
}
const dispatched = (shipmentId: string, quantity: number, at: number): OrderEvent => ({
  type: 'ShipmentDispatched',
  data: {
    ...{ orderId, shipmentId, carrier: 'post', trackingNumber: 't' },
    ...{ lines: [{ sku: 'lamp', quantity }], dispatchedAt: minute(at) },
  },
})
const delivered = (shipmentId: string, at: number): OrderEvent => ({
  type: 'ShipmentDelivered',
  data: { orderId, shipmentId, deliveredAt: minute(at) },
})
const completed: OrderEvent = { type: 'OrderCompleted', data: { orderId, completedAt: minute(99) } }
const refundRequested = (cancelsOrder: boolean): OrderEvent => {
  const request = { orderId, refundId: 'r', amount: eur(490), lines: [], restock: true }
  return {
    type: 'RefundRequested',
    data: cancelsOrder
      ? { ...request, cancelsOrder, reason: 'requested_by_staff', requestedAt: minute(50) }
      : { ...request, cancelsOrder, reason: 'scratched', requestedAt: minute(50) },
  }
}
const settled: OrderEvent = {
  type: 'RefundSettled',
  data: { orderId, refundId: 'r', amount: eur(490), settledAt: minute(51) },
}
const failed: OrderEvent = {
  type: 'RefundFailed',
  data: { orderId, refundId: 'r', code: 'c', message: 'm', failedAt: minute(52) },
}
const another = (events: OrderEvent): OrderEvent =>
  ({ ...events, data: { ...events.data, refundId: 'r2' } }) as OrderEvent
const retried: OrderEvent = { type: 'RefundRetried', data: { orderId, refundId: 'r', retriedAt: minute(53) } }

const after = (events: readonly OrderEvent[]): SagaRow => {
  const log = createEventLog()
  let row: SagaRow | undefined
  for (const event of events) row = evolveSaga(row, log.append<OrderEvent>(`order-${orderId}`, event))
  if (row === undefined) throw new Error('no events')
  return row
}

describe('the steps at which an order can stand', () => {
  const day = 24 * 60
  const bought = [card, reserved, paid]
  const sent = [...bought, dispatched('s1', 1, 10), dispatched('s2', 1, 20)]
  const there = [...sent, delivered('s1', 30), delivered('s2', 40)]
  /** Events; the step; the minutes of: its last move, being taken up by the sweep, being stuck. */
  const rows: Readonly<
    Record<string, readonly [readonly OrderEvent[], SagaRow['step'], number, number | null, number | null]>
  > = {
    'placed: reserve': [[card], 'reserve', 0, 1, 2],
    'reserved, method known: pay, as long as it may be paid for': [[card, reserved], 'pay', 1, 2, 17],
    'reserved, method not known: waits for the customer': [[invoice, reserved], 'await_payment', 1, null, 17],
    'method chosen: pay': [[invoice, reserved, chosen], 'pay', 2, 3, 17],
    'being cancelled: give back': [[card, reserved, cancelling], 'give_back', 16, 17, 21],
    'expired: over': [[card, reserved, cancelling, expired], null, 17, null, null],
    'paid: dispatch': [bought, 'dispatch', 2, null, 3 * day + 2],
    'dispatched in part: dispatch': [sent.slice(0, 4), 'dispatch', 10, null, 3 * day + 10],
    'dispatched: deliver': [sent, 'deliver', 20, null, 14 * day + 20],
    'delivered in part: deliver': [there.slice(0, 6), 'deliver', 30, null, 14 * day + 30],
    'delivered: complete': [there, 'complete', 40, null, 14 * day + 40 + 60],
    'completed: over': [[...there, completed], null, 99, null, null],
    'to be refunded in part: refund': [[...there, refundRequested(false)], 'refund', 50, 51, 60],
    'refunded in part: as before': [
      [...there, refundRequested(false), settled],
      'complete',
      51,
      null,
      14 * day + 51 + 60,
    ],
    'a return after all is over: refund': [
      [...there, completed, refundRequested(false)],
      'refund',
      50,
      51,
      60,
    ],
    'taken back: refund': [[...bought, refundRequested(true)], 'refund', 50, 51, 60],
    'refund refused: stuck at once, for an operator': [
      [...bought, refundRequested(true), failed],
      'retry_refund',
      52,
      null,
      52,
    ],
    'one refund refused, another one asked for since: for an operator, and swept': [
      [...there, refundRequested(false), failed, another(refundRequested(false))],
      'retry_refund',
      50,
      51,
      50,
    ],
    'one refund refused while another one is under way: for an operator, and swept': [
      [...there, refundRequested(false), another(refundRequested(false)), failed],
      'retry_refund',
      52,
      53,
      52,
    ],
    'refund retried: refund': [[...bought, refundRequested(true), failed, retried], 'refund', 53, 54, 63],
  }
  for (const [name, [events, step, since, sweep, stuck]] of Object.entries(rows)) {
    it(name, () => {
      const row = after(events)
      const time = (minutes: number | null): string | null => (minutes === null ? null : minute(minutes))
      expect(row).to.include({ step, since: time(since), sweep_at: time(sweep), stuck_at: time(stuck) })
      expect(row.last_event).to.include({ type: events.at(-1)?.type, at: time(since) })
    })
  }

  it('moved after its payment time is over: what counts is when it moved', () => {
    const late = { ...chosen, data: { ...chosen.data, chosenAt: minute(30) } } as OrderEvent
    expect(after([invoice, reserved, late])).to.include({ step: 'pay', stuck_at: minute(32) })
  })
})
