import type { InventoryCommand } from '../../domain/inventory-item/decide.ts'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'

/** The command that made these events of an item. Stock never runs low by itself: that event only follows another one. */
export const recallInventory = ([event]: readonly InventoryEvent[]): InventoryCommand | undefined => {
  switch (event?.type) {
    case undefined:
    case 'StockRanLow':
      return undefined
    case 'StockReceived': {
      const { receivedAt, ...delivery } = event.data
      return { type: 'ReceiveStock', ...delivery, at: receivedAt }
    }
    case 'StockAdjusted': {
      const { adjustedAt, ...adjustment } = event.data
      return { type: 'AdjustStock', ...adjustment, at: adjustedAt }
    }
    case 'StockReserved': {
      const { reservedAt, ...reservation } = event.data
      return { type: 'ReserveStock', ...reservation, at: reservedAt }
    }
    case 'ReservationReleased': {
      const { sku, reservationId, releasedAt } = event.data
      // an open reservation is released whatever its time is: the event does not say it
      return { type: 'ReleaseReservation', sku, reservationId, expiresAt: releasedAt, at: releasedAt }
    }
    case 'ReservationRefused': {
      const { refusedAt, ...reservation } = event.data
      return { type: 'ReleaseReservation', ...reservation, at: refusedAt }
    }
    case 'ReservationCommitted': {
      const { sku, reservationId, committedAt } = event.data
      return { type: 'CommitReservation', sku, reservationId, at: committedAt }
    }
    case 'StockReturned': {
      const { returnedAt, ...goods } = event.data
      return { type: 'ReturnStock', ...goods, at: returnedAt }
    }
    case 'LowStockThresholdSet': {
      const { setAt, ...threshold } = event.data
      return { type: 'SetLowStockThreshold', ...threshold, at: setAt }
    }
  }
}
