import { expect } from 'chai'
import type { OrderEvent } from '../../domain/order/events.ts'
import { fold } from '../../domain/decider.ts'
import { evolve, initial } from '../../domain/order/state.ts'
import { createEventLog } from '../testing/event-log.ts'
import { eur, line, minute, orderPlaced } from '../testing/histories.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import { evolveOrder } from './order-row.ts'
import type { OrderRow } from './tables.ts'

const orderId = 'o1'
const reserved: OrderEvent = { type: 'OrderReserved', data: { orderId, reservedAt: minute(1) } }
const paid: OrderEvent = {
  type: 'OrderPaid',
  data: { orderId, paymentId: orderId, amount: eur(1_490), paidAt: minute(2) },
}
const started: OrderEvent = { type: 'FulfilmentStarted', data: { orderId, startedAt: minute(3) } }
const dispatched = (shipmentId: string, sku: string, quantity: number): OrderEvent => ({
  type: 'ShipmentDispatched',
  data: {
    ...{ orderId, shipmentId, carrier: 'post', trackingNumber: `track ${shipmentId}` },
    ...{ lines: [{ sku, quantity }], dispatchedAt: minute(4) },
  },
})
const delivered = (shipmentId: string): OrderEvent => ({
  type: 'ShipmentDelivered',
  data: { orderId, shipmentId, deliveredAt: minute(5) },
})
const refundRequested = (refundId: string, cancelsOrder: boolean): OrderEvent => ({
  type: 'RefundRequested',
  data: {
    ...{ orderId, refundId, amount: eur(500), lines: [{ sku: 'lamp', quantity: 1 }], restock: true },
    ...{ cancelsOrder, reason: 'requested_by_customer', requestedAt: minute(6) },
  },
})
const refundFailed: OrderEvent = {
  type: 'RefundFailed',
  data: { orderId, refundId: 'r1', code: 'refused', message: 'no', failedAt: minute(7) },
}
const refundRetried: OrderEvent = {
  type: 'RefundRetried',
  data: { orderId, refundId: 'r1', retriedAt: minute(8) },
}
const refundSettled: OrderEvent = {
  type: 'RefundSettled',
  data: { orderId, refundId: 'r1', amount: eur(500), settledAt: minute(9) },
}
const refundReversed: OrderEvent = {
  type: 'RefundReversed',
  data: {
    ...{ orderId, refundId: 'r1', amount: eur(500), code: 'sent_back', message: 'account closed' },
    reversedAt: minute(11),
  },
}
const cancelled: OrderEvent = {
  type: 'OrderCancelled',
  data: { orderId, reason: 'requested_by_customer', cancelledAt: minute(10) },
}

const rowAfter = (...events: OrderEvent[]): OrderRow => {
  const log = createEventLog()
  let row: OrderRow | undefined
  for (const event of events) row = evolveOrder(row, log.append(`order-${orderId}`, event))
  if (row === undefined) throw new Error('a row needs an event')
  return row
}

describe('the row of an order', () => {
  it('shows what was ordered', () => {
    const placed = orderPlaced(orderId)
    expect(rowAfter(placed)).to.deep.include({
      id: orderId,
      customer_id: 'ada',
      status: 'placed',
      currency: 'EUR',
      total_amount: 1_490,
      placed_at: minute(0),
      pay_by: minute(15),
      updated_at: minute(0),
      lines: placed.data.lines,
      totals: placed.data.totals,
      shipping_address: placed.data.shippingAddress,
      cancellation: null,
      shipments: [],
      refunds: [],
    })
  })

  it('has every transition with its time, cause and actor', () => {
    expect(rowAfter(orderPlaced(orderId), reserved, paid).history).to.deep.equal(
      [
        { status: 'placed', at: minute(0), type: 'OrderPlaced', id: 'order-o1@0' },
        { status: 'reserved', at: minute(1), type: 'OrderReserved', id: 'order-o1@1' },
        { status: 'paid', at: minute(2), type: 'OrderPaid', id: 'order-o1@2' },
      ].map(({ status, at, type }, revision) => {
        const { id } = logOf(orderPlaced(orderId), reserved, paid)[revision] ?? { id: '' }
        return {
          ...{ status, at, cause: { type, id, causationId: `cause of ${id}` } },
          actor: { kind: 'system', id: 'tests' },
        }
      }),
    )
  })

  it('tells why it was cancelled, and what was short', () => {
    const shortfalls = [{ sku: 'lamp', requested: 2, available: 1 }]
    const start: OrderEvent = {
      type: 'OrderCancellationStarted',
      data: { orderId, reason: 'out_of_stock', detail: null, shortfalls, startedAt: minute(1) },
    }
    const cancelling = rowAfter(orderPlaced(orderId), start)
    expect(cancelling.status).to.equal('placed')
    expect(cancelling.updated_at).to.equal(minute(1))
    expect(cancelling.cancellation).to.deep.equal({
      ...{ reason: 'out_of_stock', detail: null, shortfalls, startedAt: minute(1), endedAt: null },
    })
    const end: OrderEvent = {
      type: 'OrderCancelled',
      data: { orderId, reason: 'out_of_stock', cancelledAt: minute(2) },
    }
    const over = rowAfter(orderPlaced(orderId), start, end)
    expect(over.status).to.equal('cancelled')
    expect(over.cancellation).to.deep.equal({ ...cancelling.cancellation, endedAt: minute(2) })
  })

  it('takes the address as null once it was erased', () => {
    expect(rowAfter(orderPlaced(orderId, { shippingAddress: null })).shipping_address).to.equal(null)
  })

  it('keeps shipments with what was delivered when', () => {
    const placed = orderPlaced(orderId)
    expect(
      rowAfter(placed, reserved, paid, started, dispatched('s1', 'lamp', 2), delivered('s1')).shipments,
    ).to.deep.equal([
      {
        ...{ id: 's1', carrier: 'post', trackingNumber: 'track s1', lines: [{ sku: 'lamp', quantity: 2 }] },
        ...{ dispatchedAt: minute(4), deliveredAt: minute(5) },
      },
    ])
  })

  it('keeps refunds with their outcome', () => {
    const refunded = [orderPlaced(orderId), reserved, paid, refundRequested('r1', false)]
    expect(rowAfter(...refunded).refunds[0]).to.include({ id: 'r1', status: 'pending', settledAt: null })
    expect(rowAfter(...refunded, refundFailed).refunds[0]).to.deep.include({
      status: 'failed',
      failure: { code: 'refused', message: 'no' },
    })
    expect(rowAfter(...refunded, refundSettled, refundReversed).refunds[0]).to.deep.include({
      ...{ status: 'failed', settledAt: null },
      failure: { code: 'sent_back', message: 'account closed' },
    })
    expect(rowAfter(...refunded, refundFailed, refundRetried, refundSettled).refunds[0]).to.deep.include({
      status: 'settled',
      settledAt: minute(9),
      failure: null,
    })
  })

  it('refuses a stream that does not begin with its beginning', () => {
    expect(() => rowAfter(reserved)).to.throw(MissingBeginning, 'OrderReserved at order-o1@0')
  })

  const lamp = orderPlaced(orderId)
  const lampAndDesk = orderPlaced(orderId, { lines: [line('lamp', 2), line('desk')] })
  const expired: OrderEvent = { type: 'OrderExpired', data: { orderId, expiredAt: minute(15) } }
  const cancellationStarted: OrderEvent = {
    type: 'OrderCancellationStarted',
    data: { orderId, reason: 'expired', detail: null, shortfalls: [], startedAt: minute(14) },
  }
  const histories: Record<string, OrderEvent[]> = {
    expired: [lamp, reserved, expired],
    'shipped in part': [lampAndDesk, reserved, paid, started, dispatched('s1', 'lamp', 2)],
    'shipped in full': [
      lampAndDesk,
      reserved,
      paid,
      started,
      dispatched('s1', 'lamp', 2),
      dispatched('s2', 'desk', 1),
    ],
    'delivered in part': [
      ...[lampAndDesk, reserved, paid, started, dispatched('s1', 'lamp', 2), dispatched('s2', 'desk', 1)],
      delivered('s1'),
    ],
    completed: [
      ...[lamp, reserved, paid, started, dispatched('s1', 'lamp', 2), delivered('s1')],
      { type: 'OrderCompleted', data: { orderId, completedAt: minute(20) } },
    ],
    'refunded in part before dispatch': [
      lamp,
      reserved,
      paid,
      started,
      refundRequested('r1', false),
      dispatched('s1', 'lamp', 1),
    ],
    'refunded in part after dispatch': [
      lamp,
      reserved,
      paid,
      started,
      dispatched('s1', 'lamp', 2),
      refundRequested('r1', false),
      refundSettled,
    ],
    'refund under way': [lamp, reserved, paid, refundRequested('r1', true)],
    'refund failed': [lamp, reserved, paid, refundRequested('r1', true), refundFailed],
    'refund tried again': [lamp, reserved, paid, refundRequested('r1', true), refundFailed, refundRetried],
    'taken back': [lamp, reserved, paid, refundRequested('r1', true), refundSettled, cancelled],
    'taken back, its refund reversed and made anew': [
      ...[lamp, reserved, paid, refundRequested('r1', true), refundSettled, cancelled],
      ...[refundReversed, refundRetried, refundSettled],
    ],
    'refunded in part, reversed, and made anew': [
      ...[lamp, reserved, paid, refundRequested('r1', false), refundSettled],
      ...[refundReversed, refundRetried, refundSettled],
    ],
    'expired with a capture that came too late, its refund reversed and made anew': [
      ...[lamp, reserved, cancellationStarted, refundRequested('r1', true), refundSettled, expired],
      ...[refundReversed, refundRetried, refundSettled],
    ],
    'cancelled at once': [lamp, cancelled],
  }
  for (const [name, events] of Object.entries(histories)) {
    it(`has the status of the aggregate at each step: ${name}`, () => {
      for (let length = 1; length <= events.length; length += 1) {
        const part = events.slice(0, length)
        expect(rowAfter(...part).status).to.equal(fold({ initial, evolve }, part).status)
      }
    })
  }
})

const logOf = (...events: OrderEvent[]): readonly { readonly id: string }[] => {
  const log = createEventLog()
  return events.map((event) => log.append(`order-${orderId}`, event))
}
