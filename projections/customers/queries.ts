import type { Pool } from 'pg'
import type { Page } from '../cursor.ts'
import type { Money } from '../money.ts'
import { listOrders, type OrderFilter, type OrderSummary } from '../orders/queries.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { salesProjection } from '../sales/projection.ts'
import { customerTotalsTable } from '../sales/tables.ts'

/** What a customer has ordered in one currency. */
export interface CustomerTotals {
  readonly currency: string
  readonly orders: number
  readonly paid: number
  /** Orders that were cancelled or that expired. */
  readonly cancelled: number
  readonly spent: Money
  readonly refunded: Money
  readonly firstOrderAt: string
  readonly lastOrderAt: string
}

/** A page of a customer's orders, and what all of them come to. */
export interface CustomerHistory extends Page<OrderSummary> {
  readonly customerId: string
  /** By currency. */
  readonly totals: readonly CustomerTotals[]
}

/**
 * The orders of a customer, newest first, and what they come to; empty where there are none.
 * @throws InvalidCursorError
 */
export const customerHistory = async (
  pool: Pool,
  customerId: string,
  filter: Omit<OrderFilter, 'customerId'> = {},
): Promise<CustomerHistory> => {
  const [page, totals] = await Promise.all([
    listOrders(pool, { ...filter, customerId }),
    customerTotals(pool, customerId),
  ])
  return { customerId, totals, ...page }
}

const customerTotals = async (pool: Pool, customerId: string): Promise<CustomerTotals[]> => {
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${viewOf(salesProjection, customerTotalsTable)} WHERE customer_id = $1 ORDER BY currency`,
    [customerId],
  )
  return rows.map((raw) => {
    const { currency, orders, paid, cancelled, spent, refunded, first_order_at, last_order_at } = decodeRow(
      customerTotalsTable,
      raw,
    )
    return {
      ...{ currency, orders, paid, cancelled },
      spent: { amount: spent, currency },
      refunded: { amount: refunded, currency },
      firstOrderAt: first_order_at,
      lastOrderAt: last_order_at,
    }
  })
}
