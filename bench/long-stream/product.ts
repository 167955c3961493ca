import { createHash } from 'node:crypto'
import { encodeTime } from 'ulid'
import { inventoryContracts, type InventoryEvent } from '../../domain/inventory-item/events.ts'
import { createRegistry } from '../../eventstore/registry.ts'

export const SKU = 'BUSY'
/** Milliseconds between two sales. */
const PACE = 2_000

export const registry = createRegistry(inventoryContracts)

const at = (event: number): string => new Date(Date.UTC(2025, 0, 1) + event * (PACE / 2)).toISOString()

/** As real orders have them: a ULID of its time. */
const orderId = (order: number): string =>
  `${encodeTime(Date.UTC(2025, 0, 1) + order * PACE)}${createHash('sha256').update(String(order)).digest('hex').slice(0, 16).toUpperCase()}`

/** Event number `index` of a busy product: reserved and committed, one order after another. */
export const event = (index: number): InventoryEvent => {
  if (index === 0) {
    const data = { sku: SKU, quantity: 1_000_000, reference: 'first', receivedAt: at(0) }
    return { type: 'StockReceived', data }
  }
  const reservationId = orderId(Math.floor((index - 1) / 2))
  return index % 2 === 1
    ? {
        type: 'StockReserved',
        data: { sku: SKU, reservationId, quantity: 1, expiresAt: at(index + 900), reservedAt: at(index) },
      }
    : { type: 'ReservationCommitted', data: { sku: SKU, reservationId, quantity: 1, committedAt: at(index) } }
}
