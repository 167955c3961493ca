import type { PlacedOrder } from '../domain/order/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** Releases what is reserved for an order, and puts back on the shelf what had left it. */
export const giveBackStock = async (
  deps: CommandDeps,
  order: PlacedOrder,
  context: CommandContext,
): Promise<void> => {
  await Promise.all(
    order.lines.map(async ({ sku, quantity }) => {
      const { orderId, payBy } = order
      const released = await deps.handler.handle(
        inventory,
        sku,
        { type: 'ReleaseReservation', sku, reservationId: orderId, expiresAt: payBy, at: at(deps) },
        context,
      )
      if (released.accepted) return
      const { rejection } = released
      if (rejection.type !== 'reservation_closed' || rejection.closedAs !== 'committed') {
        throw new UnexpectedRejectionError('ReleaseReservation', rejection)
      }
      const returned = await deps.handler.handle(
        inventory,
        sku,
        { type: 'ReturnStock', sku, returnId: `${orderId}/cancelled`, orderId, quantity, at: at(deps) },
        { ...context, commandId: `${context.commandId}/return` },
      )
      if (!returned.accepted) throw new UnexpectedRejectionError('ReturnStock', returned.rejection)
    }),
  )
}
