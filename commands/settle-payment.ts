import { isIn, type PaymentStatus } from '../domain/payment/state.ts'
import { orders, payments } from './aggregates.ts'
import { cancelOrder } from './cancel-order.ts'
import { capturePayment } from './capture-payment.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'
import { voidPayment } from './void-payment.ts'

export type PaymentSettling =
  | { readonly kind: 'settled'; readonly status: PaymentStatus }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'refused'
      readonly rejection: {
        readonly type: 'payment_not_held' | 'payment_captured' | 'order_closed'
        readonly status: PaymentStatus
      }
    }

/**
 * Takes the money that is held for an order now, by hand, under the key of the order's own process; that goes on from there.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const captureByHand = async (
  deps: PaymentDeps,
  paymentId: string,
  context: CommandContext,
): Promise<PaymentSettling> => {
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (payment.status === 'none') return { kind: 'unknown' }
  const { status } = payment
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) return { kind: 'settled', status }
  if (status !== 'authorized') return { kind: 'refused', rejection: { type: 'payment_not_held', status } }
  const { state: order } = await deps.handler.load(orders, paymentId)
  if (order.status !== 'reserved' || order.cancelling !== null) {
    return { kind: 'refused', rejection: { type: 'order_closed', status } }
  }
  await capturePayment(deps, paymentId, { ...context, commandId: `${paymentId}/pay/capture` })
  const told = await deps.handler.handle(
    orders,
    paymentId,
    { type: 'ReportPayment', orderId: paymentId, reportId: `capture/${context.commandId}`, at: at(deps) },
    context,
  )
  if (!told.accepted) throw new UnexpectedRejectionError('ReportPayment', told.rejection)
  return standing(deps, paymentId)
}

/**
 * Lets the money go that is held for an order, by hand: without it the order can't be paid, so it is cancelled. Where the money was
 * taken in the moment between, the order's process gives it back.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const voidByHand = async (
  deps: PaymentDeps,
  paymentId: string,
  detail: string | null,
  context: CommandContext,
): Promise<PaymentSettling> => {
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (payment.status === 'none') return { kind: 'unknown' }
  const { status } = payment
  if (isIn(payment, 'voided', 'declined')) return { kind: 'settled', status }
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    return { kind: 'refused', rejection: { type: 'payment_captured', status } }
  }
  const cancelled = await cancelOrder(deps, { orderId: paymentId, by: 'staff', detail }, context)
  if (!cancelled.accepted && cancelled.rejection.type !== 'illegal_transition') {
    throw new UnexpectedRejectionError('StartCancellation', cancelled.rejection)
  }
  await voidPayment(deps, paymentId, 'requested_by_staff', {
    ...context,
    commandId: `${paymentId}/compensate/void`,
  })
  return standing(deps, paymentId)
}

const standing = async (deps: PaymentDeps, paymentId: string): Promise<PaymentSettling> => {
  const { state } = await deps.handler.load(payments, paymentId)
  return state.status === 'none' ? { kind: 'unknown' } : { kind: 'settled', status: state.status }
}
