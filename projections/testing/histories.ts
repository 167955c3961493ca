import type { OrderEvent, OrderLine } from '../../domain/order/events.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { WalletEvent } from '../../domain/wallet/events.ts'

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

/** The events of several streams as they come in `$all` where all move side by side, each in its order. */
export const sideBySide = <Event>(
  ...histories: readonly (readonly (readonly [stream: string, event: Event])[])[]
): (readonly [stream: string, event: Event])[] => {
  const steps = Math.max(...histories.map(({ length }) => length))
  return Array.from({ length: steps }, (_, step) =>
    histories.flatMap((history) => history.slice(step, step + 1)),
  ).flat()
}

/** A refund of an order that is paid, as the provider answers it, with its payment's events. */
export const refund = (
  orderId: string,
  refundId: string,
  amount: number,
  outcome: 'pending' | 'settled' | 'failed' | 'reversed',
): [string, OrderEvent | PaymentEvent][] => {
  const order = `order-${orderId}`
  const requested: OrderEvent = {
    type: 'RefundRequested',
    data: {
      ...{ orderId, refundId, amount: eur(amount), lines: [{ sku: 'lamp', quantity: 1 }], restock: true },
      ...{ cancelsOrder: false, reason: 'scratched', requestedAt: minute(10) },
    },
  }
  const failure = { code: 'refused', message: 'the bank said no', failedAt: minute(11) }
  switch (outcome) {
    case 'pending':
      return [[order, requested]]
    case 'failed':
      return [
        [order, requested],
        [
          `payment-${orderId}`,
          { type: 'PaymentRefundFailed', data: { paymentId: orderId, refundId, ...failure } },
        ],
        [order, { type: 'RefundFailed', data: { orderId, refundId, ...failure } }],
      ]
    case 'reversed': {
      const back = { refundId, amount: eur(amount), code: 'sent_back', message: 'account closed' }
      return [
        ...refund(orderId, refundId, amount, 'settled'),
        [
          `payment-${orderId}`,
          { type: 'PaymentRefundReversed', data: { paymentId: orderId, ...back, reversedAt: minute(13) } },
        ],
        [order, { type: 'RefundReversed', data: { orderId, ...back, reversedAt: minute(14) } }],
      ]
    }
    case 'settled':
      return [
        [order, requested],
        [
          `payment-${orderId}`,
          {
            type: 'PaymentRefunded',
            data: {
              ...{ paymentId: orderId, refundId, amount: eur(amount) },
              ...{ providerReference: `refund ${refundId}`, refundedAt: minute(11) },
            },
          },
        ],
        [
          order,
          { type: 'RefundSettled', data: { orderId, refundId, amount: eur(amount), settledAt: minute(12) } },
        ],
      ]
  }
}

/** Events of a wallet that was paid into, has paid for one order, holds money for another, and got a courtesy. */
export const busyWallet = (customerId: string): [string, WalletEvent][] => {
  const events: WalletEvent[] = [
    {
      type: 'WalletToppedUp',
      data: {
        ...{ customerId, topUpId: 't1', amount: eur(5_000), reference: 'bank transfer' },
        toppedUpAt: minute(0),
      },
    },
    { type: 'FundsHeld', data: { customerId, holdId: 'o1', amount: eur(1_490), heldAt: minute(1) } },
    { type: 'HoldCaptured', data: { customerId, holdId: 'o1', amount: eur(1_400), capturedAt: minute(2) } },
    { type: 'FundsHeld', data: { customerId, holdId: 'o2', amount: eur(700), heldAt: minute(3) } },
    { type: 'FundsHeld', data: { customerId, holdId: 'o3', amount: eur(100), heldAt: minute(4) } },
    { type: 'HoldReleased', data: { customerId, holdId: 'o3', amount: eur(100), releasedAt: minute(5) } },
    {
      type: 'WalletCredited',
      data: {
        ...{ customerId, creditId: 'o1/r1', amount: eur(500), refundedHoldId: 'o1', reason: 'refund' },
        creditedAt: minute(6),
      },
    },
  ]
  return events.map((event) => [`wallet-${customerId}`, event])
}
