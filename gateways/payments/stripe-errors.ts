import Stripe from 'stripe'
import {
  ProviderRefusedRequestError,
  ProviderUnavailableError,
  type Money,
  type Operation,
} from './provider.ts'
import { toStripe, type StripeMoney } from './stripe-money.ts'

export const STRIPE = 'stripe'

/** What may be known and logged of an error of Stripe's: neither the objects that came with it nor the key. */
export class StripeFailure extends Error {
  override readonly name = 'StripeFailure'
  readonly type: string
  readonly code: string | undefined
  readonly statusCode: number | undefined
  /** To find the request in Stripe's dashboard. */
  readonly requestId: string | undefined

  constructor(error: Stripe.errors.StripeError) {
    const isKey = error instanceof Stripe.errors.StripeAuthenticationError
    super(isKey ? 'The secret key was not accepted' : error.message)
    this.type = error.type
    this.code = error.code
    this.statusCode = error.statusCode
    this.requestId = error.requestId
  }
}

/** For an error that is no answer to what was asked. */
export const stripeError = (operation: Operation, error: unknown): unknown => {
  if (!(error instanceof Stripe.errors.StripeError)) return error
  const cause = new StripeFailure(error)
  const refused = (code: string): ProviderRefusedRequestError =>
    new ProviderRefusedRequestError(STRIPE, operation, code, cause.message, cause)

  if (error instanceof Stripe.errors.StripeIdempotencyError) return refused('idempotency_key_reused')
  if (error instanceof Stripe.errors.StripeAuthenticationError) return refused('key_not_accepted')
  if (error instanceof Stripe.errors.StripePermissionError) return refused('not_permitted')
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return refused(error.code ?? 'invalid_request')
  // no connection, too slow, too many requests, the same key or payment in use at this moment, or a fault of theirs
  return new ProviderUnavailableError(STRIPE, operation, cause)
}

/** Why a card was declined: https://docs.stripe.com/declines/codes */
export const declineOf = (
  error: { readonly decline_code?: string; readonly code?: string; readonly message?: string } | null,
): { readonly code: string; readonly message: string } => {
  // the SDK gives an empty text where Stripe gives nothing
  const code = [error?.decline_code, error?.code].find(Boolean) ?? 'card_declined'
  return SECRET.has(code)
    ? { code: 'generic_decline', message: 'Your card was declined.' }
    : { code, message: error?.message ?? 'Your card was declined.' }
}

/** Stripe asks not to tell these to the customer: he may not be the card's owner. */
const SECRET: ReadonlySet<string> = new Set([
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'stolen_card',
])

export const isUnexpectedState = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state'

export const isUnknownIntent = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'

/** @throws ProviderRefusedRequestError where Stripe can't take exactly this amount */
export const exactly = (operation: Operation, amount: Money): StripeMoney => {
  const money = toStripe(amount)
  if (money === undefined) {
    throw misuse(
      operation,
      'amount_not_supported',
      `Stripe does not take ${amount.amount} ${amount.currency}.`,
    )
  }
  return money
}

export const misuse = (operation: Operation, code: string, message: string): ProviderRefusedRequestError =>
  new ProviderRefusedRequestError(STRIPE, operation, code, message)

export const authorizationUnknown = (operation: Operation): ProviderRefusedRequestError =>
  misuse(operation, 'authorization_unknown', 'Nothing was authorised.')

/** Between two states. */
export const unsettled = (
  operation: Operation,
  { id, status }: Stripe.PaymentIntent,
): ProviderUnavailableError =>
  new ProviderUnavailableError(STRIPE, operation, new Error(`${id} is ${status}`))
