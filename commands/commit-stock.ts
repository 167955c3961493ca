import type { PlacedOrder } from '../domain/order/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** Takes the reserved goods of an order off the shelf for good. False where they were released: it is being cancelled. */
export const commitStock = async (
  deps: CommandDeps,
  order: PlacedOrder,
  context: CommandContext,
): Promise<boolean> => {
  const committed = await Promise.all(
    order.lines.map(async ({ sku }) => {
      const outcome = await deps.handler.handle(
        inventory,
        sku,
        { type: 'CommitReservation', sku, reservationId: order.orderId, at: at(deps) },
        context,
      )
      if (outcome.accepted) return true
      if (outcome.rejection.type === 'reservation_closed') return false
      throw new UnexpectedRejectionError('CommitReservation', outcome.rejection)
    }),
  )
  return committed.every(Boolean)
}
