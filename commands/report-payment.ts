import type { PaymentRejection } from '../domain/payment/decide.ts'
import { isIn, type Payment, type PaymentStatus } from '../domain/payment/state.ts'
import { sameMoney, type Money } from '../domain/values.ts'
import type { SettledAuthorization } from '../gateways/payments/provider.ts'
import type { PaymentNews } from '../gateways/payments/webhook.ts'
import { orders, payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { letGo } from './let-go.ts'
import type { Outcome } from './outcome.ts'
import { recordAuthorization } from './record-authorization.ts'
import { reportRefund, type RefundContradiction } from './report-refund.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/** What a provider says of a payment by itself. */
export interface PaymentReport {
  readonly paymentId: string
  /** The provider's, the same for the same news. */
  readonly reportId: string
  readonly result: PaymentNews
}

export type Contradiction =
  | PaymentRejection
  | RefundContradiction
  | { readonly type: 'amount_differs'; readonly expected: Money; readonly asked: Money }
  | { readonly type: 'payment_already_captured'; readonly status: PaymentStatus }
  | { readonly type: 'payment_of_another_provider'; readonly provider: string }

export type Reporting =
  /** Written down, now or before. */
  | { readonly kind: 'taken' }
  /** It came too late: what the provider holds or has taken was given back. */
  | { readonly kind: 'given_back' }
  /** Of no payment or refund that we know: it may be another shop's. */
  | { readonly kind: 'unknown' }
  /** It contradicts what is known, which stands. Somebody has to look at it. */
  | { readonly kind: 'contradicted'; readonly rejection: Contradiction }

type KnownPayment = Exclude<Payment, { readonly status: 'none' }>
type News<Kind extends PaymentNews['kind']> = Extract<PaymentNews, { readonly kind: Kind }>

/**
 * Writes down what a provider reports, and wakes up the process of its order. Reports may come twice, late and out of order. Money
 * that is held or was taken for a payment that is closed is given back.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const reportPayment = async (
  deps: PaymentDeps,
  { paymentId, reportId, result }: PaymentReport,
  context: CommandContext,
): Promise<Reporting> => {
  if (result.kind === 'refunded' || result.kind === 'refund_failed') {
    return reportRefund(deps, paymentId, result, context)
  }
  const { state: payment } = await deps.handler.load(payments, paymentId)
  if (payment.status === 'none') return { kind: 'unknown' }
  const report: Report = { deps, paymentId, reportId, context }
  switch (result.kind) {
    case 'authorized':
      return authorized(report, payment, result)
    case 'declined':
      return declined(report, result)
    case 'captured':
      return captured(report, payment, result)
    case 'voided':
      return voided(report, payment)
  }
}

interface Report {
  readonly deps: PaymentDeps
  readonly paymentId: string
  readonly reportId: string
  readonly context: CommandContext
}

const part = ({ context, paymentId, reportId }: Report, name: string): CommandContext => ({
  ...context,
  commandId: `${paymentId}/${name}/${reportId}`,
})

const authorized = async (
  report: Report,
  payment: KnownPayment,
  news: News<'authorized'>,
): Promise<Reporting> => {
  const { deps, paymentId } = report
  const expected = amountOf(payment)
  if (expected !== undefined && !sameMoney(expected, news.amount)) {
    return contradicted({ type: 'amount_differs', expected, asked: news.amount })
  }
  const { recorded, isGivenBack } = await recordAuthorization(deps, paymentId, news, part(report, 'report'))
  if (isGivenBack) return { kind: 'given_back' }
  return recorded.accepted ? settle(report, recorded) : contradicted(recorded.rejection)
}

const declined = async (
  report: Report,
  said: Extract<SettledAuthorization, { readonly kind: 'declined' }>,
): Promise<Reporting> => {
  const { recorded } = await recordAuthorization(report.deps, report.paymentId, said, part(report, 'report'))
  return settle(report, recorded)
}

/** Taken without having been asked for, or told before our own record of it. */
const captured = async (
  report: Report,
  payment: KnownPayment,
  news: News<'captured'>,
): Promise<Reporting> => {
  const { deps, paymentId, context } = report
  if (isIn(payment, 'voided', 'declined')) {
    await letGo(deps, paymentId, news.providerReference, context)
    return { kind: 'given_back' }
  }
  if (payment.status === 'pending') {
    const { amount, providerReference } = news
    const first = await authorized(report, payment, { kind: 'authorized', amount, providerReference })
    if (first.kind !== 'taken') return first
  }
  return settle(
    report,
    await deps.handler.handle(
      payments,
      paymentId,
      { type: 'RecordCapture', paymentId, amount: news.amount, at: at(deps) },
      part(report, 'captured'),
    ),
  )
}

const authorisationEnded = { code: 'payment_voided', message: 'The provider has ended the authorisation.' }

/** By the provider, or by us a moment ago: then the order is over, or being cancelled, and knows. */
const voided = async (report: Report, payment: KnownPayment): Promise<Reporting> => {
  const { deps, paymentId } = report
  if (isIn(payment, 'voided', 'declined', 'failed')) return { kind: 'taken' }
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    return contradicted({ type: 'payment_already_captured', status: payment.status })
  }
  const { state: order } = await deps.handler.load(orders, paymentId)
  if (order.status !== 'reserved' || order.cancelling !== null) return { kind: 'taken' }
  if (payment.status === 'pending') return declined(report, { kind: 'declined', ...authorisationEnded })
  const recorded = await deps.handler.handle(
    payments,
    paymentId,
    { type: 'RecordCaptureFailure', paymentId, ...authorisationEnded, at: at(deps) },
    part(report, 'report'),
  )
  return settle(report, recorded)
}

/** Wakes up the process of the order, which goes on from what is known now. */
const settle = async (
  report: Report,
  recorded: Outcome<Payment, unknown, PaymentRejection>,
): Promise<Reporting> => {
  const { deps, paymentId, reportId } = report
  if (!recorded.accepted) {
    return recorded.rejection.type === 'payment_voided' ? { kind: 'taken' } : contradicted(recorded.rejection)
  }
  const told = await deps.handler.handle(
    orders,
    paymentId,
    { type: 'ReportPayment', orderId: paymentId, reportId, at: at(deps) },
    part(report, 'reported'),
  )
  if (!told.accepted) throw new UnexpectedRejectionError('ReportPayment', told.rejection)
  return { kind: 'taken' }
}

const contradicted = (rejection: Contradiction): Reporting => ({ kind: 'contradicted', rejection })

const amountOf = (payment: KnownPayment): Money | undefined =>
  payment.status === 'voided' ? payment.initiated?.amount : payment.amount
