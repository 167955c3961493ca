import { accept, reject, type Decider, type Decision as DecisionOf } from '../decider.ts'
import type { InventoryEvent } from './events.ts'
import type { ClosedAs } from './closed-reservations.ts'
import { reservationIn } from './reservations.ts'
import { evolve, initial, type InventoryItem } from './state.ts'

/** Every command names its item, and the time at which it is given: RFC 3339, UTC, milliseconds. Quantities are in pieces. */
interface Given<Type extends string> {
  readonly type: Type
  readonly sku: string
  readonly at: string
}

export interface ReceiveStock extends Given<'ReceiveStock'> {
  readonly quantity: number
  readonly reference: string
}
export interface AdjustStock extends Given<'AdjustStock'> {
  readonly delta: number
  readonly reason: string
}
/** `expiresAt`: from then on the request is no longer lawful. What was reserved before stays so until it is released. */
export interface ReserveStock extends Given<'ReserveStock'> {
  readonly reservationId: string
  readonly quantity: number
  readonly expiresAt: string
}
/** `expiresAt` as in the request: how long a reservation that never was is to be refused. */
export interface ReleaseReservation extends Given<'ReleaseReservation'> {
  readonly reservationId: string
  readonly expiresAt: string
}
export interface CommitReservation extends Given<'CommitReservation'> {
  readonly reservationId: string
}
export interface ReturnStock extends Given<'ReturnStock'> {
  readonly returnId: string
  readonly orderId: string
  readonly quantity: number
}
export interface SetLowStockThreshold extends Given<'SetLowStockThreshold'> {
  readonly threshold: number
}

export type InventoryCommand =
  | ReceiveStock
  | AdjustStock
  | ReserveStock
  | ReleaseReservation
  | CommitReservation
  | ReturnStock
  | SetLowStockThreshold

export type InventoryRejection =
  | {
      readonly type: 'insufficient_stock'
      readonly sku: string
      readonly requested: number
      readonly available: number
    }
  | { readonly type: 'reservation_unknown'; readonly sku: string; readonly reservationId: string }
  | {
      readonly type: 'reservation_closed'
      readonly sku: string
      readonly reservationId: string
      readonly closedAs: ClosedAs
    }
  | {
      readonly type: 'reservation_expired'
      readonly sku: string
      readonly reservationId: string
      readonly expiresAt: string
    }
  | {
      readonly type: 'reservation_quantity_differs'
      readonly sku: string
      readonly reservationId: string
      readonly reserved: number
      readonly requested: number
    }

type Decision = DecisionOf<InventoryEvent, InventoryRejection>

export const decide = (command: InventoryCommand, item: InventoryItem): Decision => {
  switch (command.type) {
    case 'ReceiveStock':
      return receiveStock(command)
    case 'AdjustStock':
      return adjustStock(command, item)
    case 'ReserveStock':
      return reserveStock(command, item)
    case 'ReleaseReservation':
      return releaseReservation(command, item)
    case 'CommitReservation':
      return commitReservation(command, item)
    case 'ReturnStock':
      return returnStock(command, item)
    case 'SetLowStockThreshold':
      return setLowStockThreshold(command, item)
  }
}

export const inventoryItemDecider: Decider<
  InventoryItem,
  InventoryCommand,
  InventoryEvent,
  InventoryRejection
> = { initial, evolve, decide }

const receiveStock = ({ sku, quantity, reference, at }: ReceiveStock): Decision =>
  accept({ type: 'StockReceived', data: { sku, quantity, reference, receivedAt: at } })

const adjustStock = ({ sku, delta, reason, at }: AdjustStock, item: InventoryItem): Decision => {
  if (delta === 0) return accept()
  if (item.available + delta < 0) {
    return reject({ type: 'insufficient_stock', sku, requested: -delta, available: item.available })
  }
  return accept<InventoryEvent>(
    { type: 'StockAdjusted', data: { sku, delta, reason, adjustedAt: at } },
    ...ranLow(item, sku, delta, at),
  )
}

const reserveStock = (command: ReserveStock, item: InventoryItem): Decision => {
  const { sku, reservationId, quantity, expiresAt, at } = command
  const reservation = reservationIn(item.reservations, reservationId)
  if (reservation?.status === 'open') {
    if (reservation.quantity === quantity) return accept()
    const reserved = reservation.quantity
    return reject({
      type: 'reservation_quantity_differs',
      sku,
      reservationId,
      reserved,
      requested: quantity,
    })
  }
  if (isOver(expiresAt, at, item))
    return reject({ type: 'reservation_expired', sku, reservationId, expiresAt })
  if (reservation) {
    return reject({ type: 'reservation_closed', sku, reservationId, closedAs: reservation.status })
  }
  if (quantity > item.available) {
    return reject({ type: 'insufficient_stock', sku, requested: quantity, available: item.available })
  }
  return accept<InventoryEvent>(
    { type: 'StockReserved', data: { sku, reservationId, quantity, expiresAt, reservedAt: at } },
    ...ranLow(item, sku, -quantity, at),
  )
}

/** Also after it has expired. What was committed has to be returned instead, which the refusal says. */
const releaseReservation = (command: ReleaseReservation, item: InventoryItem): Decision => {
  const { sku, reservationId, expiresAt, at } = command
  const reservation = reservationIn(item.reservations, reservationId)
  switch (reservation?.status) {
    case 'open': {
      const { quantity } = reservation
      return accept({ type: 'ReservationReleased', data: { sku, reservationId, quantity, releasedAt: at } })
    }
    case 'committed':
      return reject({ type: 'reservation_closed', sku, reservationId, closedAs: 'committed' })
    case 'released':
    case 'refused':
      return accept()
    case undefined:
      // not by the clock: a request that was made in time may be decided late
      return expiresAt <= item.reservations.forgottenUntil
        ? accept()
        : accept({ type: 'ReservationRefused', data: { sku, reservationId, expiresAt, refusedAt: at } })
  }
}

const commitReservation = (command: CommitReservation, item: InventoryItem): Decision => {
  const { sku, reservationId, at } = command
  const reservation = reservationIn(item.reservations, reservationId)
  switch (reservation?.status) {
    case 'open': {
      const { quantity } = reservation
      return accept({ type: 'ReservationCommitted', data: { sku, reservationId, quantity, committedAt: at } })
    }
    case 'committed':
      return accept()
    case 'released':
    case 'refused':
      return reject({ type: 'reservation_closed', sku, reservationId, closedAs: reservation.status })
    case undefined:
      return reject({ type: 'reservation_unknown', sku, reservationId })
  }
}

const returnStock = (command: ReturnStock, item: InventoryItem): Decision => {
  const { sku, returnId, orderId, quantity, at } = command
  if (item.returns.has(returnId)) return accept()
  return accept({ type: 'StockReturned', data: { sku, returnId, orderId, quantity, returnedAt: at } })
}

const setLowStockThreshold = (command: SetLowStockThreshold, item: InventoryItem): Decision => {
  const { sku, threshold, at } = command
  if (item.lowStockThreshold === threshold) return accept()
  return accept({ type: 'LowStockThresholdSet', data: { sku, threshold, setAt: at } })
}

/** What has been forgotten stays refused for a caller whose clock is behind, too. */
const isOver = (expiresAt: string, at: string, item: InventoryItem): boolean =>
  expiresAt <= at || expiresAt <= item.reservations.forgottenUntil

const ranLow = (item: InventoryItem, sku: string, delta: number, at: string): InventoryEvent[] => {
  const threshold = item.lowStockThreshold
  const available = item.available + delta
  if (threshold === null || item.available <= threshold || available > threshold) return []
  return [{ type: 'StockRanLow', data: { sku, available, threshold, ranLowAt: at } }]
}
