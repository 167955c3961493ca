import { z } from 'zod'
import { adjustStock } from '../../commands/adjust-stock.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { setLowStockThreshold } from '../../commands/set-low-stock-threshold.ts'
import { inventoryProjection } from '../../projections/inventory/projection.ts'
import type { StockLevel as ShownLevel } from '../../projections/inventory/queries.ts'
import {
  getInventory,
  listLowStock,
  listMovements,
  MOVEMENT_TYPES,
  stockOf,
} from '../../projections/inventory/queries.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { stateAfter } from '../outcomes.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Instant, Limit, line, NextCursor, POSITION_HEADER, Sku } from '../schemas.ts'
import { Actor } from './order-schemas.ts'

const StockLevel = z
  .object({
    sku: Sku,
    onHand: z.int().min(0).meta({ description: 'On the shelf: available and reserved' }),
    available: z.int().min(0).meta({ description: 'Can be ordered' }),
    reserved: z.int().min(0).meta({ description: 'Kept for orders under way' }),
  })
  .meta({ id: 'StockLevel', examples: [{ sku: 'COF-ETH-250', onHand: 12, available: 10, reserved: 2 }] })

/** For those who keep the stock. */
const GuardedLevel = StockLevel.extend({
  lowStockThreshold: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'With so many or fewer available, stock is low; null: nobody has set one' }),
}).meta({
  id: 'GuardedStockLevel',
  examples: [{ sku: 'COF-ETH-250', onHand: 12, available: 10, reserved: 2, lowStockThreshold: 10 }],
})

const LowStockQuery = z.strictObject({
  lowStock: z.literal('true').meta({ description: 'What runs low; there is no other list' }),
  limit: Limit,
  cursor: Cursor.optional(),
})

const LowStockPage = z
  .object({ items: z.array(GuardedLevel).readonly(), nextCursor: NextCursor })
  .meta({ id: 'LowStockPage' })

const Batch = z
  .strictObject({ skus: z.array(Sku).min(1).max(100) })
  .meta({ id: 'StockBatch', examples: [{ skus: ['COF-ETH-250', 'GEAR-KET-01'] }] })

const BatchLevels = z
  .object({
    items: z.array(StockLevel).meta({ description: 'In the order in which they were asked for, each once' }),
    unknown: z.array(Sku).meta({ description: 'Those that never had stock' }),
  })
  .meta({ id: 'StockLevels' })

const Threshold = z
  .strictObject({ threshold: z.int().min(0).max(1_000_000).meta({ description: 'Pieces' }) })
  .meta({ id: 'LowStockThreshold', examples: [{ threshold: 10 }] })

const Receipt = z
  .strictObject({
    quantity: z.int().min(1).max(1_000_000),
    reference: line(200).meta({ description: 'The delivery that it came with' }),
  })
  .meta({ id: 'StockReceipt', examples: [{ quantity: 100, reference: 'PO-2025-1187' }] })

const Adjustment = z
  .strictObject({
    delta: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .refine((delta) => delta !== 0, 'must not be 0')
      .meta({ description: 'Pieces more (positive) or fewer than the books say' }),
    reason: line(500),
  })
  .meta({ id: 'StockAdjustment', examples: [{ delta: -2, reason: 'Broken in the warehouse' }] })

const Movements = z
  .object({
    items: z
      .array(
        z
          .object({
            sku: Sku,
            revision: z.string(),
            type: z.enum(MOVEMENT_TYPES),
            eventId: z.string(),
            at: Instant,
            onHandChange: z.int().meta({ description: 'Pieces; negative where they went' }),
            reservedChange: z.int(),
            onHand: z.int().meta({ description: 'After it' }),
            reserved: z.int().meta({ description: 'After it' }),
            available: z.int().meta({ description: 'After it' }),
            orderId: z.string().nullable().meta({ description: 'The order that it was for' }),
            reference: z.string().nullable().meta({ description: 'Of a delivery; or why it was adjusted' }),
            actor: Actor,
          })
          .meta({ id: 'StockMovement' }),
      )
      .readonly(),
    nextCursor: NextCursor,
  })
  .meta({ id: 'StockMovements' })

const BySku = z.object({ sku: Sku })

export const inventoryRoutes = (
  app: Routes,
  { pool, commands }: Pick<ApiDeps, 'pool' | 'commands'>,
): void => {
  app.route({
    method: 'GET',
    url: '/inventory',
    config: {
      access: { scope: 'inventory:write' },
      reads: inventoryProjection.name,
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'What is at or below its threshold, least available first' } },
    },
    schema: {
      operationId: 'listLowStock',
      summary: 'Stock that runs low',
      tags: ['inventory'],
      querystring: LowStockQuery,
      response: { 200: LowStockPage },
    },
    handler: async ({ query: { limit, cursor } }) => {
      const { items, nextCursor } = await listLowStock(pool, { limit, cursor })
      return {
        items: items.map((level) => ({ ...shownLevel(level), lowStockThreshold: level.lowStockThreshold })),
        nextCursor,
      }
    },
  })

  app.route({
    method: 'POST',
    url: '/inventory/batch',
    config: {
      access: 'signed-in',
      reads: inventoryProjection.name,
      answers: { 200: { description: 'Their stock' } },
    },
    schema: {
      operationId: 'getStocks',
      summary: 'Stock of several skus',
      tags: ['inventory'],
      body: Batch,
      response: { 200: BatchLevels },
    },
    handler: async ({ body }) => {
      const skus = [...new Set(body.skus)]
      const levels = await stockOf(pool, skus)
      return {
        items: skus.flatMap((sku) => {
          const level = levels.get(sku)
          return level === undefined ? [] : [shownLevel(level)]
        }),
        unknown: skus.filter((sku) => !levels.has(sku)),
      }
    },
  })

  app.route({
    method: 'PUT',
    url: '/inventory/:sku/low-stock-threshold',
    config: {
      access: { scope: 'inventory:write' },
      problems: ['busy'],
      answers: { 200: { description: 'The stock with its threshold', headers: POSITION_HEADER } },
    },
    schema: {
      operationId: 'setLowStockThreshold',
      summary: 'Say when stock is low',
      tags: ['inventory'],
      params: BySku,
      body: Threshold,
      response: { 200: GuardedLevel },
    },
    handler: async (request, reply) => {
      const { sku } = request.params
      const outcome = await setLowStockThreshold(commands, { sku, ...request.body }, commandContext(request))
      const item = stateAfter(outcome, reply)
      return { ...levelOf(sku, item), lowStockThreshold: item.lowStockThreshold }
    },
  })

  app.route({
    method: 'GET',
    url: '/inventory/:sku',
    config: {
      access: { scope: 'inventory:read' },
      reads: inventoryProjection.name,
      answers: { 200: { description: 'Its stock' } },
    },
    schema: {
      operationId: 'getStock',
      summary: 'Stock of a sku',
      tags: ['inventory'],
      params: BySku,
      response: { 200: StockLevel },
    },
    handler: async ({ params }) => {
      const level = await getInventory(pool, params.sku)
      if (level === undefined) throw new ProblemError('not-found')
      return shownLevel(level)
    },
  })

  app.route({
    method: 'GET',
    url: '/inventory/:sku/movements',
    config: {
      access: { scope: 'inventory:audit' },
      reads: inventoryProjection.name,
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Newest first; empty where nothing ever moved' } },
    },
    schema: {
      operationId: 'listStockMovements',
      summary: 'What moved the stock of a sku, with the levels after it',
      tags: ['inventory'],
      params: BySku,
      querystring: z.strictObject({ limit: Limit, cursor: Cursor.optional() }),
      response: { 200: Movements },
    },
    handler: ({ params, query }) => listMovements(pool, { ...params, ...query }),
  })

  app.route({
    method: 'POST',
    url: '/inventory/:sku/receive',
    config: {
      access: { scope: 'inventory:write' },
      idempotent: true,
      problems: ['busy'],
      answers: { 200: { description: 'Received: the stock after it', headers: POSITION_HEADER } },
    },
    schema: {
      operationId: 'receiveStock',
      summary: 'Put delivered goods on the shelf',
      tags: ['inventory'],
      params: BySku,
      body: Receipt,
      response: { 200: StockLevel },
    },
    handler: async (request, reply) => {
      const { sku } = request.params
      const outcome = await receiveStock(commands, { sku, ...request.body }, commandContext(request))
      return levelOf(sku, stateAfter(outcome, reply))
    },
  })

  app.route({
    method: 'POST',
    url: '/inventory/:sku/adjust',
    config: {
      access: { scope: 'inventory:write' },
      idempotent: true,
      problems: ['command-rejected', 'busy'],
      answers: { 200: { description: 'Adjusted: the stock after it', headers: POSITION_HEADER } },
    },
    schema: {
      operationId: 'adjustStock',
      summary: 'Bring the books in line with the shelf',
      tags: ['inventory'],
      params: BySku,
      body: Adjustment,
      response: { 200: StockLevel },
    },
    handler: async (request, reply) => {
      const { sku } = request.params
      const outcome = await adjustStock(commands, { sku, ...request.body }, commandContext(request))
      return levelOf(sku, stateAfter(outcome, reply))
    },
  })
}

const shownLevel = ({ sku, onHand, available, reserved }: ShownLevel): z.output<typeof StockLevel> => ({
  ...{ sku, onHand, available, reserved },
})

const levelOf = (
  sku: string,
  { available, reserved }: { readonly available: number; readonly reserved: number },
): z.output<typeof StockLevel> => ({ sku, onHand: available + reserved, available, reserved })
