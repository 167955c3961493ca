import { expect } from 'chai'
import { fold } from '../domain/decider.ts'
import { orderDecider } from '../domain/order/decide.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { checkout } from './checkout.ts'

const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const at = '2026-01-01T00:00:00.000Z'
const orderId = 'o1'

const placed = (paymentMethodId: string | null): OrderEvent => ({
  type: 'OrderPlaced',
  data: {
    orderId,
    customerId: 'c1',
    lines: [{ productId: 'p1', sku: 's1', name: 'A thing', quantity: 1, unitPrice: eur(1_000) }],
    totals: { items: eur(1_000), shipping: eur(0), tax: eur(0), total: eur(1_000) },
    shippingAddress: null,
    paymentMethodId,
    placedAt: at,
    payBy: '2026-01-01T00:15:00.000Z',
  },
})
const reserved: OrderEvent = { type: 'OrderReserved', data: { orderId, reservedAt: at } }
const paid: OrderEvent = {
  type: 'OrderPaid',
  data: { orderId, paymentId: orderId, amount: eur(1_000), paidAt: at },
}
const cancelling: OrderEvent = {
  type: 'OrderCancellationStarted',
  data: { orderId, reason: 'out_of_stock', detail: null, shortfalls: [], startedAt: at },
}
const cancelled: OrderEvent = {
  type: 'OrderCancelled',
  data: { orderId, reason: 'out_of_stock', cancelledAt: at },
}

const next = (...events: OrderEvent[]): string | undefined => {
  const order = fold(orderDecider, events)
  if (order.status === 'none') throw new Error('no order')
  return checkout(order)?.name
}

describe('the checkout table', () => {
  const card = placed('sim_approve')
  const rows: [string, OrderEvent[], string | undefined][] = [
    ['placed: reserve', [card], 'reserve'],
    ['reserved with a payment method: pay', [card, reserved], 'pay'],
    ['reserved without one: wait for the customer', [placed(null), reserved], undefined],
    ['paid: nothing', [card, reserved, paid], undefined],
    ['cancelling while placed: compensate', [card, cancelling], 'compensate'],
    ['cancelling while reserved: compensate', [card, reserved, cancelling], 'compensate'],
    ['cancelling, waiting for a payment: compensate', [placed(null), reserved, cancelling], 'compensate'],
    ['cancelled: nothing', [card, cancelling, cancelled], undefined],
  ]
  for (const [name, events, step] of rows) {
    it(name, () => {
      expect(next(...events)).to.equal(step)
    })
  }
})
