import type { PaymentRejection } from '../domain/payment/decide.ts'
import type { PaymentEvent } from '../domain/payment/events.ts'
import type { Payment } from '../domain/payment/state.ts'
import type { SettledAuthorization } from '../gateways/payments/provider.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { letGo } from './let-go.ts'
import type { Outcome } from './outcome.ts'

export interface RecordedAuthorization {
  readonly recorded: Outcome<Payment, PaymentEvent, PaymentRejection>
  /** It came too late: what the provider held was given back. */
  readonly isGivenBack: boolean
}

/**
 * Writes down what a provider says of an authorisation, asked or by itself. Money that it holds for a payment that was closed
 * meanwhile is let go.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const recordAuthorization = async (
  deps: PaymentDeps,
  paymentId: string,
  said: SettledAuthorization,
  context: CommandContext,
): Promise<RecordedAuthorization> => {
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    said.kind === 'authorized'
      ? { type: 'RecordAuthorization', paymentId, providerReference: said.providerReference, at: at(deps) }
      : { type: 'RecordDecline', paymentId, code: said.code, message: said.message, at: at(deps) },
    context,
  )
  const isTooLate = said.kind === 'authorized' && !recorded.accepted && isClosed(recorded.rejection)
  if (isTooLate) await letGo(deps, paymentId, said.providerReference, context)
  return { recorded, isGivenBack: isTooLate }
}

/** Voided; or declined, as the provider has told, and the customer has tried again with it. */
const isClosed = (rejection: PaymentRejection): boolean =>
  rejection.type === 'payment_voided' ||
  (rejection.type === 'illegal_transition' && rejection.status === 'declined')
