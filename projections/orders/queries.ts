import type { Pool } from 'pg'
import type { OrderLine, OrderTotals } from '../../domain/order/events.ts'
import { decodeCursor, InvalidCursorError, pageOf } from '../cursor.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { ordersProjection } from './projection.ts'
import { orderPaymentsTable, orderSearchTable, ordersTable } from './tables.ts'
import type {
  Address,
  Cancellation,
  Failure,
  Money,
  OrderPaymentRow,
  OrderRow,
  OrderStatus,
  PaymentStatus,
  Refund,
  Shipment,
  Transition,
} from './tables.ts'

export { ORDER_STATUSES, PAYMENT_STATUSES } from './tables.ts'
export type {
  Address,
  Cancellation,
  Money,
  OrderStatus,
  PaymentStatus,
  Shipment,
  Transition,
} from './tables.ts'

export interface OrderPayment {
  readonly id: string
  /** `pending` also before anything was asked of a provider. */
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

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

const orders = viewOf(ordersProjection, ordersTable)
const payments = viewOf(ordersProjection, orderPaymentsTable)
const search = viewOf(ordersProjection, orderSearchTable)

/** The order `id` with all that is known of it; undefined where there is none (yet). */
export const getOrder = async (pool: Pool, id: string): Promise<OrderDetail | undefined> => {
  const { rows } = await pool.query<{ order: Record<string, unknown>; payment: unknown }>({
    text: `SELECT o.*, ${paymentColumns} FROM ${orders} o LEFT JOIN ${payments} p ON p.order_id = o.id WHERE o.id = $1`,
    values: [id],
  })
  const [row] = rows
  return row === undefined ? undefined : detailOf(decodeRow(ordersTable, { ...row }), paymentIn({ ...row }))
}

const PAYMENT_PREFIX = 'payment_'
const paymentColumns = Object.keys(orderPaymentsTable.columns)
  .map((column) => `p.${column} AS ${PAYMENT_PREFIX}${column}`)
  .join(', ')

const paymentIn = (row: Readonly<Record<string, unknown>>): OrderPaymentRow | undefined => {
  const columns = Object.keys(orderPaymentsTable.columns).map((column) => [
    column,
    row[PAYMENT_PREFIX + column],
  ])
  const payment = Object.fromEntries(columns) as Record<string, unknown>
  return payment['order_id'] === null ? undefined : decodeRow(orderPaymentsTable, payment)
}

/** What a person sees of an order, from its rows. */
export const detailOf = (row: OrderRow, payment: OrderPaymentRow | undefined): OrderDetail => ({
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

const paymentOf = (order: OrderRow, payment: OrderPaymentRow | undefined): OrderPayment => {
  const money = (amount: number): Money => ({ amount, currency: payment?.currency ?? order.currency })
  return {
    id: order.id,
    status: payment?.status ?? 'pending',
    provider: payment?.provider ?? null,
    paymentMethodId: payment?.payment_method_id ?? null,
    amount: money(payment?.amount ?? order.total_amount),
    captured: money(payment?.captured_amount ?? 0),
    refunded: money(payment?.refunded_amount ?? 0),
    failure: payment?.failure ?? null,
    history: payment?.history ?? [],
  }
}

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

/**
 * Orders that the filter lets through, newest first. Orders that are placed meanwhile don't shift the pages.
 * @throws InvalidCursorError
 */
export const listOrders = async (pool: Pool, filter: OrderFilter = {}): Promise<Page<OrderSummary>> => {
  const values: unknown[] = []
  const conditions: string[] = []
  const where = (condition: (...parameters: string[]) => string, ...parameters: unknown[]): void => {
    conditions.push(condition(...parameters.map((value) => `$${values.push(value)}`)))
  }
  if (filter.customerId !== undefined) where((id) => `o.customer_id = ${id}`, filter.customerId)
  if (filter.statuses !== undefined) where((statuses) => `o.status = ANY(${statuses})`, filter.statuses)
  if (filter.placedFrom !== undefined) where((from) => `o.placed_at >= ${from}`, filter.placedFrom)
  if (filter.placedBefore !== undefined) where((end) => `o.placed_at < ${end}`, filter.placedBefore)
  if (filter.cursor !== undefined) {
    const [placedAt = '', id] = decodeCursor(filter.cursor, [/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, /^[^\0]+$/])
    if (!isInstant(placedAt)) throw new InvalidCursorError()
    where((at, last) => `(o.placed_at, o.id) < (${at}, ${last})`, placedAt, id)
  }
  const words = prefixQuery(filter.text ?? '')
  if (words !== undefined) {
    const found = await findByWords(pool, words)
    if (found.length <= FEW) where((ids) => `o.id = ANY(${ids})`, found)
    else where((query) => `o.id IN (SELECT order_id FROM ${search} WHERE ${matches(query)})`, words)
  }
  const limit = Math.min(Math.max(filter.limit ?? 20, 1), MAX_LIMIT)
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT ${summaryColumns.map((column) => `o.${column}`).join(', ')}, p.status AS payment_status
     FROM ${orders} o LEFT JOIN ${payments} p ON p.order_id = o.id
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY o.placed_at DESC, o.id DESC LIMIT ${limit + 1}`,
    values,
  )
  return pageOf(
    rows.map(summaryOf),
    limit,
    (order) => order,
    ({ placedAt, id }) => [placedAt, id],
  )
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

const summaryOf = (row: Readonly<Record<string, unknown>>): OrderSummary => ({
  id: columns.id.fromSql(row['id']),
  customerId: columns.customer_id.fromSql(row['customer_id']),
  status: columns.status.fromSql(row['status']),
  paymentStatus:
    row['payment_status'] === null
      ? 'pending'
      : orderPaymentsTable.columns.status.fromSql(row['payment_status']),
  placedAt: columns.placed_at.fromSql(row['placed_at']),
  updatedAt: columns.updated_at.fromSql(row['updated_at']),
  items: columns.lines.fromSql(row['lines']),
  total: {
    amount: columns.total_amount.fromSql(row['total_amount']),
    currency: columns.currency.fromSql(row['currency']),
  },
})

/** Whether Postgres takes it for a time, too. */
const isInstant = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text

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
