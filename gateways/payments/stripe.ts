import Stripe from 'stripe'
import { intercept, type Interceptor } from './intercept.ts'
import type { CaptureRequest, CaptureResult, PaymentProvider, VoidRequest, VoidResult } from './provider.ts'
import { authorizeWithStripe } from './stripe-authorize.ts'
import {
  authorizationUnknown,
  declineOf,
  exactly,
  isUnexpectedState,
  isUnknownIntent,
  misuse,
  STRIPE,
  stripeError,
  unsettled,
} from './stripe-errors.ts'
import { pastOldFaults } from './stripe-keys.ts'
import { refundWithStripe } from './stripe-refund.ts'

export interface StripeOptions {
  /** Never logged. */
  readonly secretKey: string
  /** How long one request may take, in milliseconds. */
  readonly limitMs?: number
  /**
   * Where customers come back to after they have confirmed a payment with their bank. Without it, cards that ask for that are
   * declined.
   */
  readonly returnUrl?: string | undefined
  /** Where Stripe's API is, for tests. */
  readonly api?: { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number }
}

/**
 * Payments through Stripe: PaymentIntents with manual capture. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 *
 * Stripe forgets idempotency keys after 24 hours and answers a key that met a fault of its own with the same fault until then.
 * So the keys only lead to the same PaymentIntent again. What was done with that is read from its state, and so can't be done twice.
 */
export const createStripeProvider = (options: StripeOptions): PaymentProvider => {
  const { secretKey, limitMs = 2_500, returnUrl, api } = options
  const stripe = new Stripe(secretKey, {
    ...api,
    timeout: limitMs,
    // the caller does that, with the same keys
    maxNetworkRetries: 0,
    telemetry: false,
  })
  return intercept(
    {
      name: STRIPE,
      authorize: (request) => authorizeWithStripe(stripe, request, returnUrl),
      capture: (request) => capture(stripe, request),
      void: (request) => cancel(stripe, request),
      refund: (request) => refundWithStripe(stripe, request),
    },
    withTypedErrors,
  )
}

const withTypedErrors: Interceptor = async (operation, _request, call) => {
  try {
    return await call()
  } catch (error) {
    throw stripeError(operation, error)
  }
}

const capture = async (stripe: Stripe, request: CaptureRequest): Promise<CaptureResult> => {
  const { idempotencyKey, providerReference, amount } = request
  const { amount: amount_to_capture } = exactly('capture', amount)
  try {
    const intent = await pastOldFaults(idempotencyKey, (options) =>
      stripe.paymentIntents.capture(providerReference, { amount_to_capture }, options),
    )
    return captureOf(intent, amount_to_capture)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return { kind: 'refused', ...declineOf(error) }
    if (isUnexpectedState(error)) {
      return captureOf(await stripe.paymentIntents.retrieve(providerReference), amount_to_capture)
    }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      if (error.code === 'charge_expired_for_capture') return expired
      if (error.code === 'amount_too_large' || error.param === 'amount_to_capture') {
        throw misuse('capture', 'amount_exceeds_authorization', error.message)
      }
    }
    throw isUnknownIntent(error) ? authorizationUnknown('capture') : error
  }
}

const captureOf = (intent: Stripe.PaymentIntent, asked: number): CaptureResult => {
  switch (intent.status) {
    case 'succeeded':
      return intent.amount_received === asked
        ? { kind: 'captured' }
        : { kind: 'refused', code: 'already_captured', message: 'Another amount was captured.' }
    case 'canceled':
      return intent.cancellation_reason === 'automatic'
        ? expired
        : { kind: 'refused', code: 'payment_voided', message: 'The authorisation was voided.' }
    case 'requires_action':
      throw misuse('capture', 'authorization_pending', 'The authorisation is not settled yet.')
    case 'requires_payment_method':
      throw authorizationUnknown('capture')
    default:
      throw unsettled('capture', intent)
  }
}

const cancel = async (stripe: Stripe, request: VoidRequest): Promise<VoidResult> => {
  const { idempotencyKey, providerReference } = request
  try {
    return voidOf(
      await pastOldFaults(idempotencyKey, (options) =>
        stripe.paymentIntents.cancel(providerReference, {}, options),
      ),
    )
  } catch (error) {
    if (isUnexpectedState(error)) return voidOf(await stripe.paymentIntents.retrieve(providerReference))
    throw isUnknownIntent(error) ? authorizationUnknown('void') : error
  }
}

const voidOf = (intent: Stripe.PaymentIntent): VoidResult => {
  if (intent.status === 'canceled') return { kind: 'voided' }
  if (intent.status === 'succeeded') return { kind: 'captured' }
  throw unsettled('void', intent)
}

const expired: CaptureResult = {
  kind: 'refused',
  code: 'authorization_expired',
  message: 'The authorisation has expired.',
}
