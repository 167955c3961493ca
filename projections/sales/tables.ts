import { CancellationReason } from '../../domain/order/events.ts'
import { document, instant, integer, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'

export const CANCELLATION_REASONS = CancellationReason.options

/** A line as it is counted. */
export interface SoldLine {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  /** Minor units: quantity × price. */
  readonly amount: number
}

/**
 * One row an order, fed by its `order-` stream: what the counters below were told of it, so that each event is counted once.
 * Amounts in all tables are minor units of the currency; hours and days are those of UTC.
 */
export const salesOrdersTable = table({
  name: 'sales_orders',
  columns: {
    order_id: text,
    customer_id: text,
    currency: text,
    total_amount: integer,
    lines: document<readonly SoldLine[]>(),
    placed_at: instant,
    paid_at: nullable(instant),
    revision,
  },
  key: ['order_id'],
  indexes: [],
})
export type SalesOrderRow = RowOf<typeof salesOrdersTable>

/** What happened in an hour. */
export const salesHoursTable = table({
  name: 'sales_hours',
  columns: {
    /** Its beginning. */
    hour: instant,
    currency: text,
    /** Orders placed in it, and what they cost. */
    placed: integer,
    placed_amount: integer,
    /** Those of them that were paid, whenever that was. */
    converted: integer,
    /** Orders paid in it, and what for. */
    paid: integer,
    revenue: integer,
    /** Orders that ended in it without having been delivered: cancelled or expired. */
    cancelled: integer,
    /** Refunds settled in it. */
    refunds: integer,
    refunded: integer,
  },
  key: ['hour', 'currency'],
  indexes: [],
})
export type SalesHourRow = RowOf<typeof salesHoursTable>

/** What was paid for in a day, by product as it was called then. */
export const salesProductsTable = table({
  name: 'sales_products',
  columns: {
    /** Its beginning. */
    day: instant,
    currency: text,
    sku: text,
    name: text,
    orders: integer,
    units: integer,
    revenue: integer,
  },
  key: ['day', 'currency', 'sku', 'name'],
  indexes: [],
})
export type SalesProductRow = RowOf<typeof salesProductsTable>

/** Why orders ended in an hour, and what they would have brought. */
export const cancellationsTable = table({
  name: 'cancellations',
  columns: {
    hour: instant,
    currency: text,
    reason: oneOf(CANCELLATION_REASONS),
    orders: integer,
    amount: integer,
  },
  key: ['hour', 'currency', 'reason'],
  indexes: [],
})
export type CancellationRow = RowOf<typeof cancellationsTable>

/** What a customer has ordered so far. */
export const customerTotalsTable = table({
  name: 'customer_totals',
  columns: {
    customer_id: text,
    currency: text,
    orders: integer,
    paid: integer,
    cancelled: integer,
    spent: integer,
    refunded: integer,
    first_order_at: instant,
    last_order_at: instant,
  },
  key: ['customer_id', 'currency'],
  indexes: [],
})
export type CustomerTotalsRow = RowOf<typeof customerTotalsTable>
