import { z } from 'zod'
import { adjustStock } from '../../commands/adjust-stock.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { inventoryProjection } from '../../projections/inventory/projection.ts'
import { getInventory } from '../../projections/inventory/queries.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { stateAfter } from '../outcomes.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { line, POSITION_HEADER, Sku } from '../schemas.ts'

const StockLevel = z
  .object({
    sku: Sku,
    onHand: z.int().min(0).meta({ description: 'On the shelf: available and reserved' }),
    available: z.int().min(0).meta({ description: 'Can be ordered' }),
    reserved: z.int().min(0).meta({ description: 'Kept for orders under way' }),
  })
  .meta({ id: 'StockLevel', examples: [{ sku: 'COF-ETH-250', onHand: 12, available: 10, reserved: 2 }] })

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

const BySku = z.object({ sku: Sku })

export const inventoryRoutes = (
  app: Routes,
  { pool, commands }: Pick<ApiDeps, 'pool' | 'commands'>,
): void => {
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
      const { sku, onHand, available, reserved } = level
      return { sku, onHand, available, reserved }
    },
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

const levelOf = (
  sku: string,
  { available, reserved }: { readonly available: number; readonly reserved: number },
): z.output<typeof StockLevel> => ({ sku, onHand: available + reserved, available, reserved })
