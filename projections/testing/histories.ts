import type { OrderEvent, OrderLine } from '../../domain/order/events.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'

type EventOfType<Event extends { type: string }, Type extends Event['type']> = Extract<Event, { type: Type }>

export const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
/** The moment that lies `minutes` after an arbitrary one. */
export const minute = (minutes: number): string => new Date(Date.UTC(2030, 0, 1, 0, minutes)).toISOString()

export const line = (sku: string, quantity = 1, unitPrice = 500): OrderLine => ({
  productId: `product-${sku}`,
  sku,
  name: `Fine ${sku}`,
  quantity,
  unitPrice: eur(unitPrice),
})

export const orderPlaced = (
  orderId: string,
  change: Partial<EventOfType<OrderEvent, 'OrderPlaced'>['data']> = {},
): EventOfType<OrderEvent, 'OrderPlaced'> => {
  const lines = change.lines ?? [line('lamp', 2)]
  const items = eur(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0))
  return {
    type: 'OrderPlaced',
    data: {
      orderId,
      customerId: 'ada',
      lines,
      totals: { items, shipping: eur(490), tax: eur(0), total: eur(items.amount + 490) },
      shippingAddress: {
        ...{ name: 'Ada Lovelace', line1: '1 Long Lane' },
        ...{ city: 'London', postalCode: 'N1', country: 'GB' },
      },
      paymentMethodId: 'sim_approve',
      placedAt: minute(0),
      payBy: minute(15),
      ...change,
    },
  }
}

export const paymentInitiated = (
  orderId: string,
  amount = 1_490,
): EventOfType<PaymentEvent, 'PaymentInitiated'> => ({
  type: 'PaymentInitiated',
  data: {
    ...{ paymentId: orderId, orderId, customerId: 'ada', amount: eur(amount) },
    ...{ provider: 'simulator', paymentMethodId: 'sim_approve', initiatedAt: minute(2) },
  },
})

export const stockReceived = (
  sku: string,
  quantity: number,
): EventOfType<InventoryEvent, 'StockReceived'> => ({
  type: 'StockReceived',
  data: { sku, quantity, reference: 'delivery 1', receivedAt: minute(0) },
})

/** Events of an order that is paid, with its payment's, as they come in `$all`: [stream, event]. */
export const paidOrder = (
  orderId: string,
  change: Partial<EventOfType<OrderEvent, 'OrderPlaced'>['data']> = {},
): [string, OrderEvent | PaymentEvent][] => {
  const placed = orderPlaced(orderId, change)
  const { total } = placed.data.totals
  return [
    [`order-${orderId}`, placed],
    [`order-${orderId}`, { type: 'OrderReserved', data: { orderId, reservedAt: minute(1) } }],
    [`payment-${orderId}`, paymentInitiated(orderId, total.amount)],
    [
      `payment-${orderId}`,
      {
        type: 'PaymentAuthorized',
        data: { paymentId: orderId, providerReference: `auth ${orderId}`, authorizedAt: minute(3) },
      },
    ],
    [
      `payment-${orderId}`,
      { type: 'PaymentCaptured', data: { paymentId: orderId, amount: total, capturedAt: minute(4) } },
    ],
    [
      `order-${orderId}`,
      { type: 'OrderPaid', data: { orderId, paymentId: orderId, amount: total, paidAt: minute(5) } },
    ],
  ]
}
