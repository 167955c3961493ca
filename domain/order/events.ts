import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Address, Instant, Money, Quantity, Sku } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const orderId = z.string().min(1)
const refundId = z.string().min(1).describe('unique for the order')

export const OrderLine = z.strictObject({
  productId: z.string().min(1),
  sku: Sku,
  name: z.string().min(1).describe('of the product, as the catalogue had it'),
  quantity: Quantity,
  unitPrice: Money,
})
export type OrderLine = Readonly<z.output<typeof OrderLine>>

export const OrderTotals = z.strictObject({ items: Money, shipping: Money, tax: Money, total: Money })
export type OrderTotals = Readonly<z.output<typeof OrderTotals>>

export const SkuQuantity = z.strictObject({ sku: Sku, quantity: Quantity })
export type SkuQuantity = Readonly<z.output<typeof SkuQuantity>>

export const Shortfall = z.strictObject({
  sku: Sku,
  requested: Quantity,
  available: z.int().min(0).describe('in pieces'),
})
export type Shortfall = Readonly<z.output<typeof Shortfall>>

export const CancellationReason = z.enum([
  'out_of_stock',
  'payment_declined',
  'capture_failed',
  'expired',
  'requested_by_customer',
  'requested_by_staff',
])
export type CancellationReason = z.output<typeof CancellationReason>

const refundRequest = {
  orderId,
  refundId,
  amount: Money,
  lines: z.array(SkuQuantity),
  restock: z.boolean().describe('whether the goods in lines come back to the shelf'),
  requestedAt: Instant,
}

export const orderContracts = {
  OrderPlaced: {
    version: 1,
    meaning: 'A customer has ordered. One line a sku, with prices and names as the catalogue had them.',
    schema: z.strictObject({
      orderId,
      customerId: z.string().min(1),
      lines: z.array(OrderLine).min(1),
      totals: OrderTotals,
      shippingAddress: Address.nullable().describe("null once the customer's personal data was erased"),
      paymentMethodId: z
        .string()
        .min(1)
        .nullable()
        .describe('null: the order waits for a payment after its stock is reserved'),
      placedAt: Instant,
      payBy: Instant.describe('RFC 3339, UTC, milliseconds; until then the stock is kept for the order'),
    }),
    personal: { subject: 'customerId', fields: ['shippingAddress'] },
  },
  PaymentMethodChosen: {
    version: 1,
    meaning:
      'The payment method of an order that was placed without one; from then on it is the method of the order.',
    schema: z.strictObject({ orderId, paymentMethodId: z.string().min(1), chosenAt: Instant }),
  },
  PaymentReported: {
    version: 1,
    meaning:
      'The provider has said by itself what became of the payment, which stands in the stream of the payment.',
    schema: z.strictObject({
      orderId,
      reportId: z.string().min(1).describe("the provider's id of the report"),
      reportedAt: Instant,
    }),
  },
  OrderReserved: {
    version: 1,
    meaning: 'The stock of every line is reserved.',
    schema: z.strictObject({ orderId, reservedAt: Instant }),
  },
  OrderPaid: {
    version: 1,
    meaning: 'The money was captured and the stock committed.',
    schema: z.strictObject({ orderId, paymentId: z.string().min(1), amount: Money, paidAt: Instant }),
  },
  OrderCancellationStarted: {
    version: 1,
    meaning: 'It is decided that the order is cancelled; stock and money are not yet given back.',
    schema: z.strictObject({
      orderId,
      reason: CancellationReason,
      detail: z.string().nullable(),
      shortfalls: z.array(Shortfall).describe('only for out_of_stock'),
      startedAt: Instant,
    }),
  },
  OrderCancelled: {
    version: 1,
    meaning: 'The order is cancelled: stock and money have been given back.',
    schema: z.strictObject({ orderId, reason: CancellationReason, cancelledAt: Instant }),
  },
  OrderExpired: {
    version: 1,
    meaning: 'The order was not paid for in time: its stock has been given back.',
    schema: z.strictObject({ orderId, expiredAt: Instant }),
  },
  FulfilmentStarted: {
    version: 1,
    meaning: 'The warehouse has begun to pick the order.',
    schema: z.strictObject({ orderId, startedAt: Instant }),
  },
  ShipmentDispatched: {
    version: 1,
    meaning: 'A parcel with some or all of the goods has left the warehouse.',
    schema: z.strictObject({
      orderId,
      shipmentId: z.string().min(1).describe('unique for the order'),
      carrier: z.string().min(1),
      trackingNumber: z.string().min(1).describe('as the carrier gave it'),
      lines: z.array(SkuQuantity).min(1),
      dispatchedAt: Instant,
    }),
  },
  ShipmentDelivered: {
    version: 1,
    meaning: 'A parcel has reached the customer.',
    schema: z.strictObject({ orderId, shipmentId: z.string().min(1), deliveredAt: Instant }),
  },
  OrderCompleted: {
    version: 1,
    meaning: 'The order is over: delivered, and the time for objections has passed.',
    schema: z.strictObject({ orderId, completedAt: Instant }),
  },
  RefundRequested: {
    version: 1,
    meaning:
      'Money is to be given back: for the whole order, which is then cancelled, or for a part of it or a return.',
    schema: z.discriminatedUnion('cancelsOrder', [
      z.strictObject({
        ...refundRequest,
        cancelsOrder: z.literal(true),
        reason: CancellationReason.describe('why the order will be cancelled'),
      }),
      z.strictObject({ ...refundRequest, cancelsOrder: z.literal(false), reason: z.string().min(1) }),
    ]),
  },
  RefundSettled: {
    version: 1,
    meaning: 'The money of a refund was given back.',
    schema: z.strictObject({ orderId, refundId, amount: Money, settledAt: Instant }),
  },
  RefundFailed: {
    version: 1,
    meaning: 'The provider has refused a refund for good.',
    schema: z.strictObject({
      orderId,
      refundId,
      code: z.string().min(1).describe("the provider's, for programs"),
      message: z.string().describe("the provider's, for people"),
      failedAt: Instant,
    }),
  },
  RefundReversed: {
    version: 1,
    meaning:
      'The provider had said that the money of a refund was given back, and says now that it failed: the customer has not got it. Goods that came back stay on the shelf, and an order that was cancelled stays so; it waits for the refund to be retried.',
    schema: z.strictObject({
      orderId,
      refundId,
      amount: Money,
      code: z.string().min(1).describe("the provider's, for programs"),
      message: z.string().describe("the provider's, for people"),
      reversedAt: Instant,
    }),
  },
  RefundRetried: {
    version: 1,
    meaning: 'A refund that had failed is to be tried again.',
    schema: z.strictObject({ orderId, refundId, retriedAt: Instant }),
  },
} as const satisfies EventContracts

export type OrderEvent = EventOf<typeof orderContracts>
