import { Map, Set } from 'immutable'
import { ImpossibleHistory } from '../impossible-history.ts'
import type { InventoryEvent } from './events.ts'

export type ClosedAs = 'released' | 'committed' | 'refused'

export type Reservation =
  | { readonly status: 'open'; readonly quantity: number; readonly expiresAt: string }
  /** Remembered until `until`, so that nothing that arrives late can open it again. */
  | { readonly status: ClosedAs; readonly until: string }

export type OpenReservation = Extract<Reservation, { status: 'open' }>

/** Quantities are in pieces. `onHand`, what stands on the shelf, is `available` + `reserved`. */
export interface InventoryItem {
  readonly available: number
  readonly reserved: number
  readonly lowStockThreshold: number | null
  readonly reservations: Map<string, Reservation>
  readonly returns: Set<string>
  /** Closed reservations up to this `until` may have been forgotten; empty before the first was. */
  readonly forgottenUntil: string
  /** How many reservations there may be before those that can be forgotten are. */
  readonly sweepAt: number
}

/**
 * A release or refusal may be forgotten once its reservation has expired: from then on no request for it is lawful. A
 * commit is remembered for a day more, because whoever cancels the order must learn that the goods are to be put back.
 */
export const commitMemory = 24 * 60 * 60 * 1000
const smallestSweep = 64

export const initial: InventoryItem = {
  available: 0,
  reserved: 0,
  lowStockThreshold: null,
  reservations: Map(),
  returns: Set(),
  forgottenUntil: '',
  sweepAt: smallestSweep,
}

export const evolve = (item: InventoryItem, event: InventoryEvent): InventoryItem => {
  switch (event.type) {
    case 'StockReceived':
      return moved(item, event.data.quantity)
    case 'StockAdjusted':
      return moved(item, event.data.delta)
    case 'StockReserved': {
      const { reservationId, quantity, expiresAt, reservedAt } = event.data
      const reservation: Reservation = { status: 'open', quantity, expiresAt }
      return remember(moved(item, -quantity, quantity), reservationId, reservation, reservedAt)
    }
    case 'ReservationReleased': {
      const { reservationId, quantity, releasedAt } = event.data
      const released: Reservation = { status: 'released', until: open(item, event).expiresAt }
      return remember(moved(item, quantity, -quantity), reservationId, released, releasedAt)
    }
    case 'ReservationRefused': {
      const { reservationId, expiresAt, refusedAt } = event.data
      return remember(item, reservationId, { status: 'refused', until: expiresAt }, refusedAt)
    }
    case 'ReservationCommitted': {
      const { reservationId, quantity, committedAt } = event.data
      const { expiresAt } = open(item, event)
      const until = plus(expiresAt > committedAt ? expiresAt : committedAt, commitMemory)
      return remember(moved(item, 0, -quantity), reservationId, { status: 'committed', until }, committedAt)
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
  const reservation = item.reservations.get(event.data.reservationId)
  if (reservation?.status === 'open') return reservation
  throw new ImpossibleHistory(event.type, reservation?.status ?? 'none')
}

/** Forgetting is put off until the map has doubled: one event in many pays for it, however many reservations there are. */
const remember = (
  item: InventoryItem,
  reservationId: string,
  reservation: Reservation,
  at: string,
): InventoryItem => {
  const all = item.reservations.set(reservationId, reservation)
  if (all.size < item.sweepAt) return { ...item, reservations: all }
  const kept = all.filter((one) => one.status === 'open' || one.until > at)
  return {
    ...item,
    reservations: kept,
    forgottenUntil: kept.size < all.size && at > item.forgottenUntil ? at : item.forgottenUntil,
    sweepAt: Math.max(smallestSweep, 2 * kept.size),
  }
}

const plus = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString()
