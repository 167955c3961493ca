import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Quantity, Sku } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const reservationId = z
  .string()
  .min(1)
  .describe('the order that the stock is kept for: one reservation an order and sku')
const pieces = z.int().min(0).describe('in pieces')

export const inventoryContracts = {
  StockReceived: {
    version: 1,
    meaning: 'Goods have come in: onHand and available grow.',
    schema: z.strictObject({
      sku: Sku,
      quantity: Quantity,
      reference: z.string().min(1).describe('of the delivery, unique for the sku'),
      receivedAt: Instant,
    }),
  },
  StockAdjusted: {
    version: 1,
    meaning: 'The books were brought in line with the shelf.',
    schema: z.strictObject({
      sku: Sku,
      delta: z
        .int()
        .min(-1_000_000)
        .max(1_000_000)
        .refine((delta) => delta !== 0)
        .meta({ description: 'in pieces, more or fewer', not: { const: 0 } }),
      reason: z.string().min(1),
      adjustedAt: Instant,
    }),
  },
  StockReserved: {
    version: 1,
    meaning: 'Stock is kept for an order: it leaves available.',
    schema: z.strictObject({
      sku: Sku,
      reservationId,
      quantity: Quantity,
      expiresAt: Instant.describe(
        'RFC 3339, UTC, milliseconds; from then on no request for this reservation is lawful any more',
      ),
      reservedAt: Instant,
    }),
  },
  ReservationReleased: {
    version: 1,
    meaning: 'Stock is no longer kept for an order: it is available again.',
    schema: z.strictObject({ sku: Sku, reservationId, quantity: Quantity, releasedAt: Instant }),
  },
  ReservationRefused: {
    version: 1,
    meaning:
      'Nothing was reserved and nothing will be: the release overtook the request. Without it a request that is still on its way would keep stock for an order that is over.',
    schema: z.strictObject({ sku: Sku, reservationId, expiresAt: Instant, refusedAt: Instant }),
  },
  ReservationCommitted: {
    version: 1,
    meaning: 'Reserved stock is sold: it leaves onHand.',
    schema: z.strictObject({ sku: Sku, reservationId, quantity: Quantity, committedAt: Instant }),
  },
  StockReturned: {
    version: 1,
    meaning: 'Sold goods have come back to the shelf, from a cancelled or refunded order.',
    schema: z.strictObject({
      sku: Sku,
      returnId: z.string().min(1).describe('unique for the sku'),
      orderId: z.string().min(1),
      quantity: Quantity,
      returnedAt: Instant,
    }),
  },
  LowStockThresholdSet: {
    version: 1,
    meaning: 'From this many pieces available downwards the stock counts as low.',
    schema: z.strictObject({ sku: Sku, threshold: pieces, setAt: Instant }),
  },
  StockRanLow: {
    version: 1,
    meaning: 'What is available went from above the threshold to it or below.',
    schema: z.strictObject({ sku: Sku, available: pieces, threshold: pieces, ranLowAt: Instant }),
  },
} as const satisfies EventContracts

export type InventoryEvent = EventOf<typeof inventoryContracts>
