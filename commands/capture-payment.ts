import { isIn } from '../domain/payment/state.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

export type Capture =
  | { readonly kind: 'captured' }
  /** For good. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** The payment was closed meanwhile: the order is being cancelled. */
  | { readonly kind: 'closed' }

/** Takes the money that is held for an order, once. @throws ProviderUnavailableError; otherwise as CommandHandler.handle */
export const capturePayment = async (
  deps: PaymentDeps,
  orderId: string,
  context: CommandContext,
): Promise<Capture> => {
  const { state: payment } = await deps.handler.load(payments, orderId, 1n)
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) return { kind: 'captured' }
  if (payment.status === 'failed') return { kind: 'refused', ...payment.failure }
  if (payment.status !== 'authorized') return { kind: 'closed' }

  const { amount, providerReference } = payment
  const answer = await deps.providers.named(payment.provider).capture({
    idempotencyKey: `${orderId}/capture`,
    correlationId: context.correlationId,
    paymentId: orderId,
    providerReference,
    amount,
  })
  const recorded = await deps.handler.handle(
    payments,
    orderId,
    answer.kind === 'captured'
      ? { type: 'RecordCapture', paymentId: orderId, amount, at: at(deps) }
      : {
          type: 'RecordCaptureFailure',
          paymentId: orderId,
          code: answer.code,
          message: answer.message,
          at: at(deps),
        },
    context,
  )
  if (recorded.accepted) return answer
  // a provider that both captured and voided is not believed in silence
  const wasVoided = recorded.rejection.type === 'payment_voided' && answer.kind === 'refused'
  if (wasVoided) return { kind: 'closed' }
  throw new UnexpectedRejectionError('RecordCapture', recorded.rejection)
}
