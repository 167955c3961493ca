import type { PaymentRejection } from '../domain/payment/decide.ts'
import type { PaymentEvent } from '../domain/payment/events.ts'
import type { Payment, PaymentIn } from '../domain/payment/state.ts'
import type { AuthorizationResult } from '../gateways/payments/provider.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

/**
 * Asks the provider to hold the money of a payment that was begun, and writes down what it says. The key is the payment's: who
 * asks again, after a crash or from another process, gets the first answer.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const askAuthorization = async (
  deps: PaymentDeps,
  payment: PaymentIn<'pending'>,
  context: CommandContext,
): Promise<{
  readonly answer: AuthorizationResult
  readonly recorded: Outcome<Payment, PaymentEvent, PaymentRejection>
}> => {
  const { paymentId, customerId, amount, paymentMethodId } = payment
  const answer = await deps.providers.named(payment.provider).authorize({
    idempotencyKey: `${paymentId}/authorize`,
    paymentId,
    customerId,
    amount,
    paymentMethodId,
  })
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    answer.kind === 'authorized'
      ? { type: 'RecordAuthorization', paymentId, providerReference: answer.providerReference, at: at(deps) }
      : { type: 'RecordDecline', paymentId, code: answer.code, message: answer.message, at: at(deps) },
    { ...context, commandId: `${context.commandId}/answer` },
  )
  return { answer, recorded }
}
