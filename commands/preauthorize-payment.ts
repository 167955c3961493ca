import type { OrderRejection } from '../domain/order/decide.ts'
import { isIn } from '../domain/order/state.ts'
import { sameMoney, type Money } from '../domain/values.ts'
import { orders } from './aggregates.ts'
import { authorizePayment, type Authorization } from './authorize-payment.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'

export interface PreauthorizeInput {
  readonly orderId: string
  /** What the caller takes the order to cost. */
  readonly amount: Money
  readonly paymentMethodId: string
}

export type PreauthorizationRefusal =
  | OrderRejection
  | { readonly type: 'payment_method_unknown'; readonly paymentMethodId: string }
  | { readonly type: 'amount_differs'; readonly expected: Money; readonly asked: Money }
  /** Its stock is not reserved yet: ask again in a moment. */
  | { readonly type: 'order_not_reserved' }

export type Preauthorization =
  Authorization | { readonly kind: 'refused'; readonly refusal: PreauthorizationRefusal }

const refused = (refusal: PreauthorizationRefusal): Preauthorization => ({ kind: 'refused', refusal })

/**
 * Holds the money of an order that was placed without a payment method. The choice is written to the order first: should this
 * process end here, the order's own process goes on. Asking again, ten times at once, is one payment and ten equal answers.
 * @throws ProviderUnavailableError where the provider has not answered: ask again; otherwise as CommandHandler.handle
 */
export const preauthorizePayment = async (
  deps: PaymentDeps,
  { orderId, amount, paymentMethodId }: PreauthorizeInput,
  context: CommandContext,
): Promise<Preauthorization> => {
  const { state: order } = await deps.handler.load(orders, orderId)
  const command = 'ChoosePaymentMethod'
  if (order.status === 'none') return refused({ type: 'order_unknown', orderId, command })
  if (deps.providers.forMethod(paymentMethodId) === undefined) {
    return refused({ type: 'payment_method_unknown', paymentMethodId })
  }
  const { total } = order.totals
  if (!sameMoney(total, amount)) return refused({ type: 'amount_differs', expected: total, asked: amount })

  if (isIn(order, 'placed') && order.cancelling === null) return refused({ type: 'order_not_reserved' })
  if (isIn(order, 'placed', 'reserved')) {
    const chosen = await deps.handler.handle(
      orders,
      orderId,
      { type: command, orderId, paymentMethodId, at: at(deps) },
      { ...context, commandId: `${orderId}/choose/${paymentMethodId}` },
    )
    if (!chosen.accepted) return refused(chosen.rejection)
  } else if (order.paymentMethodId !== paymentMethodId) {
    return refused({ type: 'illegal_transition', status: order.status, orderId, command })
  }
  // with the ids of the process's own step: whoever comes second finds it done
  return authorizePayment(deps, order, paymentMethodId, { ...context, commandId: `${orderId}/pay/authorize` })
}
