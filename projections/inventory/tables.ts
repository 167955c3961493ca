import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { Actor } from '../../eventstore/types.ts'
import { document, instant, integer, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'

/** One row a sku, fed by its `inventory-` stream. */
export const inventoryTable = table({
  name: 'inventory',
  columns: {
    sku: text,
    on_hand: integer,
    reserved: integer,
    available: integer,
    low_stock_threshold: nullable(integer),
    updated_at: instant,
    revision,
  },
  key: ['sku'],
  // stock that runs low, most urgent first
  indexes: ['(available, sku) WHERE available <= low_stock_threshold'],
})
export type InventoryRow = RowOf<typeof inventoryTable>

/** What moves stock; the other events of an item don't. */
export const MOVEMENT_TYPES = [
  'StockReceived',
  'StockAdjusted',
  'StockReserved',
  'ReservationReleased',
  'ReservationCommitted',
  'StockReturned',
] as const satisfies readonly InventoryEvent['type'][]
export type MovementType = (typeof MOVEMENT_TYPES)[number]

/** The ledger: one row an event that moved stock, with the levels after it. Rows are only ever added. */
export const movementsTable = table({
  name: 'movements',
  columns: {
    sku: text,
    revision,
    type: oneOf(MOVEMENT_TYPES),
    event_id: text,
    at: instant,
    on_hand_change: integer,
    reserved_change: integer,
    on_hand: integer,
    reserved: integer,
    available: integer,
    /** The order that it was for, where there is one. */
    order_id: nullable(text),
    /** Of a delivery; or why it was adjusted. */
    reference: nullable(text),
    actor: document<Actor>(),
  },
  key: ['sku', 'revision'],
  indexes: ['(order_id) WHERE order_id IS NOT NULL'],
})
export type MovementRow = RowOf<typeof movementsTable>
