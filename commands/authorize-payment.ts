import type { PlacedOrder } from '../domain/order/state.ts'
import type { Payment } from '../domain/payment/state.ts'
import { payments } from './aggregates.ts'
import { askAuthorization } from './ask-authorization.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

export type Authorization =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'declined'; readonly code: string; readonly message: string }
  /** The provider tells later, by a webhook. `redirectUrl`: where the customer has to confirm; null where he hasn't to. */
  | { readonly kind: 'pending'; readonly redirectUrl: string | null }
  /** The payment was closed meanwhile: the order is being cancelled. */
  | { readonly kind: 'closed' }

/**
 * Holds the money of an order. The wish is written down before the provider is called, and the provider knows it by one key, so
 * that it can be repeated after any failure.
 * @throws ProviderUnavailableError where it is not known what the provider did; otherwise as CommandHandler.handle
 */
export const authorizePayment = async (
  deps: PaymentDeps,
  order: PlacedOrder,
  paymentMethodId: string,
  context: CommandContext,
): Promise<Authorization> => {
  const { orderId, customerId } = order
  const amount = order.totals.total
  const provider = deps.providers.forMethod(paymentMethodId)
  if (provider === undefined) {
    return {
      kind: 'declined',
      code: 'payment_method_unknown',
      message: `No provider takes ${paymentMethodId}.`,
    }
  }
  const initiated = await deps.handler.handle(
    payments,
    orderId,
    {
      type: 'InitiatePayment',
      paymentId: orderId,
      orderId,
      customerId,
      amount,
      provider: provider.name,
      paymentMethodId,
      at: at(deps),
    },
    { ...context, commandId: `${context.commandId}/initiate` },
    { startsStream: true },
  )
  if (!initiated.accepted) {
    if (initiated.rejection.type === 'payment_voided') return { kind: 'closed' }
    throw new UnexpectedRejectionError('InitiatePayment', initiated.rejection)
  }
  if (initiated.state.status !== 'pending') return standing(initiated.state)

  const asked = await askAuthorization(deps, initiated.state, context)
  if (!asked.settled) {
    // a webhook may have told more than the provider says when it is asked
    const { state } = await deps.handler.load(payments, orderId)
    return state.status === 'pending'
      ? { kind: 'pending', redirectUrl: asked.answer.redirectUrl }
      : standing(state)
  }
  const { recorded } = asked
  if (recorded.accepted) return standing(recorded.state)
  if (recorded.rejection.type === 'payment_voided') return { kind: 'closed' }
  if (recorded.rejection.type !== 'illegal_transition') {
    throw new UnexpectedRejectionError('RecordAuthorization', recorded.rejection)
  }
  // the provider has told something else meanwhile, and that stands
  return standing((await deps.handler.load(payments, orderId)).state)
}

const standing = (payment: Payment): Authorization => {
  switch (payment.status) {
    case 'declined':
      return { kind: 'declined', ...payment.failure }
    case 'authorized':
    case 'captured':
    case 'partially_refunded':
    case 'refunded':
    case 'failed':
      return { kind: 'authorized' }
    case 'voided':
      return { kind: 'closed' }
    case 'none':
    case 'pending':
      throw new UnexpectedRejectionError('RecordAuthorization', { status: payment.status })
  }
}
