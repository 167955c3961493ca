import { refundsOf, type PlacedOrder, type Refund } from '../domain/order/state.ts'
import { isIn } from '../domain/payment/state.ts'
import { sameMoney, type Money } from '../domain/values.ts'
import type { Refused } from '../gateways/payments/provider.ts'
import type { PaymentNews } from '../gateways/payments/webhook.ts'
import { orders, payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { lateCaptureRefundId } from './let-go.ts'
import { askRefund } from './refund-payment.ts'
import { settleRefund } from './settle-refund.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

type RefundNews = Extract<PaymentNews, { readonly kind: 'refunded' | 'refund_failed' }>

export type RefundContradiction =
  | { readonly type: 'refund_amount_differs'; readonly refundId: string; readonly expected: Money }
  /**
   * Money that was captured when its order was over has come back from the customer's bank. The order knows nothing of that refund,
   * so it can't be tried again here: a person has to give the money back at the provider.
   */
  | {
      readonly type: 'late_refund_failed'
      readonly refundId: string
      readonly code: string
      readonly message: string
    }

export type RefundReporting =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'contradicted'; readonly rejection: RefundContradiction }

/**
 * A report of a refund is a wake-up: what became of it is asked of the provider by the refund's own key, so that the goods go back
 * with the money whoever is first, and a report that comes late or twice says nothing about a later try.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const reportRefund = async (
  deps: PaymentDeps,
  orderId: string,
  news: RefundNews,
  context: CommandContext,
): Promise<RefundReporting> => {
  const { refundId } = news
  const { state: order } = await deps.handler.load(orders, orderId)
  const refund = refundsOf(order).find((each) => each.refundId === refundId)
  if (order.status === 'none') return { kind: 'unknown' }
  if (refund === undefined) {
    if (news.kind !== 'refund_failed' || refundId !== lateCaptureRefundId(orderId)) return { kind: 'unknown' }
    const { code, message } = news
    return { kind: 'contradicted', rejection: { type: 'late_refund_failed', refundId, code, message } }
  }
  if (news.kind === 'refunded' && !sameMoney(news.amount, refund.amount)) {
    const rejection = { type: 'refund_amount_differs', refundId, expected: refund.amount } as const
    return { kind: 'contradicted', rejection }
  }
  const expected = news.kind === 'refunded' ? 'settled' : 'failed'
  if (refund.status === 'pending') await settleRefund(deps, order, refund, context)
  else if (refund.status !== expected) await correct(deps, order, refund, context)
  return { kind: 'taken' }
}

/** The provider says otherwise than it did when the refund was settled, or failed. */
const correct = async (
  deps: PaymentDeps,
  { orderId }: PlacedOrder,
  refund: Refund,
  context: CommandContext,
): Promise<void> => {
  const { state: payment, revision = -1n } = await deps.handler.load(payments, orderId)
  if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    throw new UnexpectedRejectionError('RecordRefund', { type: 'not_captured', status: payment.status })
  }
  const answer = await askRefund(deps, payment, refund, context)
  const part = (name: string): CommandContext => ({
    ...context,
    commandId: `${orderId}/refund/${refund.refundId}/${refund.tries}/${name}`,
  })
  if (refund.status === 'settled' && answer.kind === 'refused') {
    await reverse(deps, orderId, refund, answer, revision, part)
  }
  // the order's process settles it, because the provider answers with the refund that it has made
  if (refund.status === 'failed' && answer.kind !== 'refused') await retry(deps, orderId, refund, part)
}

/**
 * The payment first, and only as it was when the provider was asked: whoever reads of the order finds the cause, and an old answer
 * takes back no later try. @throws ConcurrencyError where it has moved on: the report has to be brought again
 */
const reverse = async (
  deps: PaymentDeps,
  orderId: string,
  { refundId }: Refund,
  { code, message }: Refused<'refused'>,
  revision: bigint,
  part: (name: string) => CommandContext,
): Promise<void> => {
  const said = { refundId, code, message, at: at(deps) }
  const recorded = await deps.handler.handle(
    payments,
    orderId,
    { type: 'RecordRefundReversal', paymentId: orderId, ...said },
    part('reversed/payment'),
    { expectedRevision: revision },
  )
  if (!recorded.accepted) throw new UnexpectedRejectionError('RecordRefundReversal', recorded.rejection)
  const told = await deps.handler.handle(
    orders,
    orderId,
    { type: 'ReverseRefund', orderId, ...said },
    part('reversed/order'),
  )
  if (!told.accepted) throw new UnexpectedRejectionError('ReverseRefund', told.rejection)
}

const retry = async (
  deps: PaymentDeps,
  orderId: string,
  { refundId }: Refund,
  part: (name: string) => CommandContext,
): Promise<void> => {
  const command = { type: 'RetryRefund', orderId, refundId, at: at(deps) } as const
  const retried = await deps.handler.handle(orders, orderId, command, part('retried'))
  if (!retried.accepted && retried.rejection.type !== 'refund_settled') {
    throw new UnexpectedRejectionError('RetryRefund', retried.rejection)
  }
}
