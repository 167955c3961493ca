import type { Headers, WebhookRefusal, WebhookVerifier } from '../gateways/payments/webhook.ts'
import { payments } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import { reportPayment, type Reporting } from './report-payment.ts'

/** Which webhooks were dealt with. It may forget: a report that comes twice changes nothing. */
export interface SeenWebhooks {
  readonly has: (webhookId: string) => Promise<boolean>
  readonly add: (webhookId: string) => Promise<void>
}

export interface WebhookDeps extends PaymentDeps {
  readonly verifiers: readonly WebhookVerifier[]
  readonly seen: SeenWebhooks
}

export interface Webhook {
  readonly provider: string
  /** Exactly as it was received. */
  readonly rawBody: Buffer
  readonly headers: Headers
}

export type WebhookTaking =
  | { readonly kind: 'unknown_provider' }
  /** Nobody who knows the secret has sent it just now, or it makes no sense. */
  | { readonly kind: 'refused'; readonly reason: WebhookRefusal; readonly message: string }
  /** Genuine, and nothing to us. */
  | { readonly kind: 'irrelevant'; readonly eventId: string; readonly type: string }
  /** It was dealt with before. */
  | { readonly kind: 'repeated'; readonly eventId: string; readonly paymentId: string }
  | (Reporting & { readonly eventId: string; readonly paymentId: string })

/**
 * Takes what a provider sends by itself. Nothing of it is believed before its signature was checked.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle: it has to be sent again
 */
export const takeWebhook = async (
  deps: WebhookDeps,
  { provider, rawBody, headers }: Webhook,
  context: Omit<CommandContext, 'commandId' | 'actor'>,
): Promise<WebhookTaking> => {
  const verifier = deps.verifiers.find((each) => each.provider === provider)
  if (verifier === undefined) return { kind: 'unknown_provider' }
  const verdict = verifier.verify(rawBody, headers)
  if (verdict.kind !== 'event') return verdict
  const { eventId, paymentId, news } = verdict.event
  const webhookId = `${provider}/${eventId}`
  if (await deps.seen.has(webhookId)) return { kind: 'repeated', eventId, paymentId }
  const asked = await providerOf(deps, paymentId)
  const reporting =
    asked === undefined || asked === provider
      ? await reportPayment(
          deps,
          { paymentId, reportId: webhookId, result: news },
          { ...context, actor: { kind: 'service', id: provider }, commandId: `webhook/${webhookId}` },
        )
      : ofAnother(asked)
  // what nobody knows yet may be known when it comes again
  if (reporting.kind !== 'unknown') await deps.seen.add(webhookId)
  return { ...reporting, eventId, paymentId }
}

/** Undefined where none was asked for the money. */
const providerOf = async ({ handler }: WebhookDeps, paymentId: string): Promise<string | undefined> => {
  const { state: payment } = await handler.load(payments, paymentId)
  if (payment.status === 'none') return undefined
  return payment.status === 'voided' ? payment.initiated?.provider : payment.provider
}

/** Nobody speaks for another one: whoever has stolen the secret of one provider has the money of no other. */
const ofAnother = (provider: string): Reporting => ({
  kind: 'contradicted',
  rejection: { type: 'payment_of_another_provider', provider },
})
