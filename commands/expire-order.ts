import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/**
 * Ends an order that was not paid for in time; true where it was. One that is paid, cancelled or not yet due is left alone: the
 * deadline was stale. @throws as CommandHandler.handle
 */
export const expireOrder = async (
  deps: CommandDeps,
  orderId: string,
  context: CommandContext,
): Promise<boolean> => {
  const { state: order } = await deps.handler.load(orders, orderId)
  const isOpen = order.status === 'placed' || order.status === 'reserved'
  if (!isOpen || order.cancelling !== null || order.payBy > at(deps)) return false
  const outcome = await deps.handler.handle(
    orders,
    orderId,
    { type: 'StartCancellation', orderId, reason: 'expired', detail: null, shortfalls: [], at: at(deps) },
    context,
  )
  // none where it was so already: somebody else was faster
  if (outcome.accepted) return outcome.events.length > 0
  if (outcome.rejection.type === 'illegal_transition') return false
  throw new UnexpectedRejectionError('StartCancellation', outcome.rejection)
}
