import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Quantity, Sku } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

/** The order that the stock is kept for: one reservation an order and sku. */
const reservationId = z.string().min(1)

export const inventoryContracts = {
  StockReceived: {
    version: 1,
    schema: z.strictObject({
      sku: Sku,
      quantity: Quantity,
      reference: z.string().min(1),
      receivedAt: Instant,
    }),
  },
  StockAdjusted: {
    version: 1,
    schema: z.strictObject({
      sku: Sku,
      delta: z
        .int()
        .min(-1_000_000)
        .max(1_000_000)
        .refine((delta) => delta !== 0),
      reason: z.string().min(1),
      adjustedAt: Instant,
    }),
  },
  StockReserved: {
    version: 1,
    schema: z.strictObject({
      sku: Sku,
      reservationId,
      quantity: Quantity,
      /** From then on no request for this reservation is lawful any more. */
      expiresAt: Instant,
      reservedAt: Instant,
    }),
  },
  /** Back from reserved to available. */
  ReservationReleased: {
    version: 1,
    schema: z.strictObject({ sku: Sku, reservationId, quantity: Quantity, releasedAt: Instant }),
  },
  /**
   * Nothing was reserved and nothing will be: the release overtook the request. Without it a request that is still on its
   * way would keep stock for an order that is over.
   */
  ReservationRefused: {
    version: 1,
    schema: z.strictObject({ sku: Sku, reservationId, expiresAt: Instant, refusedAt: Instant }),
  },
  /** Sold: it leaves onHand. */
  ReservationCommitted: {
    version: 1,
    schema: z.strictObject({ sku: Sku, reservationId, quantity: Quantity, committedAt: Instant }),
  },
  /** Sold goods come back to the shelf: a cancelled or refunded order. `returnId` is unique for the item. */
  StockReturned: {
    version: 1,
    schema: z.strictObject({
      sku: Sku,
      returnId: z.string().min(1),
      orderId: z.string().min(1),
      quantity: Quantity,
      returnedAt: Instant,
    }),
  },
  LowStockThresholdSet: {
    version: 1,
    schema: z.strictObject({ sku: Sku, threshold: z.int().min(0), setAt: Instant }),
  },
  /** `available` went from above the threshold to it or below. */
  StockRanLow: {
    version: 1,
    schema: z.strictObject({
      sku: Sku,
      available: z.int().min(0),
      threshold: z.int().min(0),
      ranLowAt: Instant,
    }),
  },
} as const satisfies EventContracts

export type InventoryEvent = EventOf<typeof inventoryContracts>
