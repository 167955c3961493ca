import { expect } from 'chai'
import Stripe from 'stripe'
import { ulid } from 'ulid'
import type { AuthorizationRequest, CaptureRequest, PaymentProvider } from './provider.ts'
import { createStripeVerifier } from './stripe-verifier.ts'
import { createStripeProvider } from './stripe.ts'
import { startStripeServer, type StripeServer } from './testing/stripe-server.ts'
import type { PaymentNews, WebhookVerdict } from './webhook.ts'

const secret = 'whsec_not_a_real_secret'
const signedAt = new Date('2026-01-01T12:00:00.000Z')

const signature = (payload: string, with_ = secret): string =>
  Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: with_,
    timestamp: signedAt.getTime() / 1_000,
  })
const verify = (
  payload: string,
  options: { readonly secondsLater?: number; readonly secrets?: string[]; readonly header?: string } = {},
): WebhookVerdict => {
  const { secondsLater = 0, secrets = [secret], header = signature(payload) } = options
  const clock = { now: () => new Date(signedAt.getTime() + secondsLater * 1_000) }
  return createStripeVerifier(secrets, { clock }).verify(Buffer.from(payload), { 'stripe-signature': header })
}

describe("Stripe's webhooks", () => {
  let server: StripeServer
  let provider: PaymentProvider

  beforeEach(async () => {
    server = await startStripeServer()
    const { secretKey, api } = server
    provider = createStripeProvider({ secretKey, api, returnUrl: 'https://shop.test/orders' })
  })
  afterEach(() => server.stop())

  const authorize = async (
    paymentMethodId: string,
    currency = 'EUR',
  ): Promise<{ request: AuthorizationRequest; asked: CaptureRequest }> => {
    const paymentId = ulid()
    const request = {
      paymentId,
      paymentMethodId,
      customerId: 'c1',
      amount: { amount: 2_500, currency },
      idempotencyKey: `${paymentId}/authorize`,
    }
    await provider.authorize(request)
    const [providerReference = ''] = [...server.books.intents.keys()].slice(-1)
    const { amount } = request
    return { request, asked: { paymentId, providerReference, amount, idempotencyKey: `${paymentId}/then` } }
  }
  /** What is told of a payment, in the order in which Stripe sends it. */
  const told = (paymentId: string): PaymentNews[] =>
    server.books.events.flatMap((event) => {
      const verdict = verify(JSON.stringify(event))
      if (verdict.kind === 'irrelevant') {
        expect(verdict).to.deep.equal({ kind: 'irrelevant', eventId: event.id, type: event.type })
        return []
      }
      if (verdict.kind === 'refused') throw new Error(verdict.message)
      expect(verdict.event).to.deep.include({
        provider: 'stripe',
        eventId: event.id,
        occurredAt: new Date(event.created * 1_000),
        paymentId,
      })
      return [verdict.event.news]
    })

  const held = { amount: 2_500, currency: 'EUR' }

  it('tell how a payment goes, from the hold to the refund', async () => {
    const { request, asked } = await authorize('pm_card_visa')
    await provider.capture(asked)
    const amount = { amount: 1_000, currency: 'EUR' }
    const refunded = await provider.refund({ ...asked, refundId: 'r1', amount, idempotencyKey: 'r1' })
    expect(told(request.paymentId)).to.deep.equal([
      { kind: 'authorized', amount: held, providerReference: asked.providerReference },
      { kind: 'captured', amount: held, providerReference: asked.providerReference },
      { ...refunded, kind: 'refunded', refundId: 'r1', amount },
    ])
  })

  it('tell a payment that the customer had to confirm, and one that he could not', async () => {
    const first = await authorize('pm_card_authenticationRequired')
    server.books.authenticate(first.asked.providerReference, true)
    const { providerReference } = first.asked
    expect(told(first.request.paymentId)).to.deep.equal([
      { kind: 'authorized', amount: held, providerReference },
    ])

    server.books.events.length = 0
    const second = await authorize('pm_card_authenticationRequired')
    server.books.authenticate(second.asked.providerReference, false)
    expect(told(second.request.paymentId)).to.deep.equal([
      {
        kind: 'declined',
        code: 'payment_intent_authentication_failure',
        message: 'The provided PaymentMethod has failed authentication.',
      },
    ])
  })

  it('tell a refund that takes its time only once it has arrived, or came back', async () => {
    const { request, asked } = await authorize('pm_card_pendingRefund')
    await provider.capture(asked)
    const amount = { amount: 1_000, currency: 'EUR' }
    for (const refundId of ['r1', 'r2']) {
      const pending = await provider.refund({ ...asked, refundId, amount, idempotencyKey: refundId })
      expect(told(request.paymentId)).to.have.length(refundId === 'r1' ? 2 : 3)
      if (pending.kind !== 'pending') throw new Error(`It was ${pending.kind}`)
      server.books.endRefund(pending.providerReference, refundId === 'r1')
    }
    const [arrived, cameBack] = told(request.paymentId).slice(2)
    expect(arrived).to.deep.include({ kind: 'refunded', refundId: 'r1', amount })
    expect(cameBack).to.include({ kind: 'refund_failed', refundId: 'r2', code: 'lost_or_stolen_card' })
  })

  it('tell a decline without what Stripe asks not to say', async () => {
    const { request } = await authorize('pm_card_visa_chargeDeclinedStolenCard')
    expect(told(request.paymentId)).to.deep.equal([
      { kind: 'declined', code: 'generic_decline', message: 'Your card was declined.' },
    ])
  })

  it('tell a void, a refund that failed, and amounts in our units', async () => {
    const first = await authorize('pm_card_visa')
    await provider.void(first.asked)
    expect(told(first.request.paymentId).slice(1)).to.deep.equal([{ kind: 'voided' }])

    server.books.events.length = 0
    const { request, asked } = await authorize('pm_card_refundFail', 'ISK')
    await provider.capture(asked)
    await provider.refund({ ...asked, refundId: 'r1', idempotencyKey: 'r1' })
    expect(told(request.paymentId).slice(1)).to.deep.equal([
      { kind: 'captured', amount: { ...held, currency: 'ISK' }, providerReference: asked.providerReference },
      {
        kind: 'refund_failed',
        refundId: 'r1',
        code: 'expired_or_canceled_card',
        message: 'The refund failed.',
      },
    ])
  })

  it('are irrelevant where the payment was made by others', async () => {
    await authorize('pm_card_visa')
    const event = server.books.events.find(({ type }) => type === 'payment_intent.amount_capturable_updated')
    const foreign = { ...event, data: { object: { ...event?.data.object, metadata: {} } } }
    expect(verify(JSON.stringify(foreign))).to.deep.equal({
      kind: 'irrelevant',
      eventId: event?.id,
      type: 'payment_intent.amount_capturable_updated',
    })
  })

  describe('signatures', () => {
    const payload = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'customer.created',
      created: signedAt.getTime() / 1_000,
      data: { object: {} },
    })
    const genuine = { kind: 'irrelevant', eventId: 'evt_1', type: 'customer.created' }

    it('are good for five minutes, and as long ahead', () => {
      for (const secondsLater of [-300, 0, 300]) {
        expect(verify(payload, { secondsLater }), String(secondsLater)).to.deep.equal(genuine)
      }
      for (const secondsLater of [-301, 301]) {
        expect(verify(payload, { secondsLater }), String(secondsLater)).to.include({
          kind: 'refused',
          reason: 'outside_window',
        })
      }
    })

    it('may be made with either secret while one is replaced', () => {
      const header = signature(payload, 'whsec_old')
      expect(verify(payload, { header, secrets: ['whsec_new', 'whsec_old'] })).to.deep.equal(genuine)
    })

    it('are missed where there is none', () => {
      const verifier = createStripeVerifier([secret])
      for (const headers of [{}, { 'stripe-signature': [signature(payload)] }]) {
        expect(verifier.verify(Buffer.from(payload), headers)).to.include({
          kind: 'refused',
          reason: 'unsigned',
        })
      }
    })

    it('are refused where they are of another body or secret, or are none', () => {
      const wrong = [
        signature(`${payload} `),
        signature(payload, 'whsec_other'),
        'nothing',
        't=1',
        'v1=00',
        '',
      ]
      for (const header of wrong) {
        const verdict = verify(payload, { header })
        expect(verdict, header).to.include({ kind: 'refused', reason: 'wrong_signature' })
        expect(JSON.stringify(verdict)).not.to.include(secret)
      }
      expect(verify(payload, { secrets: [] })).to.include({ kind: 'refused', reason: 'wrong_signature' })
    })

    it('do not make an event of what is none', () => {
      const bodies = [
        'not JSON',
        '"a text"',
        '{}',
        'null',
        JSON.stringify({ object: 'v2.core.event' }),
        payload.replace('evt_1', ''),
        JSON.stringify({ ...(JSON.parse(payload) as object), type: 'payment_intent.canceled' }),
      ]
      for (const body of bodies) {
        expect(verify(body), body).to.include({ kind: 'refused', reason: 'malformed' })
      }
    })
  })
})
