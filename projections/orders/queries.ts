import type { Pool } from 'pg'
import type { OrderLine, OrderTotals } from '../../domain/order/events.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { pageOf, type Page } from '../cursor.ts'
import { newestFirst, pageSize, type List } from '../newest-first.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { paymentsProjection } from '../payments/projection.ts'
import { paymentsTable, type Failure, type PaymentRow, type PaymentStatus } from '../payments/tables.ts'
import type { Transition } from '../transition.ts'
import { ordersProjection } from './projection.ts'
import { orderCountsTable, orderSearchTable, ordersTable } from './tables.ts'
import type { Address, Cancellation, Money, OrderRow, OrderStatus, Refund, Shipment } from './tables.ts'

export { ORDER_STATUSES } from './tables.ts'
export type { Address, Cancellation, Money, OrderStatus, Shipment } from './tables.ts'
export { PAYMENT_STATUSES } from '../payments/tables.ts'
export type { PaymentStatus } from '../payments/tables.ts'
export type { Transition } from '../transition.ts'

export interface OrderPayment {
  readonly id: string
  /** Before anything was asked of a provider: `pending` as long as that may still come, then `voided`. */
  readonly status: PaymentStatus
  readonly provider: string | null
  readonly paymentMethodId: string | null
  readonly amount: Money
  readonly captured: Money
  readonly refunded: Money
  /** Why the provider last said no. */
  readonly failure: Failure | null
  readonly history: readonly Transition<PaymentStatus>[]
}

export type OrderRefund = Omit<Refund, 'undispatched'>

export interface OrderSummary {
  readonly id: string
  readonly customerId: string
  readonly status: OrderStatus
  readonly paymentStatus: PaymentStatus
  readonly placedAt: string
  readonly updatedAt: string
  readonly items: readonly OrderLine[]
  readonly total: Money
}

export interface OrderDetail {
  readonly id: string
  readonly customerId: string
  readonly status: OrderStatus
  readonly items: readonly OrderLine[]
  readonly totals: OrderTotals
  /** null once the customer's personal data was erased. */
  readonly shippingAddress: Address | null
  readonly payment: OrderPayment
  readonly cancellation: Cancellation | null
  readonly shipments: readonly Shipment[]
  readonly refunds: readonly OrderRefund[]
  /** Every status it has had, oldest first. */
  readonly history: readonly Transition<OrderStatus>[]
  readonly placedAt: string
  /** Stock is kept until then, if it is not paid. */
  readonly payBy: string
  readonly updatedAt: string
  /** Revision of the order's stream that this shows. */
  readonly revision: string
}

export interface OrderFilter {
  readonly customerId?: string | undefined
  readonly statuses?: readonly OrderStatus[] | undefined
  /** RFC 3339, inclusive. */
  readonly placedFrom?: string | undefined
  /** RFC 3339, exclusive. */
  readonly placedBefore?: string | undefined
  /** Words, or beginnings of words, of: order id, customer id, product ids, skus, product names. All have to be there. */
  readonly text?: string | undefined
  /** Orders a page, 1 to 100. Default 20. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const orders = viewOf(ordersProjection, ordersTable)
const payments = viewOf(paymentsProjection, paymentsTable)
const search = viewOf(ordersProjection, orderSearchTable)

/** The order `id` with all that is known of it; undefined where there is none (yet). */
export const getOrder = async (pool: Pool, id: string): Promise<OrderDetail | undefined> => {
  const { rows } = await pool.query<{ order: Record<string, unknown>; payment: unknown }>({
    text: `SELECT o.*, ${paymentColumns} FROM ${orders} o LEFT JOIN ${payments} p ON p.id = o.id WHERE o.id = $1`,
    values: [id],
  })
  const [row] = rows
  return row === undefined ? undefined : detailOf(decodeRow(ordersTable, { ...row }), paymentIn({ ...row }))
}

const PAYMENT_PREFIX = 'payment_'
const paymentColumns = Object.keys(paymentsTable.columns)
  .map((column) => `p.${column} AS ${PAYMENT_PREFIX}${column}`)
  .join(', ')

const paymentIn = (row: Readonly<Record<string, unknown>>): PaymentRow | undefined => {
  const columns = Object.keys(paymentsTable.columns).map((column) => [column, row[PAYMENT_PREFIX + column]])
  const payment = Object.fromEntries(columns) as Record<string, unknown>
  return payment['id'] === null ? undefined : decodeRow(paymentsTable, payment)
}

/** What a person sees of an order, from its rows. */
export const detailOf = (row: OrderRow, payment: PaymentRow | undefined): OrderDetail => ({
  id: row.id,
  customerId: row.customer_id,
  status: row.status,
  items: row.lines,
  totals: row.totals,
  shippingAddress: row.shipping_address,
  payment: paymentOf(row, payment),
  cancellation: row.cancellation,
  shipments: row.shipments,
  refunds: row.refunds.map(({ undispatched: _, ...refund }) => refund),
  history: row.history,
  placedAt: row.placed_at,
  payBy: row.pay_by,
  updatedAt: row.updated_at,
  revision: String(row.revision),
})

const paymentOf = (order: OrderRow, payment: PaymentRow | undefined): OrderPayment => {
  const money = (amount: number): Money => ({ amount, currency: payment?.currency ?? order.currency })
  return {
    id: order.id,
    status: payment?.status ?? unbegun(order.status),
    provider: payment?.provider ?? null,
    paymentMethodId: payment?.payment_method_id ?? null,
    amount: money(payment?.amount ?? order.total_amount),
    captured: money(payment?.captured_amount ?? 0),
    refunded: money(payment?.refunded_amount ?? 0),
    failure: payment?.failure ?? null,
    history: payment?.history ?? [],
  }
}

/**
 * The status of a payment that was never begun. An order that has ended is not paid for any more: it is closed, as one is that
 * was begun before the order was cancelled.
 */
const unbegun = (status: OrderStatus): PaymentStatus =>
  status === 'cancelled' || status === 'expired' ? 'voided' : 'pending'

const MAX_LIMIT = 100
const summaryColumns = [
  'id',
  'customer_id',
  'status',
  'placed_at',
  'updated_at',
  'lines',
  'total_amount',
  'currency',
] as const
const list: List = { view: orders, columns: summaryColumns, time: 'placed_at', id: 'id' }

/**
 * Orders that the filter lets through, newest first. Orders that are placed meanwhile don't shift the pages.
 * @throws InvalidCursorError
 */
export const listOrders = async (pool: Pool, filter: OrderFilter = {}): Promise<Page<OrderSummary>> => {
  const limit = pageSize(filter.limit, MAX_LIMIT)
  const words = prefixQuery(filter.text ?? '')
  const found = words === undefined ? undefined : await findByWords(pool, words)
  const areFew = found !== undefined && found.length <= FEW
  const page = newestFirst(list, {
    equals: { customer_id: filter.customerId },
    ...{ statuses: filter.statuses, from: filter.placedFrom, before: filter.placedBefore },
    ...{ cursor: filter.cursor, limit },
    ids: areFew ? found : undefined,
    further: (parameter) =>
      words === undefined || areFew
        ? []
        : [`r.id IN (SELECT order_id FROM ${search} WHERE ${matches(parameter(words))})`],
  })
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT o.*, p.status AS payment_status FROM (${page.text}) o LEFT JOIN ${payments} p ON p.id = o.id
     ORDER BY o.placed_at DESC, o.id DESC`,
    [...page.values],
  )
  return pageOf(
    rows.map(summaryOf),
    limit,
    (order) => order,
    ({ placedAt, id }) => [placedAt, id],
  )
}

/** How many orders there are in each status; a status that no order was ever in is missing. */
export const countOrders = async (pool: Pool): Promise<{ status: OrderStatus; orders: number }[]> => {
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${viewOf(ordersProjection, orderCountsTable)}`,
  )
  return rows.map((row) => decodeRow(orderCountsTable, row))
}

/** So many orders are quicker sorted than looked for among the newest. */
const FEW = 1_000
const matches = (query: string): string => `to_tsvector('simple', words) @@ to_tsquery('simple', ${query})`

/**
 * Ids of orders with these words: all of them, or more than `FEW`. The planner can't tell rare words from common ones, and would
 * look through every order for a word that none has; so it is asked first, by the index, how many there are.
 */
const findByWords = (pool: Pool, words: string): Promise<string[]> =>
  inTransaction(
    pool,
    async (client) => {
      const { rows } = await client.query<{ order_id: string }>(
        `SELECT order_id FROM ${search} WHERE ${matches('$1')} LIMIT ${FEW + 1}`,
        [words],
      )
      return rows.map(({ order_id }) => order_id)
    },
    'BEGIN READ ONLY; SET LOCAL enable_seqscan = off',
  )

const { columns } = ordersTable

const summaryOf = (row: Readonly<Record<string, unknown>>): OrderSummary => {
  const status = columns.status.fromSql(row['status'])
  return {
    id: columns.id.fromSql(row['id']),
    customerId: columns.customer_id.fromSql(row['customer_id']),
    status,
    paymentStatus:
      row['payment_status'] === null
        ? unbegun(status)
        : paymentsTable.columns.status.fromSql(row['payment_status']),
    placedAt: columns.placed_at.fromSql(row['placed_at']),
    updatedAt: columns.updated_at.fromSql(row['updated_at']),
    items: columns.lines.fromSql(row['lines']),
    total: {
      amount: columns.total_amount.fromSql(row['total_amount']),
      currency: columns.currency.fromSql(row['currency']),
    },
  }
}

/** Words that are looked for at most, and how much of each: what Postgres takes has limits. */
const WORDS = 10
const LETTERS = 100

/** A tsquery that asks for all words of a text as beginnings of words; undefined where the text has none. */
const prefixQuery = (text: string): string | undefined => {
  const words = text.match(/[\p{L}\p{N}]+/gu)
  if (words === null) return undefined
  return words
    .slice(0, WORDS)
    .map((word) => `${word.slice(0, LETTERS)}:*`)
    .join(' & ')
}
