import type { InventoryRejection } from '../domain/inventory-item/decide.ts'
import type { InventoryEvent } from '../domain/inventory-item/events.ts'
import type { InventoryItem } from '../domain/inventory-item/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

export interface SetLowStockThresholdInput {
  readonly sku: string
  /** Pieces: with so many or fewer available, stock is low. */
  readonly threshold: number
}

/** Decides when the stock of an item is low. @throws as CommandHandler.handle */
export const setLowStockThreshold = (
  deps: CommandDeps,
  input: SetLowStockThresholdInput,
  context: CommandContext,
): Promise<Outcome<InventoryItem, InventoryEvent, InventoryRejection>> =>
  deps.handler.handle(inventory, input.sku, { type: 'SetLowStockThreshold', ...input, at: at(deps) }, context)
