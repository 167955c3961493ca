import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/**
 * Closes an order whose goods have arrived; true where this did it. One that stands elsewhere is left alone: the deadline was
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
  // none where it was so already: somebody else was faster
  if (outcome.accepted) return outcome.events.length > 0
  if (outcome.rejection.type === 'illegal_transition') return false
  throw new UnexpectedRejectionError('CompleteOrder', outcome.rejection)
}
