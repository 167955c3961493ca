import Stripe from 'stripe'
import { z } from 'zod'
import { systemClock, type Clock } from '../../platform/clock.ts'
import { declineOf, STRIPE } from './stripe-errors.ts'
import { fromStripe } from './stripe-money.ts'
import { isFailed } from './stripe-refund.ts'
import {
  REPLAY_WINDOW_MS,
  refusedWebhook,
  type PaymentNews,
  type WebhookVerdict,
  type WebhookVerifier,
} from './webhook.ts'

const SIGNATURE_HEADER = 'stripe-signature'

/** What is read of every event; the SDK's types say the rest, for the API version that it asks for. */
const Envelope = z.looseObject({
  id: z.string().min(1),
  object: z.literal('event'),
  type: z.string(),
  created: z.int(),
  data: z.looseObject({ object: z.looseObject({}) }),
})

/**
 * Stripe has to be told to send `payment_intent.amount_capturable_updated`, `.payment_failed`, `.canceled` and `.succeeded`, and
 * `refund.created`, `.updated` and `.failed`. What else it sends is irrelevant, and so are payments that others made.
 * @param secrets signing secrets of the endpoint (`whsec_…`): while one is replaced, both. Never logged.
 */
export const createStripeVerifier = (
  secrets: readonly string[],
  options: { readonly clock?: Clock; readonly windowMs?: number } = {},
): WebhookVerifier => {
  const { clock = systemClock, windowMs = REPLAY_WINDOW_MS } = options

  /** Undefined where it was signed with none of the secrets, or longer ago than `tolerance` seconds; 0 is any time. */
  const construct = (rawBody: Buffer, signature: string, tolerance: number): Stripe.Event | undefined => {
    const now = clock.now().getTime()
    for (const secret of secrets) {
      try {
        return Stripe.webhooks.constructEvent(rawBody, signature, secret, tolerance, undefined, now)
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error
      }
    }
    return undefined
  }

  return {
    provider: STRIPE,
    verify: (rawBody, headers) => {
      const signature = headers[SIGNATURE_HEADER]
      if (typeof signature !== 'string') {
        return refusedWebhook('unsigned', `There is no header ${SIGNATURE_HEADER}.`)
      }
      try {
        const event = construct(rawBody, signature, 0)
        if (event === undefined) {
          return refusedWebhook('wrong_signature', 'The signature does not match the body.')
        }
        const isFresh = construct(rawBody, signature, windowMs / 1_000) !== undefined
        if (!isFresh || signedAt(signature) > clock.now().getTime() + windowMs) {
          const window = `${windowMs / 1_000} seconds`
          return refusedWebhook('outside_window', `It was not signed within the last ${window}.`)
        }
        return verdictOn(event)
      } catch (error) {
        return refusedWebhook('malformed', error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/** Stripe's helper takes signatures of the future. */
const signedAt = (signature: string): number => Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1] ?? 0) * 1_000

const verdictOn = (event: Stripe.Event): WebhookVerdict => {
  const { id: eventId, type, created } = Envelope.parse(event)
  const told = newsOf(event)
  if (told?.paymentId === undefined) return { kind: 'irrelevant', eventId, type }
  const { paymentId, news } = told
  return {
    kind: 'event',
    event: { provider: STRIPE, eventId, occurredAt: new Date(created * 1_000), paymentId, news },
  }
}

const newsOf = (
  event: Stripe.Event,
): { readonly paymentId: string | undefined; readonly news: PaymentNews } | undefined => {
  switch (event.type) {
    case 'payment_intent.amount_capturable_updated': {
      const { id: providerReference, metadata, amount_capturable, currency } = event.data.object
      const amount = fromStripe({ amount: amount_capturable, currency })
      return { paymentId: metadata['paymentId'], news: { kind: 'authorized', amount, providerReference } }
    }
    case 'payment_intent.payment_failed': {
      const { metadata, last_payment_error } = event.data.object
      return {
        paymentId: metadata['paymentId'],
        news: { kind: 'declined', ...declineOf(last_payment_error) },
      }
    }
    case 'payment_intent.canceled':
      return { paymentId: event.data.object.metadata['paymentId'], news: { kind: 'voided' } }
    case 'payment_intent.succeeded': {
      const { id: providerReference, metadata, amount_received, currency } = event.data.object
      const amount = fromStripe({ amount: amount_received, currency })
      return { paymentId: metadata['paymentId'], news: { kind: 'captured', amount, providerReference } }
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundNewsOf(event.data.object)
    default:
      return undefined
  }
}

const refundNewsOf = (refund: Stripe.Refund): ReturnType<typeof newsOf> => {
  const { metadata, id: providerReference, status } = refund
  const refundId = metadata?.['refundId']
  if (refundId === undefined) return undefined
  const paymentId = metadata?.['paymentId']
  if (isFailed(refund)) {
    const code = refund.failure_reason ?? 'refund_failed'
    return { paymentId, news: { kind: 'refund_failed', refundId, code, message: 'The refund failed.' } }
  }
  return status === 'succeeded'
    ? { paymentId, news: { kind: 'refunded', refundId, amount: fromStripe(refund), providerReference } }
    : undefined
}
