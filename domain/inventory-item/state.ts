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
  /** Time of the latest event; empty before the first. */
  readonly asOf: string
  /** How many reservations there may be before the forgettable ones are dropped. */
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
  asOf: '',
  sweepAt: smallestSweep,
}

export const evolve = (item: InventoryItem, event: InventoryEvent): InventoryItem => {
  switch (event.type) {
    case 'StockReceived':
      return { ...stock(item, event.data.quantity), asOf: later(item, event.data.receivedAt) }
    case 'StockAdjusted':
      return { ...stock(item, event.data.delta), asOf: later(item, event.data.adjustedAt) }
    case 'StockReserved': {
      const { reservationId, quantity, expiresAt, reservedAt } = event.data
      const reservation: Reservation = { status: 'open', quantity, expiresAt }
      return swept({
        ...stock(item, -quantity, quantity),
        reservations: item.reservations.set(reservationId, reservation),
        asOf: later(item, reservedAt),
      })
    }
    case 'ReservationReleased': {
      const { reservationId, quantity, releasedAt } = event.data
      const { expiresAt } = open(item, event, reservationId)
      return swept({
        ...stock(item, quantity, -quantity),
        reservations: item.reservations.set(reservationId, { status: 'released', until: expiresAt }),
        asOf: later(item, releasedAt),
      })
    }
    case 'ReservationRefused': {
      const { reservationId, expiresAt, refusedAt } = event.data
      return swept({
        ...item,
        reservations: item.reservations.set(reservationId, { status: 'refused', until: expiresAt }),
        asOf: later(item, refusedAt),
      })
    }
    case 'ReservationCommitted': {
      const { reservationId, quantity, committedAt } = event.data
      const { expiresAt } = open(item, event, reservationId)
      const until = plus(expiresAt > committedAt ? expiresAt : committedAt, commitMemory)
      return swept({
        ...stock(item, 0, -quantity),
        reservations: item.reservations.set(reservationId, { status: 'committed', until }),
        asOf: later(item, committedAt),
      })
    }
    case 'StockReturned':
      return {
        ...stock(item, event.data.quantity),
        returns: item.returns.add(event.data.returnId),
        asOf: later(item, event.data.returnedAt),
      }
    case 'LowStockThresholdSet':
      return {
        ...item,
        lowStockThreshold: event.data.threshold,
        asOf: later(item, event.data.setAt),
      }
    case 'StockRanLow':
      return item
  }
}

const stock = (item: InventoryItem, available: number, reserved = 0): InventoryItem => ({
  ...item,
  available: item.available + available,
  reserved: item.reserved + reserved,
})

const open = (item: InventoryItem, event: InventoryEvent, reservationId: string): OpenReservation => {
  const reservation = item.reservations.get(reservationId)
  if (reservation?.status === 'open') return reservation
  throw new ImpossibleHistory(event.type, reservation?.status ?? 'none')
}

/** Writers' clocks differ a little, so an event may be older than the one before it. */
const later = (item: InventoryItem, at: string): string => (at > item.asOf ? at : item.asOf)

/** Dropping is put off until the map has doubled: one event in many pays for it, whatever the number of reservations. */
const swept = (item: InventoryItem): InventoryItem => {
  if (item.reservations.size < item.sweepAt) return item
  const reservations = item.reservations.filter(
    (reservation) => reservation.status === 'open' || reservation.until > item.asOf,
  )
  return { ...item, reservations, sweepAt: Math.max(smallestSweep, 2 * reservations.size) }
}

const plus = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString()
