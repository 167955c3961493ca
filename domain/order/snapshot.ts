import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import { Instant, Money } from '../values.ts'
import { CancellationReason, OrderLine, OrderTotals, SkuQuantity } from './events.ts'
import type { Order } from './state.ts'

const placement = {
  orderId: z.string(),
  customerId: z.string(),
  lines: z.array(OrderLine),
  totals: OrderTotals,
  paymentMethodId: z.string().nullable(),
  payBy: Instant,
}
const cancelling = z.strictObject({ reason: CancellationReason, startedAt: Instant }).nullable()
const payment = z.strictObject({ paymentId: z.string(), amount: Money })
const refunds = z.array(
  z.strictObject({
    refundId: z.string(),
    status: z.enum(['pending', 'settled', 'failed']),
    amount: Money,
    lines: z.array(SkuQuantity),
    restock: z.boolean(),
    cancelsOrder: z.boolean(),
    undispatched: z.boolean(),
    restocked: z.boolean(),
    tries: z.int().min(1),
  }),
)
const shipments = z.array(
  z.strictObject({
    shipmentId: z.string(),
    carrier: z.string(),
    trackingNumber: z.string(),
    lines: z.array(SkuQuantity),
    delivered: z.boolean(),
  }),
)

const Snapshot: z.ZodType<Order> = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('none') }),
  z.strictObject({
    status: z.enum(['placed', 'reserved']),
    ...placement,
    cancelling,
    reportId: z.string().nullable(),
  }),
  z.strictObject({ status: z.literal('paid'), ...placement, payment, refunds }),
  z.strictObject({
    status: z.enum(['fulfilling', 'shipped', 'delivered', 'completed']),
    ...placement,
    payment,
    refunds,
    shipments,
  }),
  z.strictObject({
    status: z.enum(['refund_pending', 'refund_failed', 'cancelled', 'expired']),
    ...placement,
    reason: CancellationReason,
    payment: payment.nullable(),
    refunds,
    ended: z.boolean(),
  }),
])

export const orderSnapshots: Snapshots<Order> = {
  toSnapshot: (order) => order,
  fromSnapshot: (snapshot) => Snapshot.parse(snapshot),
}
