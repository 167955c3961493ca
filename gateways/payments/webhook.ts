import type { Money, Refused } from './provider.ts'

/** What has become of a payment, as its provider says. */
export type PaymentNews =
  | { readonly kind: 'authorized'; readonly amount: Money; readonly providerReference: string }
  | Refused<'declined'>
  | { readonly kind: 'captured'; readonly amount: Money; readonly providerReference: string }
  | { readonly kind: 'voided' }
  | {
      readonly kind: 'refunded'
      readonly refundId: string
      readonly amount: Money
      readonly providerReference: string
    }
  | (Refused<'refund_failed'> & { readonly refundId: string })

/** Webhooks come at least once and in any order. */
export interface WebhookEvent {
  readonly provider: string
  /** The same each time that it is sent. */
  readonly eventId: string
  readonly occurredAt: Date
  readonly paymentId: string
  readonly news: PaymentNews
}

export type WebhookRefusal =
  | 'unsigned'
  | 'wrong_signature'
  /** Signed too long ago, or in the future: it may have been recorded and sent again. */
  | 'outside_window'
  /** Signed, but not what the provider is known to send. */
  | 'malformed'

export type WebhookVerdict =
  | { readonly kind: 'event'; readonly event: WebhookEvent }
  /** Genuine, but says nothing of a payment of ours. */
  | { readonly kind: 'irrelevant'; readonly eventId: string; readonly type: string }
  | { readonly kind: 'refused'; readonly reason: WebhookRefusal; readonly message: string }

/** As node's `http` gives them: names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

export interface WebhookVerifier {
  /** Name of the provider whose webhooks it verifies. */
  readonly provider: string
  /** @param rawBody exactly as it was received */
  readonly verify: (rawBody: Buffer, headers: Headers) => WebhookVerdict
}

/** How old a signature may be, as with Stripe. */
export const REPLAY_WINDOW_MS = 5 * 60_000

export const refusedWebhook = (reason: WebhookRefusal, message: string): WebhookVerdict => ({
  kind: 'refused',
  reason,
  message,
})
