import type { PaymentRejection } from '../domain/payment/decide.ts'
import type { PaymentEvent } from '../domain/payment/events.ts'
import type { Payment } from '../domain/payment/state.ts'
import type { SettledAuthorization } from '../gateways/payments/provider.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

/** Writes down what a provider says of an authorisation, asked or by itself. @throws as CommandHandler.handle */
export const recordAuthorization = (
  deps: CommandDeps,
  paymentId: string,
  said: SettledAuthorization,
  context: CommandContext,
): Promise<Outcome<Payment, PaymentEvent, PaymentRejection>> =>
  deps.handler.handle(
    payments,
    paymentId,
    said.kind === 'authorized'
      ? { type: 'RecordAuthorization', paymentId, providerReference: said.providerReference, at: at(deps) }
      : { type: 'RecordDecline', paymentId, code: said.code, message: said.message, at: at(deps) },
    context,
  )
