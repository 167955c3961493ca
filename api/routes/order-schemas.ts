import { z } from 'zod'
import { ORDER_STATUSES, PAYMENT_STATUSES } from '../../projections/orders/queries.ts'
import { Id, Instant, line, Money, NextCursor, ProductId, Sku } from '../schemas.ts'

const Quantity = z.int().min(1).max(10_000).meta({ description: 'Pieces' })

export const EXAMPLE_ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
}

const Address = z
  .strictObject({
    name: line(200),
    line1: line(200),
    line2: line(200).optional(),
    city: line(100),
    region: line(100).optional(),
    postalCode: line(20),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .meta({ description: 'ISO 3166-1 alpha-2' }),
  })
  .meta({
    id: 'Address',
    examples: [EXAMPLE_ADDRESS],
  })

export const PlaceOrderBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ productId: ProductId, quantity: Quantity }))
      .min(1)
      .max(100)
      .meta({ description: 'Items of the same product are taken together' }),
    shippingAddress: Address,
    paymentMethodId: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .nullable()
      .default(null)
      .meta({
        description: 'null: the order waits for a payment once its stock is reserved',
        examples: ['sim_approve', 'sim_decline', 'sim_slow'],
      }),
  })
  .meta({
    id: 'NewOrder',
    examples: [
      {
        items: [{ productId: 'ethiopia-guji-250', quantity: 2 }],
        shippingAddress: EXAMPLE_ADDRESS,
        paymentMethodId: 'sim_approve',
      },
    ],
  })

export const OrderStatus = z.enum(ORDER_STATUSES).meta({ id: 'OrderStatus' })
export const PaymentStatus = z.enum(PAYMENT_STATUSES).meta({ id: 'PaymentStatus' })

export const Actor = z.object({ kind: z.enum(['customer', 'staff', 'service', 'system']), id: z.string() })

const Cause = z
  .object({
    type: z.string(),
    id: z.string(),
    causationId: z.string().meta({ description: 'The event or request that it goes back to' }),
  })
  .meta({ description: 'The triggering event' })

const historyOf = <Status extends z.ZodType>(status: Status) =>
  z.array(z.object({ status, at: Instant, cause: Cause, actor: Actor })).readonly()

export const PaymentHistory = historyOf(PaymentStatus)

const History = historyOf(OrderStatus).meta({ description: 'Every status it has had, oldest first' })

export const OrderItem = z
  .object({
    productId: z.string(),
    sku: Sku,
    name: z.string(),
    quantity: z.int(),
    unitPrice: Money,
  })
  .meta({ id: 'OrderItem', description: 'Name and price are those of the moment it was ordered' })

export const Totals = z
  .object({ items: Money, shipping: Money, tax: Money, total: Money })
  .meta({ id: 'OrderTotals' })

export const Failure = z.object({ code: z.string(), message: z.string() })

const Payment = z
  .object({
    id: z.string(),
    status: PaymentStatus,
    provider: z.string().nullable(),
    paymentMethodId: z.string().nullable(),
    amount: Money,
    captured: Money,
    refunded: Money,
    failure: Failure.nullable().meta({ description: 'Why the provider last said no' }),
    history: PaymentHistory,
  })
  .meta({ id: 'OrderPayment' })

const Cancellation = z
  .object({
    reason: z.string(),
    detail: z.string().nullable(),
    shortfalls: z
      .array(z.object({ sku: Sku, requested: z.int(), available: z.int() }))
      .readonly()
      .meta({ description: 'What was asked for and not there, where the reason is `out_of_stock`' }),
    startedAt: Instant,
    endedAt: Instant.nullable().meta({
      description: 'null while stock and money are still being given back',
    }),
  })
  .meta({ id: 'OrderCancellation' })

const SkuQuantities = z.array(z.object({ sku: Sku, quantity: z.int() })).readonly()

const Shipment = z
  .object({
    id: z.string(),
    carrier: z.string(),
    trackingNumber: z.string(),
    lines: SkuQuantities,
    dispatchedAt: Instant,
    deliveredAt: Instant.nullable(),
  })
  .meta({ id: 'Shipment' })

const Refund = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'settled', 'failed']),
    amount: Money,
    lines: SkuQuantities,
    restock: z.boolean(),
    cancelsOrder: z.boolean(),
    reason: z.string(),
    requestedAt: Instant,
    settledAt: Instant.nullable(),
    failure: Failure.nullable(),
  })
  .meta({ id: 'Refund' })

export const Order = z
  .object({
    id: Id,
    customerId: z.string(),
    status: OrderStatus,
    items: z.array(OrderItem).readonly(),
    totals: Totals,
    shippingAddress: Address.nullable().meta({ description: 'null once the personal data was erased' }),
    payment: Payment,
    cancellation: Cancellation.nullable(),
    shipments: z.array(Shipment).readonly(),
    refunds: z.array(Refund).readonly(),
    history: History,
    placedAt: Instant,
    payBy: Instant.meta({ description: 'Its stock is kept until then, if it is not paid' }),
    updatedAt: Instant,
    revision: z.string().meta({ description: 'Of its stream' }),
  })
  .meta({ id: 'Order' })

/** An order of which it is only known yet that it was placed. */
export const PlacedOrder = Order.pick({
  id: true,
  customerId: true,
  status: true,
  items: true,
  totals: true,
  payBy: true,
}).meta({ id: 'PlacedOrder' })

export const OrderPage = z
  .object({
    items: z
      .array(
        z
          .object({
            id: Id,
            customerId: z.string(),
            status: OrderStatus,
            paymentStatus: PaymentStatus,
            placedAt: Instant,
            updatedAt: Instant,
            items: z.array(OrderItem).readonly(),
            total: Money,
          })
          .meta({ id: 'OrderSummary' }),
      )
      .readonly(),
    nextCursor: NextCursor,
  })
  .meta({ id: 'OrderPage' })

export const OrderProgress = z
  .object({ id: Id, status: OrderStatus, history: History })
  .meta({ id: 'OrderProgress' })

const AuditedEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    stream: z.string(),
    revision: z.string(),
    position: z.string().meta({ description: '`<commit>/<prepare>` in $all' }),
    at: Instant,
    actor: Actor,
    correlationId: z.string(),
    causationId: z.string(),
    commandId: z.string(),
    traceparent: z.string().nullable(),
    schemaVersion: z.int(),
    data: z.record(z.string(), z.unknown()).readonly().meta({ description: 'Without personal data' }),
  })
  .meta({ id: 'AuditedEvent' })

export const AuditTrail = z.object({ items: z.array(AuditedEvent).readonly() }).meta({ id: 'AuditTrail' })

export const LIVE_EVENT = {
  id: '0d9f7a52-3f2e-5e0c-9b59-3c5f0a8f2b11',
  type: 'OrderPaid',
  stream: 'order-01KAJ5Z4QW8X2N6T3R9V7C1B0D',
  revision: '2',
  position: '18342/18342',
  at: '2025-11-21T09:30:00.000Z',
  actor: { kind: 'system', id: 'checkout' },
  correlationId: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
  causationId: '7b0f4c6e-7a0d-5a53-8f0e-7f0c2a1f6d21',
  commandId: '3f6e2b1a-0d5c-5b7e-8a55-1f2e3d4c5b6a',
  traceparent: null,
  schemaVersion: 1,
  data: {
    orderId: '01KAJ5Z4QW8X2N6T3R9V7C1B0D',
    paymentId: '01KAJ5Z4QW8X2N6T3R9V7C1B0D',
    amount: { amount: 4488, currency: 'EUR' },
    paidAt: '2025-11-21T09:30:00.000Z',
  },
  status: 'paid',
}

/** What is told of an event to whoever follows its order. */
export const LiveOrderEvent = z
  .object({
    ...AuditedEvent.shape,
    status: OrderStatus.meta({ description: 'Where the order stood after it' }),
  })
  .meta({
    id: 'LiveOrderEvent',
    examples: [LIVE_EVENT],
  })

/** The last thing that is sent before the connection is closed. */
export const LiveEnd = z
  .object({
    reason: z.enum(['over', 'token', 'time', 'stopping']).meta({
      description:
        'over: nothing more happens to the order; token: the access token is good no more, get a new one and go on; ' +
        'time: it has lasted as long as it may, and stopping: this instance is being stopped, go on with a new connection',
    }),
  })
  .meta({ id: 'LiveEnd', examples: [{ reason: 'over' }] })
