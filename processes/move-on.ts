import { orders } from '../commands/aggregates.ts'
import type { CommandContext } from '../commands/context.ts'
import type { CommandDeps } from '../commands/deps.ts'
import { UnexpectedRejectionError } from '../commands/unexpected-rejection.ts'
import type { OrderCommand } from '../domain/order/decide.ts'

/**
 * Moves the order on. Refused because somebody else has moved it meanwhile is no failure: the table is asked again, and knows what
 * is to be done from there. @throws UnexpectedRejectionError; otherwise as CommandHandler.handle
 */
export const moveOn = async (
  deps: CommandDeps,
  command: OrderCommand,
  context: CommandContext,
): Promise<void> => {
  const outcome = await deps.handler.handle(orders, command.orderId, command, part(context, 'order'))
  if (outcome.accepted) return
  const { type } = outcome.rejection
  if (type === 'order_cancelling' || type === 'illegal_transition') return
  throw new UnexpectedRejectionError(command.type, outcome.rejection)
}

/** Each command of a step has an id of its own, derived from the order and the step. */
export const part = (context: CommandContext, name: string): CommandContext => ({
  ...context,
  commandId: `${context.commandId}/${name}`,
})
