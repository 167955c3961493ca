import { authorizePayment } from '../commands/authorize-payment.ts'
import { capturePayment } from '../commands/capture-payment.ts'
import { commitStock } from '../commands/commit-stock.ts'
import { at } from '../commands/deps.ts'
import { giveBackStock } from '../commands/give-back-stock.ts'
import { lateCaptureRefundId } from '../commands/let-go.ts'
import { reserveStock } from '../commands/reserve-stock.ts'
import { voidPayment } from '../commands/void-payment.ts'
import type { OrderCommand } from '../domain/order/decide.ts'
import type { CancellationReason } from '../domain/order/events.ts'
import { moveOn, part } from './move-on.ts'
import { compensate, done, type ProcessTable, type Step } from './step.ts'

/** From placed to paid, or back. */
export const checkout: ProcessTable = (order) => {
  switch (order.status) {
    case 'placed':
      return order.cancelling === null ? reserve : takeBack(order.cancelling.reason)
    case 'reserved':
      if (order.cancelling !== null) return takeBack(order.cancelling.reason)
      return order.paymentMethodId === null ? undefined : pay(order.paymentMethodId)
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
        await moveOn(deps, { type: 'MarkReserved', orderId: order.orderId, at: at(deps) }, context)
        return done
      case 'short':
        return compensate('out_of_stock', null, reservation.shortfalls)
      case 'too_late':
        return compensate('expired')
    }
  },
}

const pay = (paymentMethodId: string): Step => ({
  name: 'pay',
  run: async (deps, order, context) => {
    const authorization = await authorizePayment(deps, order, paymentMethodId, part(context, 'authorize'))
    if (authorization.kind === 'declined') return compensate('payment_declined', authorization.message)
    if (authorization.kind === 'pending') return { kind: 'waiting' }
    // closed: only a cancellation does that, and what it left to do is the next step
    if (authorization.kind === 'closed') return done

    const [isCommitted, capture] = await Promise.all([
      commitStock(deps, order, part(context, 'commit')),
      capturePayment(deps, order.orderId, part(context, 'capture')),
    ])
    if (capture.kind === 'refused') return compensate('capture_failed', capture.message)
    if (capture.kind !== 'captured' || !isCommitted) return done
    const { orderId, totals } = order
    await moveOn(
      deps,
      { type: 'MarkPaid', orderId, paymentId: orderId, amount: totals.total, at: at(deps) },
      context,
    )
    return done
  },
})

/** Gives back what a cancelled order has taken; money that was captured too late makes it a refund. */
const takeBack = (reason: CancellationReason): Step => ({
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
            refundId: lateCaptureRefundId(orderId),
            amount: null,
            lines: [],
            restock: false,
            cancelsOrder: true,
            reason,
            at: at(deps),
          }
    await moveOn(deps, command, context)
    return done
  },
})
