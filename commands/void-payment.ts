import type { Payment, PaymentIn } from '../domain/payment/state.ts'
import { ConcurrencyError } from '../eventstore/errors.ts'
import { payments } from './aggregates.ts'
import { askAuthorization } from './ask-authorization.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** `captured`: too late, the money was taken and has to be refunded. */
export type Voiding = 'voided' | 'captured'

/**
 * Closes the payment of an order that is being cancelled: one that never began can't begin any more, what is held is let go. A
 * payment in flight is asked for by its key first, so that nothing stays held that nobody knows of.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const voidPayment = async (
  deps: PaymentDeps,
  orderId: string,
  reason: string,
  context: CommandContext,
): Promise<Voiding> => {
  for (;;) {
    const { state: payment, revision = -1n } = await deps.handler.load(payments, orderId)
    switch (payment.status) {
      case 'declined':
      case 'voided':
        return 'voided'
      case 'captured':
      case 'partially_refunded':
      case 'refunded':
        return 'captured'
      case 'pending': {
        const asked = await askAuthorization(deps, payment, context)
        if (asked.settled) break
        const letGo = await askVoid(deps, payment, asked.answer.providerReference, context)
        if (letGo === 'captured') return 'captured'
        if (await close(deps, payment, orderId, reason, revision, context)) return 'voided'
        break
      }
      case 'authorized':
      case 'failed': {
        const letGo = await askVoid(deps, payment, payment.providerReference, context)
        if (letGo === 'captured') return 'captured'
        if (await close(deps, payment, orderId, reason, revision, context)) return 'voided'
        break
      }
      case 'none':
        if (await close(deps, payment, orderId, reason, revision, context)) return 'voided'
        break
    }
  }
}

/** The provider decides what was first, the capture or this. */
const askVoid = async (
  deps: PaymentDeps,
  payment: PaymentIn<'pending' | 'authorized' | 'failed'>,
  providerReference: string,
  context: CommandContext,
): Promise<Voiding> => {
  const { paymentId, amount } = payment
  const answer = await deps.providers.named(payment.provider).void({
    idempotencyKey: `${paymentId}/void`,
    correlationId: context.correlationId,
    paymentId,
    providerReference,
  })
  if (answer.kind === 'voided') return 'voided'
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    { type: 'RecordCapture', paymentId, amount, at: at(deps) },
    { ...context, commandId: `${context.commandId}/capture` },
  )
  if (!recorded.accepted) throw new UnexpectedRejectionError('RecordCapture', recorded.rejection)
  return 'captured'
}

/** Only as it was seen: a payment that has moved on needs another look. False then. */
const close = async (
  deps: PaymentDeps,
  seen: Payment,
  paymentId: string,
  reason: string,
  revision: bigint,
  context: CommandContext,
): Promise<boolean> => {
  try {
    const closed = await deps.handler.handle(
      payments,
      paymentId,
      { type: 'VoidPayment', paymentId, reason, at: at(deps) },
      context,
      { expectedRevision: revision },
    )
    if (closed.accepted) return true
    throw new UnexpectedRejectionError(`VoidPayment of a payment that is ${seen.status}`, closed.rejection)
  } catch (error) {
    if (error instanceof ConcurrencyError) return false
    throw error
  }
}
