import Stripe from 'stripe'
import type { RefundRequest, RefundResult } from './provider.ts'
import { authorizationUnknown, declineOf, exactly, isUnknownIntent } from './stripe-errors.ts'

/** Looks for the refund first: its key may be forgotten, or be another one. */
export const refundWithStripe = async (stripe: Stripe, request: RefundRequest): Promise<RefundResult> => {
  const { idempotencyKey, paymentId, providerReference, refundId } = request
  const { amount } = exactly('refund', request.amount)
  try {
    const [intent, known] = await Promise.all([
      stripe.paymentIntents.retrieve(providerReference),
      findRefund(stripe, request),
    ])
    if (known !== undefined) {
      return known.amount === amount
        ? refundOf(known)
        : { kind: 'refused', code: 'refund_differs', message: 'The refund was made with another amount.' }
    }
    if (intent.status !== 'succeeded') {
      return { kind: 'refused', code: 'not_captured', message: 'Nothing was captured.' }
    }
    const made = await stripe.refunds.create(
      {
        payment_intent: providerReference,
        amount,
        metadata: { paymentId, refundId, idempotencyKey },
      },
      { idempotencyKey },
    )
    return refundOf(made)
  } catch (error) {
    if (isUnknownIntent(error)) throw authorizationUnknown('refund')
    if (error instanceof Stripe.errors.StripeCardError) return { kind: 'refused', ...declineOf(error) }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      const isTooMuch = error.code === 'charge_already_refunded' || error.param === 'amount'
      const code = isTooMuch ? 'amount_exceeds_capture' : (error.code ?? 'refund_failed')
      return { kind: 'refused', code, message: error.message }
    }
    throw error
  }
}

/** The one that was made, or that the same key was refused. */
const findRefund = async (
  stripe: Stripe,
  { providerReference, refundId, idempotencyKey }: RefundRequest,
): Promise<Stripe.Refund | undefined> => {
  let refused: Stripe.Refund | undefined
  for await (const each of stripe.refunds.list({ payment_intent: providerReference, limit: 100 })) {
    if (each.metadata?.['refundId'] !== refundId) continue
    if (!isFailed(each)) return each
    if (each.metadata['idempotencyKey'] === idempotencyKey) refused = each
  }
  return refused
}

const refundOf = (made: Stripe.Refund): RefundResult => {
  const { id: providerReference, status, failure_reason } = made
  if (isFailed(made)) {
    return {
      kind: 'refused',
      code: failure_reason ?? 'refund_failed',
      message: 'The refund could not be made.',
    }
  }
  return { kind: status === 'succeeded' ? 'refunded' : 'pending', providerReference }
}

export const isFailed = ({ status }: Stripe.Refund): boolean => status === 'failed' || status === 'canceled'
