import type { OrderEvent, OrderLine, OrderTotals, SkuQuantity } from '../order/events.ts'
import type { Money } from '../values.ts'

export const eur = (amount: number): Money => ({ amount, currency: 'EUR' })

/** 10 June 2025 at 12:00 and `minutes` more. */
export const at = (minutes: number): string => new Date(Date.UTC(2025, 5, 10, 12, minutes)).toISOString()

/** Three mugs and a shirt: 55.00, delivery 4.90, tax 19 % of both. */
export const lines: OrderLine[] = [
  { productId: 'p-mug', sku: 'MUG', name: 'Mug', quantity: 3, unitPrice: eur(1000) },
  { productId: 'p-shirt', sku: 'SHIRT', name: 'Shirt', quantity: 1, unitPrice: eur(2500) },
]
export const totals: OrderTotals = { items: eur(5500), shipping: eur(490), tax: eur(1138), total: eur(7128) }
export const allGoods: SkuQuantity[] = [
  { sku: 'MUG', quantity: 3 },
  { sku: 'SHIRT', quantity: 1 },
]

const orderId = 'o-1'

export const placed: Extract<OrderEvent, { type: 'OrderPlaced' }> = {
  type: 'OrderPlaced',
  data: {
    orderId,
    customerId: 'c-1',
    lines,
    totals,
    shippingAddress: {
      name: 'Ada Byron',
      line1: '12 St James Square',
      city: 'London',
      postalCode: 'SW1Y 4LB',
      country: 'GB',
    },
    paymentMethodId: 'pm-1',
    placedAt: at(0),
    payBy: at(15),
  },
}
export const reserved: OrderEvent = { type: 'OrderReserved', data: { orderId, reservedAt: at(1) } }
export const paid: OrderEvent = {
  type: 'OrderPaid',
  data: { orderId, paymentId: 'pay-1', amount: totals.total, paidAt: at(2) },
}
export const cancellationStarted = (
  reason: Extract<OrderEvent, { type: 'OrderCancellationStarted' }>['data']['reason'],
): OrderEvent => ({
  type: 'OrderCancellationStarted',
  data: { orderId, reason, detail: null, shortfalls: [], startedAt: at(3) },
})
export const cancelled = (
  reason: Extract<OrderEvent, { type: 'OrderCancelled' }>['data']['reason'],
  minutes = 9,
): OrderEvent => ({ type: 'OrderCancelled', data: { orderId, reason, cancelledAt: at(minutes) } })
export const expired: OrderEvent = { type: 'OrderExpired', data: { orderId, expiredAt: at(9) } }
export const fulfilmentStarted: OrderEvent = {
  type: 'FulfilmentStarted',
  data: { orderId, startedAt: at(4) },
}
export const dispatched = (shipmentId: string, goods: SkuQuantity[]): OrderEvent => ({
  type: 'ShipmentDispatched',
  data: {
    orderId,
    shipmentId,
    carrier: 'DHL',
    trackingNumber: `T-${shipmentId}`,
    lines: goods,
    dispatchedAt: at(5),
  },
})
export const delivered = (shipmentId: string): OrderEvent => ({
  type: 'ShipmentDelivered',
  data: { orderId, shipmentId, deliveredAt: at(6) },
})
export const completed: OrderEvent = { type: 'OrderCompleted', data: { orderId, completedAt: at(7) } }

/** A partial refund or a return, of which nothing comes back to the shelf. */
export const refundRequested = (refundId: string, amount: number, goods: SkuQuantity[] = []): OrderEvent => ({
  type: 'RefundRequested',
  data: {
    orderId,
    refundId,
    amount: eur(amount),
    lines: goods,
    restock: false,
    cancelsOrder: false,
    reason: 'damaged',
    requestedAt: at(8),
  },
})
/** The whole order is taken back at a customer's wish. */
export const takenBack = (refundId: string, amount: number, goods: SkuQuantity[] = allGoods): OrderEvent => ({
  type: 'RefundRequested',
  data: {
    orderId,
    refundId,
    amount: eur(amount),
    lines: goods,
    restock: true,
    cancelsOrder: true,
    reason: 'requested_by_customer',
    requestedAt: at(8),
  },
})
export const refundSettled = (refundId: string, amount: number): OrderEvent => ({
  type: 'RefundSettled',
  data: { orderId, refundId, amount: eur(amount), settledAt: at(9) },
})
export const refundFailed = (refundId: string): OrderEvent => ({
  type: 'RefundFailed',
  data: { orderId, refundId, code: 'provider_refused', message: 'Account closed', failedAt: at(9) },
})
export const refundReversed = (refundId: string, amount: number): OrderEvent => ({
  type: 'RefundReversed',
  data: {
    orderId,
    refundId,
    amount: eur(amount),
    code: 'account_closed',
    message: 'Sent back',
    reversedAt: at(10),
  },
})
export const refundRetried = (refundId: string): OrderEvent => ({
  type: 'RefundRetried',
  data: { orderId, refundId, retriedAt: at(9) },
})
