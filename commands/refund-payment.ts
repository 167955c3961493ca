import type { PaymentCommand } from '../domain/payment/decide.ts'
import { isIn, type PaymentIn } from '../domain/payment/state.ts'
import type { Refund } from '../domain/order/state.ts'
import type { RefundResult } from '../gateways/payments/provider.ts'
import { ConcurrencyError } from '../eventstore/errors.ts'
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
 * Gives money of a captured payment back, once for each refund. What the provider says is written down only where the payment is still
 * as it was when it was asked: an answer that came before another one must not be written after it.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const refundPayment = async (
  deps: PaymentDeps,
  paymentId: string,
  refund: Pick<Refund, 'refundId' | 'amount' | 'tries'>,
  context: CommandContext,
): Promise<Refunding> => {
  const { refundId, amount } = refund
  if (amount.amount === 0) return { kind: 'refunded' }
  for (;;) {
    const { state: payment, revision = -1n } = await deps.handler.load(payments, paymentId)
    if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
      throw new UnexpectedRejectionError('RecordRefund', { type: 'not_captured', status: payment.status })
    }
    if (payment.refunds.some((done) => done.refundId === refundId)) return { kind: 'refunded' }

    const answer = await askRefund(deps, payment, refund, context)
    if (answer.kind === 'pending') return { kind: 'pending' }
    try {
      const recorded = await deps.handler.handle(
        payments,
        paymentId,
        recordOf(paymentId, refund, answer, at(deps)),
        // the provider may say something else later: that is another command
        { ...context, commandId: `${context.commandId}/${answer.kind}` },
        { expectedRevision: revision },
      )
      if (!recorded.accepted) throw new UnexpectedRejectionError('RecordRefund', recorded.rejection)
      return answer.kind === 'refunded' ? { kind: 'refunded' } : answer
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
  }
}

const recordOf = (
  paymentId: string,
  { refundId, amount }: Pick<Refund, 'refundId' | 'amount'>,
  answer: Exclude<RefundResult, { readonly kind: 'pending' }>,
  time: string,
): PaymentCommand => {
  const about = { paymentId, refundId, at: time }
  return answer.kind === 'refunded'
    ? { type: 'RecordRefund', ...about, amount, providerReference: answer.providerReference }
    : { type: 'RecordRefundFailure', ...about, code: answer.code, message: answer.message }
}
