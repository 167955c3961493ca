import { orders } from '../commands/aggregates.ts'
import { authorizePayment } from '../commands/authorize-payment.ts'
import { capturePayment } from '../commands/capture-payment.ts'
import { commitStock } from '../commands/commit-stock.ts'
import type { CommandContext } from '../commands/context.ts'
import { at, type CommandDeps } from '../commands/deps.ts'
import { giveBackStock } from '../commands/give-back-stock.ts'
import { reserveStock } from '../commands/reserve-stock.ts'
import { UnexpectedRejectionError } from '../commands/unexpected-rejection.ts'
import { voidPayment } from '../commands/void-payment.ts'
import type { OrderCommand } from '../domain/order/decide.ts'
import type { CancellationReason } from '../domain/order/events.ts'
import type { PlacedOrder } from '../domain/order/state.ts'
import { done, type ProcessTable, type Step } from './step.ts'

/** From placed to paid, or back. */
export const checkout: ProcessTable = (order) => {
  switch (order.status) {
    case 'placed':
      return order.cancelling === null ? reserve : compensate(order.cancelling.reason)
    case 'reserved':
      if (order.cancelling !== null) return compensate(order.cancelling.reason)
      return order.paymentMethodId === null ? undefined : pay
    default:
      return undefined
  }
}

const reserve: Step = {
  name: 'reserve',
  run: async (deps, order, context) => {
    const reservation = await reserveStock(deps, order, part(context, 'stock'))
    switch (reservation.kind) {
      case 'reserved':
        await move(deps, { type: 'MarkReserved', orderId: order.orderId, at: at(deps) }, context)
        return done
      case 'short':
        await cancel(deps, order, 'out_of_stock', context, null, reservation.shortfalls)
        return done
      case 'too_late':
        await cancel(deps, order, 'expired', context)
        return done
    }
  },
}

const pay: Step = {
  name: 'pay',
  run: async (deps, order, context) => {
    if (order.paymentMethodId === null) return done
    const authorization = await authorizePayment(
      deps,
      order,
      order.paymentMethodId,
      part(context, 'authorize'),
    )
    if (authorization.kind === 'declined') {
      await cancel(deps, order, 'payment_declined', context, authorization.message)
      return done
    }
    if (authorization.kind === 'pending') return { kind: 'waiting' }
    // closed: only a cancellation does that, and what it left to do is the next step
    if (authorization.kind === 'closed') return done

    const [isCommitted, capture] = await Promise.all([
      commitStock(deps, order, part(context, 'commit')),
      capturePayment(deps, order.orderId, part(context, 'capture')),
    ])
    if (capture.kind === 'refused') await cancel(deps, order, 'capture_failed', context, capture.message)
    if (capture.kind !== 'captured' || !isCommitted) return done
    const { orderId, totals } = order
    await move(
      deps,
      { type: 'MarkPaid', orderId, paymentId: orderId, amount: totals.total, at: at(deps) },
      context,
    )
    return done
  },
}

/** Gives back what a cancelled order has taken; money that was captured too late makes it a refund. */
const compensate = (reason: CancellationReason): Step => ({
  name: 'compensate',
  run: async (deps, order, context) => {
    const { orderId } = order
    const [voiding] = await Promise.all([
      // a payment begins only once the stock is reserved: an order that is still placed has none, and gets none
      order.status === 'placed' ? 'voided' : voidPayment(deps, orderId, reason, part(context, 'void')),
      giveBackStock(deps, order, part(context, 'release')),
    ])
    const command: OrderCommand =
      voiding === 'voided'
        ? { type: 'ConfirmCancelled', orderId, at: at(deps) }
        : {
            type: 'RequestRefund',
            orderId,
            refundId: `${orderId}-late-capture`,
            amount: null,
            lines: [],
            restock: false,
            cancelsOrder: true,
            reason,
            at: at(deps),
          }
    await move(deps, command, context)
    return done
  },
})

type Cancellation = Extract<OrderCommand, { type: 'StartCancellation' }>

const cancel = async (
  deps: CommandDeps,
  { orderId }: PlacedOrder,
  reason: CancellationReason,
  context: CommandContext,
  detail: string | null = null,
  shortfalls: Cancellation['shortfalls'] = [],
): Promise<void> =>
  move(
    deps,
    { type: 'StartCancellation', orderId, reason, detail, shortfalls, at: at(deps) },
    part(context, 'cancel'),
  )

/**
 * Moves the order on. Refused because somebody else has moved it meanwhile is no failure: the table is asked again, and knows what
 * is to be done from there.
 */
const move = async (deps: CommandDeps, command: OrderCommand, context: CommandContext): Promise<void> => {
  const outcome = await deps.handler.handle(orders, command.orderId, command, part(context, 'order'))
  if (outcome.accepted) return
  const { type } = outcome.rejection
  if (type === 'order_cancelling' || type === 'illegal_transition') return
  throw new UnexpectedRejectionError(command.type, outcome.rejection)
}

/** Each command of a step has an id of its own, derived from the order and the step. */
const part = (context: CommandContext, name: string): CommandContext => ({
  ...context,
  commandId: `${context.commandId}/${name}`,
})
