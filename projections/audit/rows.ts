import type { Pool } from 'pg'
import { comparePositions } from '../../eventstore/position.ts'
import type { Position } from '../../eventstore/types.ts'
import { inventoryProjection } from '../inventory/projection.ts'
import { inventoryTable, type InventoryRow } from '../inventory/tables.ts'
import { ordersProjection } from '../orders/projection.ts'
import { ordersTable, type OrderRow } from '../orders/tables.ts'
import { paymentsProjection } from '../payments/projection.ts'
import { paymentsTable, type PaymentRow } from '../payments/tables.ts'
import { readProgress } from '../progress.ts'
import type { Projection } from '../projection.ts'
import { readSchemaOf, viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { quoteIdentifier, type RowOf, type Table } from '../tables.ts'
import { walletProjection } from '../wallet/projection.ts'
import { walletsTable, type WalletRow } from '../wallet/tables.ts'

/** Rows at a time: a table of any size is read in little memory. */
const BATCH = 2_000

/** Read models that have one row for each stream, which an audit compares with what it has folded. */
export const auditedProjections: readonly Projection[] = [
  ordersProjection,
  paymentsProjection,
  inventoryProjection,
  walletProjection,
]

export const orderRows = (pool: Pool): AsyncGenerator<OrderRow, void, undefined> =>
  allRows(pool, ordersProjection, ordersTable, 'id')

export const paymentRows = (pool: Pool): AsyncGenerator<PaymentRow, void, undefined> =>
  allRows(pool, paymentsProjection, paymentsTable, 'id')

export const inventoryRows = (pool: Pool): AsyncGenerator<InventoryRow, void, undefined> =>
  allRows(pool, inventoryProjection, inventoryTable, 'sku')

export const walletRows = (pool: Pool): AsyncGenerator<WalletRow, void, undefined> =>
  allRows(pool, walletProjection, walletsTable, 'customer_id')

/** Those of the read models that don't show everything up to `position` (yet). */
export const notYetAt = async (pool: Pool, position: Position): Promise<string[]> => {
  const progress = await readProgress(pool)
  return auditedProjections
    .filter((projection) => {
      const reached = progress.find(({ readSchemas }) => readSchemas.includes(readSchemaOf(projection)))
      return reached === undefined || comparePositions(reached.position, position) < 0
    })
    .map(({ name }) => name)
}

async function* allRows<T extends Table>(
  pool: Pool,
  projection: Projection,
  table: T,
  key: keyof T['columns'] & string,
): AsyncGenerator<RowOf<T>, void, undefined> {
  const column = quoteIdentifier(key)
  let last = ''
  for (;;) {
    const { rows } = await pool.query<Record<string, unknown>>(
      `SELECT * FROM ${viewOf(projection, table)} WHERE ${column} > $1 ORDER BY ${column} LIMIT ${BATCH}`,
      [last],
    )
    for (const row of rows) yield decodeRow(table, row)
    if (rows.length < BATCH) return
    last = String(rows.at(-1)?.[key])
  }
}
