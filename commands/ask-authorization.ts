import type { PaymentRejection } from '../domain/payment/decide.ts'
import type { PaymentEvent } from '../domain/payment/events.ts'
import type { Payment, PaymentIn } from '../domain/payment/state.ts'
import type { PendingAuthorization, SettledAuthorization } from '../gateways/payments/provider.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'
import { recordAuthorization } from './record-authorization.ts'

export type AskedAuthorization =
  | {
      readonly settled: true
      readonly answer: SettledAuthorization
      readonly recorded: Outcome<Payment, PaymentEvent, PaymentRejection>
    }
  /** Nothing to write down yet. */
  | { readonly settled: false; readonly answer: PendingAuthorization }

/**
 * Asks the provider to hold the money of a payment that was begun, and writes down what it says. The key is the payment's: who
 * asks again, after a crash or from another process, gets the first answer, or what has become of it since.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const askAuthorization = async (
  deps: PaymentDeps,
  payment: PaymentIn<'pending'>,
  context: CommandContext,
): Promise<AskedAuthorization> => {
  const { paymentId, customerId, amount, paymentMethodId } = payment
  const answer = await deps.providers.named(payment.provider).authorize({
    idempotencyKey: `${paymentId}/authorize`,
    correlationId: context.correlationId,
    paymentId,
    customerId,
    amount,
    paymentMethodId,
  })
  if (answer.kind === 'pending') return { settled: false, answer }
  const { recorded } = await recordAuthorization(deps, paymentId, answer, {
    ...context,
    commandId: `${context.commandId}/answer`,
  })
  return { settled: true, answer, recorded }
}
