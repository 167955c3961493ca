import { z } from 'zod'
import { systemClock, type Clock } from '../../platform/clock.ts'
import { checkSignature, sign } from './signature.ts'
import {
  REPLAY_WINDOW_MS,
  refusedWebhook,
  type PaymentNews,
  type WebhookEvent,
  type WebhookVerifier,
} from './webhook.ts'

const SIGNATURE_HEADER = 'simulator-signature'

const common = {
  id: z.string().min(1),
  createdAt: z.iso.datetime({ precision: 3 }),
  paymentId: z.string().min(1),
}
const Body = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('authorization.approved'),
    amount: z.strictObject({ amount: z.int().min(0), currency: z.string().regex(/^[A-Z]{3}$/) }),
    providerReference: z.string().min(1),
  }),
  z.strictObject({
    ...common,
    type: z.literal('authorization.declined'),
    code: z.string().min(1),
    message: z.string(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('refund.failed'),
    refundId: z.string().min(1),
    code: z.string().min(1),
    message: z.string(),
  }),
])

export type SimulatorEvent = z.output<typeof Body>

/** What goes over the wire. */
export interface WebhookMessage {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The message of an event, signed at `now`. */
export const simulatorMessage = (body: SimulatorEvent, secret: string, now: Date): WebhookMessage => {
  const text = JSON.stringify(body)
  return {
    body: text,
    headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: sign(secret, text, now) },
  }
}

/** @param secrets any of them will do; at least one */
export const createSimulatorVerifier = (
  secrets: readonly string[],
  options: { readonly clock?: Clock; readonly windowMs?: number } = {},
): WebhookVerifier => {
  const { clock = systemClock, windowMs = REPLAY_WINDOW_MS } = options
  const provider = 'simulator'
  return {
    provider,
    verify: (rawBody, headers) => {
      const signature = headers[SIGNATURE_HEADER]
      if (typeof signature !== 'string') {
        return refusedWebhook('unsigned', `There is no header ${SIGNATURE_HEADER}.`)
      }
      const checked = checkSignature(signature, rawBody, { secrets, now: clock.now(), windowMs })
      if (checked === 'wrong_signature')
        return refusedWebhook(checked, 'The signature does not match the body.')
      if (checked === 'outside_window') {
        return refusedWebhook(checked, `It was not signed within the last ${windowMs / 1_000} seconds.`)
      }
      const body = Body.safeParse(parseJson(rawBody))
      if (!body.success) return refusedWebhook('malformed', z.prettifyError(body.error))
      const { id, createdAt, paymentId } = body.data
      const event: WebhookEvent = {
        provider,
        eventId: id,
        occurredAt: new Date(createdAt),
        paymentId,
        news: newsOf(body.data),
      }
      return { kind: 'event', event }
    },
  }
}

const newsOf = (body: SimulatorEvent): PaymentNews => {
  switch (body.type) {
    case 'authorization.approved':
      return { kind: 'authorized', amount: body.amount, providerReference: body.providerReference }
    case 'authorization.declined':
      return { kind: 'declined', code: body.code, message: body.message }
    case 'refund.failed': {
      const { refundId, code, message } = body
      return { kind: 'refund_failed', refundId, code, message }
    }
  }
}

/** Undefined where it is not JSON, which no schema takes. */
const parseJson = (rawBody: Buffer): unknown => {
  try {
    return JSON.parse(rawBody.toString('utf8'))
  } catch {
    return undefined
  }
}
