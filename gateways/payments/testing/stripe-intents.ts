import type Stripe from 'stripe'
import { ulid } from 'ulid'

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** Of Stripe's objects what the provider looks at, and what it must not pass on. */
export type Intent = Writable<
  Pick<
    Stripe.PaymentIntent,
    | 'id'
    | 'object'
    | 'amount'
    | 'amount_capturable'
    | 'amount_received'
    | 'cancellation_reason'
    | 'capture_method'
    | 'client_secret'
    | 'currency'
    | 'last_payment_error'
    | 'metadata'
    | 'next_action'
    | 'status'
  >
> & { payment_method: string | null; asks_for_redirects: boolean }

export type Refund = Writable<
  Pick<Stripe.Refund, 'id' | 'object' | 'amount' | 'currency' | 'metadata' | 'status' | 'failure_reason'>
> & { payment_intent: string }

type EventType =
  | 'payment_intent.created'
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.payment_failed'
  | 'payment_intent.requires_action'
  | 'payment_intent.canceled'
  | 'payment_intent.succeeded'
  | 'refund.created'
  | 'refund.updated'
  | 'refund.failed'

export interface StripeEvent {
  readonly id: string
  readonly object: 'event'
  readonly type: EventType
  /** Seconds since 1970. */
  readonly created: number
  readonly data: { readonly object: Intent | Refund }
}

/** An error as the API answers it: https://docs.stripe.com/api/errors */
export class StripeRefusal extends Error {
  readonly status: number
  readonly error: Readonly<Record<string, unknown>>

  constructor(status: number, error: Readonly<Record<string, unknown>>) {
    super(String(error['message']))
    this.status = status
    this.error = error
  }
}

export const invalidRequest = (
  code: string,
  message: string,
  more: object = {},
  status = 400,
): StripeRefusal => new StripeRefusal(status, { type: 'invalid_request_error', code, message, ...more })

/** Stripe's test cards: https://docs.stripe.com/testing */
const DECLINES: Readonly<Record<string, { readonly decline_code: string; readonly message: string }>> = {
  pm_card_visa_chargeDeclined: { decline_code: 'generic_decline', message: 'Your card was declined.' },
  pm_card_visa_chargeDeclinedInsufficientFunds: {
    decline_code: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
  },
  pm_card_visa_chargeDeclinedStolenCard: { decline_code: 'stolen_card', message: 'Your card was stolen.' },
}
const APPROVED: ReadonlySet<string> = new Set(['pm_card_visa', 'pm_card_refundFail', 'pm_card_pendingRefund'])
const ASKS_THE_CUSTOMER = 'pm_card_authenticationRequired'

export type Params = Readonly<Record<string, string>>

/** PaymentIntents with manual capture and their refunds: https://docs.stripe.com/payments/paymentintents/lifecycle */
export class StripeBooks {
  readonly intents = new Map<string, Intent>()
  readonly refunds: Refund[] = []
  readonly events: StripeEvent[] = []

  intent(id: string): Intent {
    const found = this.intents.get(id)
    if (found !== undefined) return found
    throw invalidRequest('resource_missing', `No such payment_intent: '${id}'`, { param: 'intent' }, 404)
  }

  create(params: Params): Intent {
    const method = params['payment_method'] ?? ''
    if (!APPROVED.has(method) && !(method in DECLINES) && method !== ASKS_THE_CUSTOMER) {
      throw invalidRequest('resource_missing', `No such PaymentMethod: '${method}'`, {
        param: 'payment_method',
      })
    }
    const amount = Number(params['amount'])
    if (amount < 50) {
      throw invalidRequest('amount_too_small', 'Amount must be at least 50 cents', { param: 'amount' })
    }
    if (params['capture_method'] !== 'manual') throw new Error('only manual capture is known here')
    const id = `pi_${ulid()}`
    const intent: Intent = {
      id,
      object: 'payment_intent',
      amount,
      amount_capturable: 0,
      amount_received: 0,
      cancellation_reason: null,
      capture_method: 'manual',
      client_secret: `${id}_secret_${ulid()}`,
      currency: params['currency'] ?? '',
      last_payment_error: null,
      metadata: nested(params, 'metadata'),
      next_action: null,
      payment_method: method,
      status: 'requires_confirmation',
      asks_for_redirects: params['automatic_payment_methods[allow_redirects]'] === 'always',
    }
    this.intents.set(id, intent)
    this.#tell('payment_intent.created', intent)
    return intent
  }

  confirm(id: string, params: Params): Intent {
    const intent = this.intent(id)
    if (intent.status !== 'requires_confirmation') throw unexpectedState(intent, 'confirm')
    const method = intent.payment_method ?? ''
    const decline = DECLINES[method]
    if (decline !== undefined) throw this.#declined(intent, { code: 'card_declined', ...decline })
    if (method !== ASKS_THE_CUSTOMER) return this.#hold(intent)
    if (params['error_on_requires_action'] === 'true') {
      const message = 'Your card was declined. This transaction requires authentication.'
      throw this.#declined(intent, { code: 'authentication_required', message })
    }
    if (!intent.asks_for_redirects || params['return_url'] === undefined) {
      throw invalidRequest('parameter_missing', 'A return_url must be provided.', { param: 'return_url' })
    }
    intent.status = 'requires_action'
    intent.next_action = {
      type: 'redirect_to_url',
      redirect_to_url: { url: `https://hooks.stripe.test/3ds/${id}`, return_url: params['return_url'] },
    }
    this.#tell('payment_intent.requires_action', intent)
    return intent
  }

  capture(id: string, params: Params): Intent {
    const intent = this.intent(id)
    if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'capture')
    const amount = Number(params['amount_to_capture'])
    if (amount > intent.amount_capturable) {
      throw invalidRequest(
        'amount_too_large',
        'The requested capture amount is greater than the amount held.',
      )
    }
    Object.assign(intent, { status: 'succeeded', amount_capturable: 0, amount_received: amount })
    this.#tell('payment_intent.succeeded', intent)
    return intent
  }

  cancel(id: string, reason: 'automatic' | null = null): Intent {
    const intent = this.intent(id)
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel')
    Object.assign(intent, { status: 'canceled', amount_capturable: 0, cancellation_reason: reason })
    this.#tell('payment_intent.canceled', intent)
    return intent
  }

  refund(params: Params): Refund {
    const intent = this.intent(params['payment_intent'] ?? '')
    if (intent.status !== 'succeeded') {
      throw invalidRequest('missing', 'This PaymentIntent does not have a successful charge to refund.')
    }
    const given = this.refunds
      .filter((refund) => refund.payment_intent === intent.id && refund.status !== 'failed')
      .reduce((sum, refund) => sum + refund.amount, 0)
    if (given === intent.amount_received) {
      throw invalidRequest('charge_already_refunded', 'The charge has already been refunded.')
    }
    const amount = Number(params['amount'])
    if (given + amount > intent.amount_received) {
      const message = 'Refund amount is greater than unrefunded amount on charge'
      throw new StripeRefusal(400, { type: 'invalid_request_error', message, param: 'amount' })
    }
    const isFailing = intent.payment_method === 'pm_card_refundFail'
    const isSlow = intent.payment_method === 'pm_card_pendingRefund'
    const refund: Refund = {
      id: `re_${ulid()}`,
      object: 'refund',
      amount,
      currency: intent.currency,
      metadata: nested(params, 'metadata'),
      payment_intent: intent.id,
      status: isFailing ? 'failed' : isSlow ? 'pending' : 'succeeded',
      ...(isFailing && { failure_reason: 'expired_or_canceled_card' }),
    }
    this.refunds.push(refund)
    this.#tell(isFailing ? 'refund.failed' : 'refund.created', refund)
    return refund
  }

  /** A refund that was on its way has arrived, or came back; that may also happen to one that had arrived. */
  endRefund(id: string, isSuccessful: boolean): void {
    const refund = this.refunds.find((each) => each.id === id)
    const mayEnd = refund?.status === 'pending' || (refund?.status === 'succeeded' && !isSuccessful)
    if (refund === undefined || !mayEnd) throw new Error(`${id} is not on its way`)
    Object.assign(
      refund,
      isSuccessful ? { status: 'succeeded' } : { status: 'failed', failure_reason: 'lost_or_stolen_card' },
    )
    this.#tell(isSuccessful ? 'refund.updated' : 'refund.failed', refund)
  }

  /** The customer has been where he was sent. */
  authenticate(id: string, isSuccessful: boolean): void {
    const intent = this.intent(id)
    if (isSuccessful) this.#hold(intent)
    else {
      const message = 'The provided PaymentMethod has failed authentication.'
      this.#declined(intent, { code: 'payment_intent_authentication_failure', message })
    }
  }

  #hold(intent: Intent): Intent {
    Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount, next_action: null })
    this.#tell('payment_intent.amount_capturable_updated', intent)
    return intent
  }

  #declined(intent: Intent, error: object): StripeRefusal {
    const card = { type: 'card_error', ...error }
    Object.assign(intent, {
      status: 'requires_payment_method',
      payment_method: null,
      next_action: null,
      last_payment_error: card,
    })
    this.#tell('payment_intent.payment_failed', intent)
    return new StripeRefusal(402, { ...card, payment_intent: intent })
  }

  #tell(type: EventType, object: Intent | Refund): void {
    const created = Math.floor(Date.now() / 1_000)
    this.events.push({
      id: `evt_${ulid()}`,
      object: 'event',
      type,
      created,
      data: { object: structuredClone(object) },
    })
  }
}

const unexpectedState = (intent: Intent, doing: string): StripeRefusal =>
  invalidRequest(
    'payment_intent_unexpected_state',
    `You cannot ${doing} this PaymentIntent because it has a status of ${intent.status}.`,
    { payment_intent: intent },
  )

/** `name[key]=value` → `{ key: value }` */
const nested = (params: Params, name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([key]) => key.startsWith(`${name}[`))
      .map(([key, value]) => [key.slice(name.length + 1, -1), value]),
  )
