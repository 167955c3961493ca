import type { Pool } from 'pg'
import { viewOf } from '../read-schema.ts'
import { ordersProjection } from './projection.ts'
import { ordersTable, type OrderStatus } from './tables.ts'

const UNSETTLED: readonly OrderStatus[] = ['placed', 'reserved']

/** Those of the orders that are paid (or further), cancelled or expired. */
export const settledAmong = async (pool: Pool, orderIds: readonly string[]): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ${viewOf(ordersProjection, ordersTable)} WHERE id = ANY($1) AND status <> ALL($2)`,
    [orderIds, UNSETTLED],
  )
  return rows.map(({ id }) => id)
}
