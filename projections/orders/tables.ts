import type {
  CancellationReason,
  OrderEvent,
  OrderLine,
  OrderTotals,
  Shortfall,
  SkuQuantity,
} from '../../domain/order/events.ts'
import type { Money } from '../money.ts'
import type { Failure } from '../payments/tables.ts'
import { document, instant, integer, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'
import type { Transition } from '../transition.ts'

export type { Money } from '../money.ts'
export type Address = NonNullable<Extract<OrderEvent, { type: 'OrderPlaced' }>['data']['shippingAddress']>

export const ORDER_STATUSES = [
  'placed',
  'reserved',
  'paid',
  'fulfilling',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'expired',
  'refund_pending',
  'refund_failed',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export interface Cancellation {
  readonly reason: CancellationReason
  readonly detail: string | null
  /** What was asked for and not there, where the reason is `out_of_stock`. */
  readonly shortfalls: readonly Shortfall[]
  readonly startedAt: string
  /** null while stock and money are still being given back. */
  readonly endedAt: string | null
}

export interface Shipment {
  readonly id: string
  readonly carrier: string
  readonly trackingNumber: string
  readonly lines: readonly SkuQuantity[]
  readonly dispatchedAt: string
  readonly deliveredAt: string | null
}

export interface Refund {
  readonly id: string
  readonly status: 'pending' | 'settled' | 'failed'
  readonly amount: Money
  readonly lines: readonly SkuQuantity[]
  readonly restock: boolean
  readonly cancelsOrder: boolean
  /** Its lines had not been dispatched when they were taken back, and never will be. */
  readonly undispatched: boolean
  readonly reason: string
  readonly requestedAt: string
  readonly settledAt: string | null
  readonly failure: Failure | null
}

/** One row an order, fed by its `order-` stream. */
export const ordersTable = table({
  name: 'orders',
  columns: {
    id: text,
    customer_id: text,
    status: oneOf(ORDER_STATUSES),
    currency: text,
    total_amount: integer,
    placed_at: instant,
    pay_by: instant,
    updated_at: instant,
    lines: document<readonly OrderLine[]>(),
    totals: document<OrderTotals>(),
    shipping_address: nullable(document<Address>()),
    cancellation: nullable(document<Cancellation>()),
    shipments: document<readonly Shipment[]>(),
    refunds: document<readonly Refund[]>(),
    history: document<readonly Transition<OrderStatus>[]>(),
    revision,
  },
  key: ['id'],
  indexes: [
    '(customer_id, placed_at DESC, id DESC)',
    '(placed_at DESC, id DESC)',
    '(status, placed_at DESC, id DESC)',
  ],
  personal: { subject: 'customer_id', columns: ['shipping_address'] },
})
export type OrderRow = RowOf<typeof ordersTable>

/** How many orders there are in each status that any has ever been in. */
export const orderCountsTable = table({
  name: 'order_counts',
  columns: { status: oneOf(ORDER_STATUSES), orders: integer },
  key: ['status'],
  indexes: [],
})

/** The words an order is found by. They never change, so the costly index over them is written once an order. */
export const orderSearchTable = table({
  name: 'order_search',
  columns: { order_id: text, words: text },
  key: ['order_id'],
  indexes: [`USING gin (to_tsvector('simple', words))`],
})
