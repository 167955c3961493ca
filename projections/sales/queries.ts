import type { Pool } from 'pg'
import type { CancellationReason } from '../../domain/order/events.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { salesProjection } from './projection.ts'
import {
  cancellationsTable,
  salesHoursTable,
  salesProductsTable,
  type CancellationRow,
  type SalesHourRow,
} from './tables.ts'

export type Unit = 'hour' | 'day'

/** From the beginning of the first day to the end of the last one, in UTC. */
export interface Days {
  /** `2025-11-21`, inclusive. */
  readonly from: string
  /** `2025-11-30`, inclusive. */
  readonly to: string
}

/** What was sold in a time; amounts are minor units of the currency. */
export interface Sales {
  /** Orders placed, and what they cost. */
  readonly placed: number
  readonly placedAmount: number
  /** Those of them that were paid, whenever that was. */
  readonly converted: number
  /** `converted` of `placed`, 0 to 1; null where none was placed. */
  readonly conversion: number | null
  /** Orders paid in this time, whenever they were placed, and what for. */
  readonly paid: number
  readonly revenue: number
  /** Of an order that was paid; null where none was. */
  readonly averageValue: number | null
  /** Orders that were cancelled or that expired in this time. */
  readonly cancelled: number
  /** Refunds that were settled in this time. */
  readonly refunds: number
  readonly refunded: number
}

export type SalesInTime = Sales & { readonly start: string; readonly currency: string }
export type SalesInCurrency = Sales & {
  readonly currency: string
  readonly cancellations: readonly Cancellations[]
}

export interface Cancellations {
  readonly reason: CancellationReason
  readonly orders: number
  /** What these orders would have brought. */
  readonly amount: number
}

export interface ProductSales {
  readonly sku: string
  /** As it was called when it was last sold in this time. */
  readonly name: string
  readonly currency: string
  readonly orders: number
  readonly units: number
  readonly revenue: number
}

const hours = viewOf(salesProjection, salesHoursTable)
const products = viewOf(salesProjection, salesProductsTable)
const cancellations = viewOf(salesProjection, cancellationsTable)

/** Of some days, by currency. */
export const salesMetrics = async (pool: Pool, days: Days): Promise<SalesInCurrency[]> => {
  const [totals, reasons] = await Promise.all([sumsBy(pool, undefined, days), reasonsIn(pool, days)])
  return totals.map((row) => ({
    currency: row.currency,
    ...salesOf(row),
    cancellations: reasons
      .filter(({ currency }) => currency === row.currency)
      .map(({ reason, orders, amount }) => ({ reason, orders, amount })),
  }))
}

/** Each hour or day of some days, also those without sales; by currency. */
export const salesBy = async (pool: Pool, unit: Unit, days: Days): Promise<SalesInTime[]> => {
  const rows = await sumsBy(pool, unit, days)
  const byPlace = new Map(rows.map((row) => [`${row.hour} ${row.currency}`, row]))
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort()
  return currencies.flatMap((currency) =>
    startsOf(unit, days).map((start) => ({
      ...{ start, currency },
      ...salesOf(byPlace.get(`${start} ${currency}`) ?? NOTHING),
    })),
  )
}

/** Products that sold, those with the most revenue first: by currency, `limit` of each. */
export const salesByProduct = async (
  pool: Pool,
  { from, to }: Days,
  {
    limit = 10_000,
    order = 'revenue',
  }: { readonly limit?: number; readonly order?: 'revenue' | 'units' } = {},
): Promise<ProductSales[]> => {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT * FROM (
       SELECT currency, sku, (array_agg(name ORDER BY day DESC, name))[1] AS name, sum(orders)::bigint AS orders,
         sum(units)::bigint AS units, sum(revenue)::bigint AS revenue,
         row_number() OVER (PARTITION BY currency ORDER BY sum(${order}) DESC, sku) AS place
       FROM ${products} WHERE ${inDays('day')}
       GROUP BY currency, sku
     ) AS ranked WHERE place <= $3 ORDER BY currency, place`,
    [from, to, limit],
  )
  const { columns } = salesProductsTable
  return rows.map((row) => ({
    sku: columns.sku.fromSql(row['sku']),
    name: columns.name.fromSql(row['name']),
    currency: columns.currency.fromSql(row['currency']),
    orders: columns.orders.fromSql(row['orders']),
    units: columns.units.fromSql(row['units']),
    revenue: columns.revenue.fromSql(row['revenue']),
  }))
}

const COUNTS = [
  'placed',
  'placed_amount',
  'converted',
  'paid',
  'revenue',
  'cancelled',
  'refunds',
  'refunded',
] as const satisfies readonly (keyof SalesHourRow)[]

/** Sums by currency over some days: over all of them, or over each hour or day. */
const sumsBy = async (pool: Pool, unit: Unit | undefined, { from, to }: Days): Promise<SalesHourRow[]> => {
  const sums = COUNTS.map((column) => `sum(${column})::bigint AS ${column}`)
  const start = unit === undefined ? 'min(hour)' : `date_trunc('${unit}', hour, 'UTC')`
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT currency, ${start} AS hour, ${sums.join(', ')} FROM ${hours} WHERE ${inDays('hour')}
     GROUP BY currency${unit === undefined ? '' : `, ${start}`} ORDER BY 1, 2`,
    [from, to],
  )
  return rows.map((row) => decodeRow(salesHoursTable, row))
}

/** Whether a time is in the days $1 to $2. */
const inDays = (column: string): string =>
  `${column} >= $1::date::timestamp AT TIME ZONE 'UTC' AND ${column} < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'`

const reasonsIn = async (pool: Pool, { from, to }: Days): Promise<CancellationRow[]> => {
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT currency, reason, min(hour) AS hour, sum(orders)::bigint AS orders, sum(amount)::bigint AS amount
     FROM ${cancellations}
     WHERE ${inDays('hour')}
     GROUP BY currency, reason ORDER BY sum(orders) DESC, reason`,
    [from, to],
  )
  return rows.map((row) => decodeRow(cancellationsTable, row))
}

const NOTHING: Readonly<Record<(typeof COUNTS)[number], number>> = {
  ...{ placed: 0, placed_amount: 0, converted: 0, paid: 0, revenue: 0 },
  ...{ cancelled: 0, refunds: 0, refunded: 0 },
}

const salesOf = (row: typeof NOTHING): Sales => ({
  placed: row.placed,
  placedAmount: row.placed_amount,
  converted: row.converted,
  conversion: row.placed === 0 ? null : row.converted / row.placed,
  paid: row.paid,
  revenue: row.revenue,
  averageValue: row.paid === 0 ? null : Math.round(row.revenue / row.paid),
  cancelled: row.cancelled,
  refunds: row.refunds,
  refunded: row.refunded,
})

const MS = { hour: 3_600_000, day: 86_400_000 }

const startsOf = (unit: Unit, { from, to }: Days): string[] => {
  const first = Date.parse(from)
  const end = Date.parse(to) + MS.day
  const starts: string[] = []
  for (let at = first; at < end; at += MS[unit]) starts.push(new Date(at).toISOString())
  return starts
}
