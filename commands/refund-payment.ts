import { isIn, type PaymentIn } from '../domain/payment/state.ts'
import type { Refund } from '../domain/order/state.ts'
import type { RefundResult } from '../gateways/payments/provider.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

export type Refunding =
  | { readonly kind: 'refunded' }
  /** On its way: the provider tells later. */
  | { readonly kind: 'pending' }
  /** For good, until an operator tries again. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

export type CapturedPayment = PaymentIn<'captured' | 'partially_refunded' | 'refunded'>

/**
 * Asks the provider to make a refund, or, where it knows its key, how that stands. Each try that an operator asks for has a key of
 * its own, because a provider answers a key that it has refused with the same refusal. @throws ProviderUnavailableError
 */
export const askRefund = (
  { providers }: Pick<PaymentDeps, 'providers'>,
  { paymentId, provider, providerReference }: CapturedPayment,
  { refundId, amount, tries }: Pick<Refund, 'refundId' | 'amount' | 'tries'>,
  { correlationId }: CommandContext,
): Promise<RefundResult> =>
  providers.named(provider).refund({
    idempotencyKey: `${paymentId}/refund/${refundId}/${tries}`,
    ...{ correlationId, paymentId, providerReference, refundId, amount },
  })

/**
 * Gives money of a captured payment back, once for each refund. @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const refundPayment = async (
  deps: PaymentDeps,
  paymentId: string,
  refund: Pick<Refund, 'refundId' | 'amount' | 'tries'>,
  context: CommandContext,
): Promise<Refunding> => {
  const { refundId, amount } = refund
  if (amount.amount === 0) return { kind: 'refunded' }
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    throw new UnexpectedRejectionError('RecordRefund', { type: 'not_captured', status: payment.status })
  }
  if (payment.refunds.some((done) => done.refundId === refundId)) return { kind: 'refunded' }

  const answer = await askRefund(deps, payment, refund, context)
  if (answer.kind === 'pending') return { kind: 'pending' }
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    answer.kind === 'refunded'
      ? {
          type: 'RecordRefund',
          paymentId,
          refundId,
          amount,
          providerReference: answer.providerReference,
          at: at(deps),
        }
      : {
          type: 'RecordRefundFailure',
          paymentId,
          refundId,
          code: answer.code,
          message: answer.message,
          at: at(deps),
        },
    context,
  )
  if (!recorded.accepted) throw new UnexpectedRejectionError('RecordRefund', recorded.rejection)
  return answer.kind === 'refunded' ? { kind: 'refunded' } : answer
}
