import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/**
 * Closes an order whose goods have arrived; true where that was so. One that stands elsewhere is left alone: the deadline was
 * stale. @throws as CommandHandler.handle
 */
export const completeOrder = async (
  deps: CommandDeps,
  orderId: string,
  context: CommandContext,
): Promise<boolean> => {
  const outcome = await deps.handler.handle(
    orders,
    orderId,
    { type: 'CompleteOrder', orderId, at: at(deps) },
    context,
  )
  if (outcome.accepted) return true
  if (outcome.rejection.type === 'illegal_transition') return false
  throw new UnexpectedRejectionError('CompleteOrder', outcome.rejection)
}
