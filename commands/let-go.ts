import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** Of the refund of money that was captured when its order was over. Its order's own process, where it makes it, uses the same. */
export const lateCaptureRefundId = (paymentId: string): string => `${paymentId}-late-capture`

/**
 * Gives back what a provider holds, or has taken, for a payment that is closed: declined or voided, which take no more events.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.load
 */
export const letGo = async (
  deps: PaymentDeps,
  paymentId: string,
  providerReference: string,
  { correlationId }: CommandContext,
): Promise<void> => {
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (payment.status === 'none') return
  const begun = payment.status === 'voided' ? payment.initiated : payment
  // voided before it began: the provider was never asked for anything
  if (begun === null) return
  const provider = deps.providers.named(begun.provider)
  const about = { correlationId, paymentId, providerReference }
  const voiding = await provider.void({ ...about, idempotencyKey: `${paymentId}/void` })
  if (voiding.kind === 'voided') return
  const refundId = lateCaptureRefundId(paymentId)
  const refunding = await provider.refund({
    ...about,
    idempotencyKey: `${paymentId}/refund/${refundId}/1`,
    refundId,
    amount: begun.amount,
  })
  if (refunding.kind === 'refused') throw new UnexpectedRejectionError('RefundLateCapture', refunding)
}
