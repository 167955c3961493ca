import type { InventoryRejection } from '../domain/inventory-item/decide.ts'
import type { InventoryEvent } from '../domain/inventory-item/events.ts'
import type { InventoryItem } from '../domain/inventory-item/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

export interface ReceiveStockInput {
  readonly sku: string
  /** Pieces, 1 or more. */
  readonly quantity: number
  /** The delivery that they came with. */
  readonly reference: string
}

/** Puts delivered goods on the shelf. @throws as CommandHandler.handle */
export const receiveStock = (
  deps: CommandDeps,
  input: ReceiveStockInput,
  context: CommandContext,
): Promise<Outcome<InventoryItem, InventoryEvent, InventoryRejection>> =>
  deps.handler.handle(inventory, input.sku, { type: 'ReceiveStock', ...input, at: at(deps) }, context)
