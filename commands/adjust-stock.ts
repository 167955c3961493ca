import type { InventoryRejection } from '../domain/inventory-item/decide.ts'
import type { InventoryEvent } from '../domain/inventory-item/events.ts'
import type { InventoryItem } from '../domain/inventory-item/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

export interface AdjustStockInput {
  readonly sku: string
  /** Pieces more (positive) or fewer than the books say. */
  readonly delta: number
  readonly reason: string
}

/** Brings the books in line with the shelf; never below what is reserved. @throws as CommandHandler.handle */
export const adjustStock = (
  deps: CommandDeps,
  input: AdjustStockInput,
  context: CommandContext,
): Promise<Outcome<InventoryItem, InventoryEvent, InventoryRejection>> =>
  deps.handler.handle(inventory, input.sku, { type: 'AdjustStock', ...input, at: at(deps) }, context)
