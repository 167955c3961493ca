import type { Pool } from 'pg'
import type { Actor } from '../../eventstore/types.ts'
import { decodeCursor, pageOf, type Page } from '../cursor.ts'
import { pageOfLedger, type Ledger, type LedgerPage } from '../ledger.ts'
import { pageSize } from '../newest-first.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { inventoryProjection } from './projection.ts'
import { inventoryTable, movementsTable, type MovementType } from './tables.ts'

export { MOVEMENT_TYPES } from './tables.ts'
export type { MovementType } from './tables.ts'

export interface StockLevel {
  readonly sku: string
  readonly onHand: number
  readonly reserved: number
  /** onHand less reserved. */
  readonly available: number
  readonly lowStockThreshold: number | null
  readonly updatedAt: string
  /** Revision of the item's stream that this shows. */
  readonly revision: string
}

export interface Movement {
  readonly sku: string
  readonly revision: string
  readonly type: MovementType
  readonly eventId: string
  readonly at: string
  readonly onHandChange: number
  readonly reservedChange: number
  /** The levels after it. */
  readonly onHand: number
  readonly reserved: number
  readonly available: number
  readonly orderId: string | null
  /** Of a delivery; or why stock was adjusted. */
  readonly reference: string | null
  readonly actor: Actor
}

const inventory = viewOf(inventoryProjection, inventoryTable)
const movements: Ledger = { view: viewOf(inventoryProjection, movementsTable), of: 'sku' }

/** The read model of stock by `sku`, for queries of other rooms that join it: `available` says what can be ordered. */
export const stockRelation = inventory

/** Levels of those of `skus` that ever had stock, by sku. */
export const stockOf = async (
  pool: Pool,
  skus: readonly string[],
): Promise<ReadonlyMap<string, StockLevel>> => {
  if (skus.length === 0) return new Map()
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${inventory} WHERE sku = ANY($1)`,
    [skus],
  )
  return new Map(rows.map(levelOf).map((level) => [level.sku, level]))
}

/** Level of one sku; undefined where it never had stock. */
export const getInventory = async (pool: Pool, sku: string): Promise<StockLevel | undefined> =>
  (await stockOf(pool, [sku])).get(sku)

/**
 * Skus of which no more is available than their threshold says, the least first.
 * @throws InvalidCursorError
 */
export const listLowStock = async (
  pool: Pool,
  filter: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
): Promise<Page<StockLevel>> => {
  const limit = pageSize(filter.limit, 100)
  const values =
    filter.cursor === undefined ? [] : decodeCursor(filter.cursor, [/^\d{1,15}$/, /^[\w.-]{1,64}$/])
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${inventory} WHERE available <= low_stock_threshold
       ${values.length === 0 ? '' : 'AND (available, sku) > ($1, $2)'}
     ORDER BY available, sku LIMIT ${limit + 1}`,
    values,
  )
  return pageOf(
    rows.map(levelOf),
    limit,
    (level) => level,
    ({ available, sku }) => [String(available), sku],
  )
}

/**
 * The ledger of a sku, newest first.
 * @throws InvalidCursorError
 */
export const listMovements = (
  pool: Pool,
  { sku, ...page }: LedgerPage & { readonly sku: string },
): Promise<Page<Movement>> => pageOfLedger(pool, movements, sku, page, movementOf)

const levelOf = (raw: Readonly<Record<string, unknown>>): StockLevel => {
  const row = decodeRow(inventoryTable, raw)
  return {
    sku: row.sku,
    onHand: row.on_hand,
    reserved: row.reserved,
    available: row.available,
    lowStockThreshold: row.low_stock_threshold,
    updatedAt: row.updated_at,
    revision: String(row.revision),
  }
}

const movementOf = (raw: Readonly<Record<string, unknown>>): Movement => {
  const row = decodeRow(movementsTable, raw)
  return {
    sku: row.sku,
    revision: String(row.revision),
    type: row.type,
    eventId: row.event_id,
    at: row.at,
    onHandChange: row.on_hand_change,
    reservedChange: row.reserved_change,
    onHand: row.on_hand,
    reserved: row.reserved,
    available: row.available,
    orderId: row.order_id,
    reference: row.reference,
    actor: row.actor,
  }
}
