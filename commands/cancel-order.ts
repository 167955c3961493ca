import type { OrderRejection } from '../domain/order/decide.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { isIn, type Order } from '../domain/order/state.ts'
import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { HandleOptions } from './handle.ts'
import type { Outcome } from './outcome.ts'

export interface CancelOrderInput {
  readonly orderId: string
  readonly by: 'customer' | 'staff'
  /** In the words of whoever cancels, for people. */
  readonly detail: string | null
}

const TRIES = 3

/**
 * Takes an order back: before it is paid stock and money are let go, afterwards the money is refunded and the goods go back to
 * the shelf, as long as nothing was dispatched. The rest is done by the order's process. @throws as CommandHandler.handle
 */
export const cancelOrder = async (
  deps: CommandDeps,
  { orderId, by, detail }: CancelOrderInput,
  context: CommandContext,
  options?: HandleOptions,
): Promise<Outcome<Order, OrderEvent, OrderRejection>> => {
  const reason = by === 'customer' ? 'requested_by_customer' : 'requested_by_staff'
  for (let attempt = 1; ; attempt += 1) {
    const { state: order } = await deps.handler.load(orders, orderId)
    const outcome = await deps.handler.handle(
      orders,
      orderId,
      isIn(order, 'none', 'placed', 'reserved')
        ? { type: 'StartCancellation', orderId, reason, detail, shortfalls: [], at: at(deps) }
        : {
            type: 'RequestRefund',
            orderId,
            refundId: `${orderId}-cancelled`,
            amount: null,
            lines: [],
            restock: true,
            cancelsOrder: true,
            reason,
            at: at(deps),
          },
      context,
      options,
    )
    // it was paid in the moment between: cancelling means something else now
    const hasMovedOn = !outcome.accepted && outcome.rejection.type === 'illegal_transition'
    if (!hasMovedOn || attempt === TRIES) return outcome
  }
}
