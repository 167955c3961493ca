import type { PaymentRejection } from '../domain/payment/decide.ts'
import { orders, payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** What a provider says of a payment by itself. */
export interface PaymentReport {
  readonly paymentId: string
  /** The provider's, the same for the same news. */
  readonly reportId: string
  readonly result:
    | { readonly kind: 'authorized'; readonly providerReference: string }
    | { readonly kind: 'declined'; readonly code: string; readonly message: string }
}

export type Reporting =
  /** Written down, now or before. */
  | { readonly kind: 'taken' }
  /** Of no payment that we know: it may be another shop's, or come before its payment was begun. */
  | { readonly kind: 'unknown' }
  /** It contradicts what is known. */
  | { readonly kind: 'contradicted'; readonly rejection: PaymentRejection }

/**
 * Writes down what a provider reports, and wakes up the process of its order. Reports may come twice, late and out of order. One of
 * an authorisation that came after the payment was closed is answered by letting the money go.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const reportPayment = async (
  deps: PaymentDeps,
  { paymentId, reportId, result }: PaymentReport,
  context: CommandContext,
): Promise<Reporting> => {
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    result.kind === 'authorized'
      ? { type: 'RecordAuthorization', paymentId, providerReference: result.providerReference, at: at(deps) }
      : { type: 'RecordDecline', paymentId, code: result.code, message: result.message, at: at(deps) },
    { ...context, commandId: `${paymentId}/report/${reportId}` },
  )
  if (!recorded.accepted) {
    const { rejection } = recorded
    if (rejection.type === 'payment_unknown') return { kind: 'unknown' }
    if (rejection.type !== 'payment_voided') return { kind: 'contradicted', rejection }
    if (result.kind === 'authorized') await letGo(deps, paymentId, result.providerReference, context)
    return { kind: 'taken' }
  }
  const told = await deps.handler.handle(
    orders,
    paymentId,
    { type: 'ReportPayment', orderId: paymentId, reportId, at: at(deps) },
    { ...context, commandId: `${paymentId}/reported/${reportId}` },
  )
  if (!told.accepted) throw new UnexpectedRejectionError('ReportPayment', told.rejection)
  return { kind: 'taken' }
}

const letGo = async (
  deps: PaymentDeps,
  paymentId: string,
  providerReference: string,
  { correlationId }: CommandContext,
): Promise<void> => {
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (payment.status !== 'voided' || payment.initiated === null) return
  await deps.providers
    .named(payment.initiated.provider)
    .void({ idempotencyKey: `${paymentId}/void`, correlationId, paymentId, providerReference })
}
