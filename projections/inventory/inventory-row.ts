import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import type { InventoryRow, MovementRow } from './tables.ts'

type Stored = StoredEvent<InventoryEvent>

/** How an event moves the stock of an item; undefined where it moves none. */
type Movement = Pick<
  MovementRow,
  'type' | 'at' | 'on_hand_change' | 'reserved_change' | 'order_id' | 'reference'
>

export const evolveInventory = (row: InventoryRow | undefined, event: Stored): InventoryRow => {
  const before = row ?? emptyShelf(event)
  const movement = movementOf(event)
  if (movement === undefined) {
    return event.type === 'LowStockThresholdSet'
      ? { ...before, low_stock_threshold: event.data.threshold, updated_at: event.data.setAt }
      : before
  }
  const on_hand = before.on_hand + movement.on_hand_change
  const reserved = before.reserved + movement.reserved_change
  return { ...before, on_hand, reserved, available: on_hand - reserved, updated_at: movement.at }
}

/** The entry of the ledger for an event, with the levels after it. */
export const ledgerEntry = (event: Stored, after: InventoryRow): MovementRow[] => {
  const movement = movementOf(event)
  if (movement === undefined) return []
  const { sku, on_hand, reserved, available } = after
  return [
    {
      ...{ ...movement, sku, on_hand, reserved, available },
      ...{ revision: event.revision, event_id: event.id, actor: event.metadata.actor },
    },
  ]
}

const emptyShelf = (event: Stored): InventoryRow => ({
  sku: event.data.sku,
  on_hand: 0,
  reserved: 0,
  available: 0,
  low_stock_threshold: null,
  updated_at: event.created.toISOString(),
  revision: event.revision,
})

const movementOf = ({ type, data }: Stored): Movement | undefined => {
  const none = { on_hand_change: 0, reserved_change: 0, order_id: null, reference: null }
  switch (type) {
    case 'StockReceived':
      return { ...none, type, at: data.receivedAt, on_hand_change: data.quantity, reference: data.reference }
    case 'StockAdjusted':
      return { ...none, type, at: data.adjustedAt, on_hand_change: data.delta, reference: data.reason }
    case 'StockReserved':
      return {
        ...none,
        type,
        at: data.reservedAt,
        reserved_change: data.quantity,
        order_id: data.reservationId,
      }
    case 'ReservationReleased':
      return {
        ...none,
        type,
        at: data.releasedAt,
        reserved_change: -data.quantity,
        order_id: data.reservationId,
      }
    case 'ReservationCommitted':
      return {
        ...{ ...none, type, at: data.committedAt, order_id: data.reservationId },
        ...{ on_hand_change: -data.quantity, reserved_change: -data.quantity },
      }
    case 'StockReturned':
      return { ...none, type, at: data.returnedAt, on_hand_change: data.quantity, order_id: data.orderId }
    case 'ReservationRefused':
    case 'LowStockThresholdSet':
    case 'StockRanLow':
      return undefined
  }
}
