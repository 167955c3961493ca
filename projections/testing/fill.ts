import type { Pool } from 'pg'
import { inTransaction } from '../../platform/transaction.ts'
import { createBookkeeping } from '../bookkeeping.ts'
import { buildIndexes, createGeneration, makeLive } from '../generations.ts'
import { allProjections } from '../projections.ts'
import { quoteIdentifier } from '../tables.ts'

/** A shop with so many orders, placed over two years, made in the tables themselves: what the planner sees is what counts. */
export const fillReadModels = (pool: Pool, orders: number): Promise<void> =>
  inTransaction(pool, async (client) => {
    await createBookkeeping(client)
    for (const projection of allProjections) {
      const generation = await createGeneration(client, projection, 'filled')
      for (const { name, columns } of projection.tables) {
        const rows = ROWS[name]
        if (rows === undefined) throw new TypeError(`There are no rows for the table ${name}`)
        await client.query(
          `INSERT INTO ${quoteIdentifier(generation.schema)}.${quoteIdentifier(name)}
             (${Object.keys(columns).map(quoteIdentifier).join(', ')})
           ${rows(orders)}`,
        )
      }
      await buildIndexes(client, projection, generation)
      await makeLive(client, projection, generation)
    }
  })

const FIRST_DAY = '2029-01-01'
export const orderId = (n: number): string => `order-${n}`
/** Placed every 40th order; the others have up to 10 each. */
export const BUSY_CUSTOMER = 'customer-busy'
export const BUSY_SKU = 'sku-1'
export const COMMON_WORD = 'lamp'
/** A moment between the first order (0) and the last one (1). */
export const momentAt = (share: number): string => new Date(START_MS + share * SPAN_MS).toISOString()

const START_MS = Date.parse(`${FIRST_DAY}T00:00:00.000Z`)
const SPAN_MS = 730 * 86_400_000
const START = `timestamptz '${FIRST_DAY} 00:00:00Z'`

const each = (count: number): string => `generate_series(1, ${Math.round(count)}) AS n`
const at = (orders: number): string => `${START} + n * interval '${SPAN_MS / orders} ms'`
const CUSTOMER = `CASE WHEN n % 40 = 0 THEN '${BUSY_CUSTOMER}' ELSE 'customer-' || n / 10 END`
const LINES = `jsonb_build_array(jsonb_build_object('sku', 'sku-' || n % 1000, 'quantity', 1))`
const ACTOR = `'{"kind": "system", "id": "tests"}'::jsonb`
/** The share of orders under way is the last twentieth; the rest have ended, few of them otherwise than well. */
const statusOf = (orders: number): string => `CASE
  WHEN n = 7 THEN 'refund_failed' WHEN n % 5000 = 0 THEN 'refund_pending' WHEN n % 50 = 0 THEN 'cancelled'
  WHEN n % 77 = 0 THEN 'expired' WHEN n > ${orders * 0.999} THEN 'placed' WHEN n > ${orders * 0.99} THEN 'paid'
  WHEN n > ${orders * 0.95} THEN 'delivered' ELSE 'completed' END`
/** For the tables of which all orders have a row, few of which are of interest. */
const whereUnderWay = (orders: number, value: string): string =>
  `CASE WHEN n > ${orders * 0.95} THEN ${value} END`

/** By name of the table: its columns in their order, for so many orders. */
const ROWS: Readonly<Record<string, (orders: number) => string>> = {
  orders: (orders) => `SELECT 'order-' || n, ${CUSTOMER}, ${statusOf(orders)}, 'EUR', 1490, ${at(orders)},
    ${at(orders)} + interval '15 min', ${at(orders)}, ${LINES}, '{}'::jsonb, '{"city": "London"}'::jsonb, NULL::jsonb,
    '[]'::jsonb, '[]'::jsonb, '[]'::jsonb, 5 FROM ${each(orders)}`,
  order_counts: (orders) => `SELECT ${statusOf(orders)}, count(*) FROM ${each(orders)} GROUP BY 1`,
  order_search: (orders) => `SELECT 'order-' || n,
    concat_ws(' ', 'order-' || n, ${CUSTOMER}, 'sku-' || n % 1000, 'fine ${COMMON_WORD}', CASE WHEN n = 77 THEN 'unicorn' END)
    FROM ${each(orders)}`,
  payments: (orders) => `SELECT 'order-' || n, 'order-' || n, ${CUSTOMER},
    CASE WHEN n = 7 THEN 'failed' WHEN n % 50 = 0 THEN 'voided' WHEN n % 900 = 0 THEN 'declined' ELSE 'captured' END,
    'simulator', 'sim_approve', 'ref-' || n, 'EUR', 1490, 1490, 0, NULL::jsonb, ${at(orders)}, ${at(orders)}, '[]'::jsonb, 2
    FROM ${each(orders)}`,
  // a tenth of the orders have one, the busiest of them many
  refunds: (
    orders,
  ) => `SELECT id || '/r' || n, id, 'r' || n, CASE WHEN n = 7 THEN 'failed' ELSE 'settled' END, 'EUR', 490,
    '[]'::jsonb, false, false, 'broken', ${at(orders / 10)}, NULL::timestamptz, NULL::jsonb, 1, ${at(orders / 10)}, 9
    FROM (SELECT n, 'order-' || CASE WHEN n % 100 = 0 THEN 1 ELSE n * 10 END AS id FROM ${each(orders / 10)}) AS refunded`,
  inventory: (orders) => `SELECT 'sku-' || n, 100 + n % 50, 0, 100 + n % 50,
    CASE WHEN n % 10 = 0 THEN 500 WHEN n % 3 = 0 THEN 5 END, ${START}, 3 FROM ${each(orders / 10)}`,
  // every other one moved the busy sku
  movements: (
    orders,
  ) => `SELECT CASE WHEN n % 2 = 0 THEN '${BUSY_SKU}' ELSE 'sku-' || n % ${orders / 10} END, n, 'StockReserved',
    'event-' || n, ${at(orders)}, 0, 1, 100, 1, 99, 'order-' || n, NULL::text, ${ACTOR} FROM ${each(orders)}`,
  wallets: (orders) =>
    `SELECT 'customer-' || n, 'EUR', 100, 0, '{}'::jsonb, ${START}, 1 FROM ${each(orders / 10)}`,
  entries: (
    orders,
  ) => `SELECT CASE WHEN n % 2 = 0 THEN '${BUSY_CUSTOMER}' ELSE 'customer-' || n % ${orders / 10} END, n,
    'FundsHeld', 'event-' || n, ${at(orders)}, 'EUR', -1, 1, 100, 1, 'hold-' || n, 'order-' || n, NULL::text, ${ACTOR}
    FROM ${each(orders)}`,
  deadlines: (
    orders,
  ) => `SELECT 'order-' || n, ${whereUnderWay(orders, `'completion'`)}, ${whereUnderWay(orders, at(orders))},
    ${whereUnderWay(orders, `'event-' || n`)}, 'correlation-' || n, '{}'::jsonb, 1 FROM ${each(orders)}`,
  sagas: (orders) => `SELECT 'order-' || n,
    ${whereUnderWay(orders, `CASE WHEN n % 1000 = 0 THEN 'pay' ELSE 'complete' END`)}, ${at(orders)},
    CASE WHEN n > ${orders * 0.95} AND n % 1000 = 0 THEN ${at(orders)} + interval '1 min' END,
    ${whereUnderWay(orders, `${at(orders)} + interval '14 days'`)}, '{}'::jsonb, '{}'::jsonb, 1 FROM ${each(orders)}`,
  // only its projector looks there, by the key
  sales_orders: (
    orders,
  ) => `SELECT 'order-' || n, ${CUSTOMER}, 'EUR', 1490, ${LINES}, ${at(orders)}, ${at(orders)}, 5
    FROM ${each(100)}`,
  sales_hours: () => `SELECT ${START} + n * interval '1 h', currency, 5, 7450, 4, 4, 5960, 1, 0, 0
    FROM ${each(17_519)}, unnest(ARRAY['EUR', 'USD']) AS currency`,
  sales_products: (
    orders,
  ) => `SELECT ${START} + d * interval '1 day', 'EUR', 'sku-' || n, 'Fine sku ' || n, 1, 1, 500
    FROM ${each(orders / 2000)}, generate_series(0, 729) AS d`,
  cancellations: () => `SELECT ${START} + n * interval '1 h', currency, reason, 1, 1490
    FROM ${each(17_519)}, unnest(ARRAY['EUR', 'USD']) AS currency, unnest(ARRAY['requested_by_customer', 'expired']) AS reason`,
  customer_totals: (orders) =>
    `SELECT 'customer-' || n, 'EUR', 10, 9, 1, 9000, 0, ${START}, ${START} FROM ${each(orders / 10)}`,
}
