import { expect } from 'chai'
import Stripe from 'stripe'
import { ProviderRefusedRequestError, ProviderUnavailableError } from './provider.ts'
import {
  declineOf,
  exactly,
  isUnexpectedState,
  isUnknownIntent,
  stripeError,
  unsettled,
} from './stripe-errors.ts'

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeConnectionError,
  StripeIdempotencyError,
  StripeInvalidRequestError,
  StripePermissionError,
  StripeRateLimitError,
} = Stripe.errors

describe('what Stripe says where it gives no answer', () => {
  const request = (code?: string) =>
    new StripeInvalidRequestError({
      ...{ type: 'invalid_request_error', message: 'No such thing', requestId: 'req_1' },
      ...(code === undefined ? {} : { code }),
    })
  const refusals: Readonly<Record<string, readonly [Error, string]>> = {
    'a key that was used for something else': [
      new StripeIdempotencyError({ type: 'idempotency_error', message: 'Keys differ' }),
      'idempotency_key_reused',
    ],
    'a secret key that is not accepted': [
      new StripeAuthenticationError({
        type: 'authentication_error',
        message: 'Invalid API Key: sk_live_123',
      }),
      'key_not_accepted',
    ],
    'something that the key may not do': [
      new StripePermissionError({ type: 'invalid_request_error', message: 'Not yours' }),
      'not_permitted',
    ],
    'a request that is wrong, and why': [request('parameter_missing'), 'parameter_missing'],
    'a request that is wrong without a reason': [request(), 'invalid_request'],
  }
  for (const [name, [error, code]] of Object.entries(refusals)) {
    it(`refuses the request: ${name}`, () => {
      const told = stripeError('capture', error)
      expect(told).to.be.instanceOf(ProviderRefusedRequestError).and.include({ code, operation: 'capture' })
    })
  }

  const outages = [
    new StripeConnectionError({ type: 'api_error', message: 'No connection' }),
    new StripeRateLimitError({ type: 'invalid_request_error', message: 'Too many requests' }),
    new StripeAPIError({ type: 'api_error', message: 'A fault of theirs' }),
  ]
  for (const error of outages) {
    it(`is away: ${error.message}`, () => {
      expect(stripeError('refund', error)).to.be.instanceOf(ProviderUnavailableError)
    })
  }

  it('never tells the secret key', () => {
    const error = new StripeAuthenticationError({ type: 'authentication_error', message: 'Bad sk_live_123' })
    const told = stripeError('void', error) as Error
    expect(`${told.message} ${String(told.cause)}`).not.to.contain('sk_live_123')
  })

  it('is no answer either while an intent is between two states', () => {
    const intent = { id: 'pi_1', status: 'processing' } as Stripe.PaymentIntent
    const told = unsettled('capture', intent)
    expect(told).to.be.instanceOf(ProviderUnavailableError)
    expect(String(told.cause)).to.contain('pi_1 is processing')
  })

  it('is left as it is where it is not of Stripe', () => {
    const error = new TypeError('boom')
    expect(stripeError('void', error)).to.equal(error)
    expect([isUnexpectedState(error), isUnknownIntent(error)]).to.deep.equal([false, false])
  })

  it('is known for an intent that is elsewhere, or nowhere', () => {
    const elsewhere = request('payment_intent_unexpected_state')
    const nowhere = request('resource_missing')
    expect([isUnexpectedState(elsewhere), isUnknownIntent(elsewhere)]).to.deep.equal([true, false])
    expect([isUnexpectedState(nowhere), isUnknownIntent(nowhere)]).to.deep.equal([false, true])
  })
})

describe('why Stripe declined', () => {
  const rows: readonly [Parameters<typeof declineOf>[0], string, string][] = [
    [
      { decline_code: 'insufficient_funds', code: 'card_declined', message: 'No money' },
      ...(['insufficient_funds', 'No money'] as const),
    ],
    [{ decline_code: '', code: 'expired_card', message: 'Expired' }, 'expired_card', 'Expired'],
    [{ code: 'incorrect_cvc' }, 'incorrect_cvc', 'Your card was declined.'],
    [null, 'card_declined', 'Your card was declined.'],
    [{ decline_code: 'stolen_card', message: 'Stolen!' }, 'generic_decline', 'Your card was declined.'],
  ]
  for (const [error, code, message] of rows) {
    it(`is told as ${code} for ${JSON.stringify(error)}`, () => {
      expect(declineOf(error)).to.deep.equal({ code, message })
    })
  }
})

describe('an amount that Stripe does not take', () => {
  it('is refused before Stripe is asked', () => {
    expect(() => exactly('authorize', { amount: 5_124, currency: 'KWD' }))
      .to.throw(ProviderRefusedRequestError)
      .that.includes({ code: 'amount_not_supported' })
    expect(exactly('authorize', { amount: 100, currency: 'EUR' })).to.deep.include({ amount: 100 })
  })
})
