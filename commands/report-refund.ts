import { refundsOf } from '../domain/order/state.ts'
import { sameMoney, type Money } from '../domain/values.ts'
import type { PaymentNews } from '../gateways/payments/webhook.ts'
import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { settleRefund } from './settle-refund.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

type RefundNews = Extract<PaymentNews, { readonly kind: 'refunded' | 'refund_failed' }>

export type RefundContradiction =
  | { readonly type: 'refund_amount_differs'; readonly refundId: string; readonly expected: Money }
  /** It had said before that the money was given back: the customer has not got it. */
  | { readonly type: 'refund_failed_later'; readonly refundId: string; readonly code: string }

export type RefundReporting =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'contradicted'; readonly rejection: RefundContradiction }

/**
 * A report of a refund is a wake-up: what became of it is asked of the provider by the refund's own key, so that the goods go back
 * with the money whoever is first. @throws ProviderUnavailableError; otherwise as CommandHandler.handle
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
  if (order.status === 'none' || refund === undefined) return { kind: 'unknown' }
  if (news.kind === 'refunded' && !sameMoney(news.amount, refund.amount)) {
    const rejection = { type: 'refund_amount_differs', refundId, expected: refund.amount } as const
    return { kind: 'contradicted', rejection }
  }
  switch (refund.status) {
    case 'pending':
      await settleRefund(deps, order, refund, context)
      return { kind: 'taken' }
    case 'settled': {
      if (news.kind === 'refunded') return { kind: 'taken' }
      return { kind: 'contradicted', rejection: { type: 'refund_failed_later', refundId, code: news.code } }
    }
    case 'failed': {
      if (news.kind === 'refund_failed') return { kind: 'taken' }
      const command = { type: 'RetryRefund', orderId, refundId, at: at(deps) } as const
      const commandId = `${orderId}/refunded/${refundId}/${refund.tries}`
      const retried = await deps.handler.handle(orders, orderId, command, { ...context, commandId })
      if (!retried.accepted && retried.rejection.type !== 'refund_settled') {
        throw new UnexpectedRejectionError('RetryRefund', retried.rejection)
      }
      return { kind: 'taken' }
    }
  }
}
