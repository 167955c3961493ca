import { Set as PersistentSet } from 'immutable'
import { ImpossibleHistory } from '../impossible-history.ts'
import type { InventoryEvent } from './events.ts'
import {
  closedAs,
  noReservations,
  remember,
  reservationIn,
  type OpenReservation,
  type Reservations,
} from './reservations.ts'

/** Quantities are in pieces. `onHand`, what stands on the shelf, is `available` + `reserved`. */
export interface InventoryItem {
  readonly available: number
  readonly reserved: number
  readonly lowStockThreshold: number | null
  readonly reservations: Reservations
  readonly returns: PersistentSet<string>
}

export const initial: InventoryItem = {
  available: 0,
  reserved: 0,
  lowStockThreshold: null,
  reservations: noReservations,
  returns: PersistentSet(),
}

export const evolve = (item: InventoryItem, event: InventoryEvent): InventoryItem => {
  switch (event.type) {
    case 'StockReceived':
      return moved(item, event.data.quantity)
    case 'StockAdjusted':
      return moved(item, event.data.delta)
    case 'StockReserved': {
      const { reservationId, quantity, expiresAt, reservedAt } = event.data
      const open = { status: 'open', quantity, expiresAt } as const
      const reservations = remember(item.reservations, reservationId, open, reservedAt)
      return { ...moved(item, -quantity, quantity), reservations }
    }
    case 'ReservationReleased': {
      const { reservationId, quantity, releasedAt } = event.data
      const released = closedAs('released', open(item, event).expiresAt, releasedAt)
      const reservations = remember(item.reservations, reservationId, released, releasedAt)
      return { ...moved(item, quantity, -quantity), reservations }
    }
    case 'ReservationRefused': {
      const { reservationId, expiresAt, refusedAt } = event.data
      const refused = closedAs('refused', expiresAt, refusedAt)
      return { ...item, reservations: remember(item.reservations, reservationId, refused, refusedAt) }
    }
    case 'ReservationCommitted': {
      const { reservationId, quantity, committedAt } = event.data
      const committed = closedAs('committed', open(item, event).expiresAt, committedAt)
      const reservations = remember(item.reservations, reservationId, committed, committedAt)
      return { ...moved(item, 0, -quantity), reservations }
    }
    case 'StockReturned':
      return { ...moved(item, event.data.quantity), returns: item.returns.add(event.data.returnId) }
    case 'LowStockThresholdSet':
      return { ...item, lowStockThreshold: event.data.threshold }
    case 'StockRanLow':
      return item
  }
}

const moved = (item: InventoryItem, available: number, reserved = 0): InventoryItem => ({
  ...item,
  available: item.available + available,
  reserved: item.reserved + reserved,
})

const open = (
  item: InventoryItem,
  event: Extract<InventoryEvent, { data: { reservationId: string } }>,
): OpenReservation => {
  const reservation = reservationIn(item.reservations, event.data.reservationId)
  if (reservation?.status === 'open') return reservation
  throw new ImpossibleHistory(event.type, reservation?.status ?? 'none')
}
