import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Address, Instant, Money, Quantity, Sku } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const orderId = z.string().min(1)

export const OrderLine = z.strictObject({
  productId: z.string().min(1),
  sku: Sku,
  name: z.string().min(1),
  quantity: Quantity,
  unitPrice: Money,
})
export type OrderLine = Readonly<z.output<typeof OrderLine>>

export const OrderTotals = z.strictObject({ items: Money, shipping: Money, tax: Money, total: Money })
export type OrderTotals = Readonly<z.output<typeof OrderTotals>>

export const SkuQuantity = z.strictObject({ sku: Sku, quantity: Quantity })
export type SkuQuantity = Readonly<z.output<typeof SkuQuantity>>

export const Shortfall = z.strictObject({ sku: Sku, requested: Quantity, available: z.int().min(0) })
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
  refundId: z.string().min(1),
  amount: Money,
  lines: z.array(SkuQuantity),
  restock: z.boolean(),
  requestedAt: Instant,
}

export const orderContracts = {
  /** One line a sku; prices and names as the catalogue had them. `payBy`: until then the stock is kept for it. */
  OrderPlaced: {
    version: 1,
    schema: z.strictObject({
      orderId,
      customerId: z.string().min(1),
      lines: z.array(OrderLine).min(1),
      totals: OrderTotals,
      /** null once the customer's personal data was erased. */
      shippingAddress: Address.nullable(),
      /** null: the order waits for a payment after its stock is reserved. */
      paymentMethodId: z.string().min(1).nullable(),
      placedAt: Instant,
      payBy: Instant,
    }),
    personal: { subject: 'customerId', fields: ['shippingAddress'] },
  },
  /** For an order that was placed without one; from then on it is the order's. */
  PaymentMethodChosen: {
    version: 1,
    schema: z.strictObject({ orderId, paymentMethodId: z.string().min(1), chosenAt: Instant }),
  },
  /** The provider has said by itself what became of the payment, which stands in the payment's stream. */
  PaymentReported: {
    version: 1,
    schema: z.strictObject({ orderId, reportId: z.string().min(1), reportedAt: Instant }),
  },
  OrderReserved: { version: 1, schema: z.strictObject({ orderId, reservedAt: Instant }) },
  OrderPaid: {
    version: 1,
    schema: z.strictObject({ orderId, paymentId: z.string().min(1), amount: Money, paidAt: Instant }),
  },
  /** Decided; stock and money are not yet given back. `shortfalls` only for `out_of_stock`. */
  OrderCancellationStarted: {
    version: 1,
    schema: z.strictObject({
      orderId,
      reason: CancellationReason,
      detail: z.string().nullable(),
      shortfalls: z.array(Shortfall),
      startedAt: Instant,
    }),
  },
  OrderCancelled: {
    version: 1,
    schema: z.strictObject({ orderId, reason: CancellationReason, cancelledAt: Instant }),
  },
  OrderExpired: { version: 1, schema: z.strictObject({ orderId, expiredAt: Instant }) },
  FulfilmentStarted: { version: 1, schema: z.strictObject({ orderId, startedAt: Instant }) },
  ShipmentDispatched: {
    version: 1,
    schema: z.strictObject({
      orderId,
      shipmentId: z.string().min(1),
      carrier: z.string().min(1),
      trackingNumber: z.string().min(1),
      lines: z.array(SkuQuantity).min(1),
      dispatchedAt: Instant,
    }),
  },
  ShipmentDelivered: {
    version: 1,
    schema: z.strictObject({ orderId, shipmentId: z.string().min(1), deliveredAt: Instant }),
  },
  OrderCompleted: { version: 1, schema: z.strictObject({ orderId, completedAt: Instant }) },
  /**
   * `cancelsOrder`: the whole order is taken back, and `reason` is then why it will be cancelled; else a partial refund or
   * a return. `restock`: the goods in `lines` come back to the shelf.
   */
  RefundRequested: {
    version: 1,
    schema: z.discriminatedUnion('cancelsOrder', [
      z.strictObject({ ...refundRequest, cancelsOrder: z.literal(true), reason: CancellationReason }),
      z.strictObject({ ...refundRequest, cancelsOrder: z.literal(false), reason: z.string().min(1) }),
    ]),
  },
  RefundSettled: {
    version: 1,
    schema: z.strictObject({ orderId, refundId: z.string().min(1), amount: Money, settledAt: Instant }),
  },
  RefundFailed: {
    version: 1,
    schema: z.strictObject({
      orderId,
      refundId: z.string().min(1),
      code: z.string().min(1),
      message: z.string(),
      failedAt: Instant,
    }),
  },
  RefundRetried: {
    version: 1,
    schema: z.strictObject({ orderId, refundId: z.string().min(1), retriedAt: Instant }),
  },
} as const satisfies EventContracts

export type OrderEvent = EventOf<typeof orderContracts>
