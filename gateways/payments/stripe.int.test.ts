import { expect } from 'chai'
import { inspect } from 'node:util'
import { ulid } from 'ulid'
import { freePort } from '../../test/support/servers.ts'
import {
  ProviderRefusedRequestError,
  ProviderUnavailableError,
  type AuthorizationRequest,
  type CaptureRequest,
  type Operation,
  type PaymentProvider,
} from './provider.ts'
import { resilient } from './resilient.ts'
import { createStripeProvider } from './stripe.ts'
import { failureOf } from './testing/scripted-provider.ts'
import type { Intent } from './testing/stripe-intents.ts'
import { startStripeServer, type Fault, type StripeServer } from './testing/stripe-server.ts'

const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const returnUrl = 'https://shop.test/orders'

describe('Stripe', () => {
  let server: StripeServer
  let provider: PaymentProvider

  beforeEach(async () => {
    server = await startStripeServer()
    provider = instance()
  })
  afterEach(() => server.stop())

  const instance = (more: { readonly returnUrl?: string; readonly limitMs?: number } = {}): PaymentProvider =>
    createStripeProvider({ secretKey: server.secretKey, api: server.api, ...more })
  const authorization = (paymentMethodId = 'pm_card_visa', amount = eur(2_500)): AuthorizationRequest => {
    const paymentId = ulid()
    return { paymentId, paymentMethodId, amount, customerId: 'c1', idempotencyKey: `${paymentId}/authorize` }
  }
  const held = async (method?: string): Promise<CaptureRequest> => {
    const request = authorization(method)
    const answer = await provider.authorize(request)
    if (answer.kind !== 'authorized') throw new Error(`It was ${answer.kind}`)
    const { providerReference } = answer
    const { paymentId, amount } = request
    return { paymentId, amount, providerReference, idempotencyKey: `${paymentId}/capture` }
  }
  const intents = (): Intent[] => [...server.books.intents.values()]
  const statuses = (): string[] => intents().map(({ status }) => status)
  const onlyIntent = (): Intent => {
    const [intent, ...others] = intents()
    if (intent === undefined || others.length > 0) throw new Error(`There are ${intents().length}`)
    return intent
  }

  describe('authorisation', () => {
    it('is a PaymentIntent with manual capture that knows whose it is, and is nobody else', async () => {
      const request = { ...authorization(), correlationId: 'one' }
      await provider.authorize(request)
      // another process that has another reason to ask
      await instance().authorize({ ...request, correlationId: 'another' })
      expect(onlyIntent()).to.deep.include({
        amount: 2_500,
        currency: 'eur',
        capture_method: 'manual',
        status: 'requires_capture',
        metadata: { paymentId: request.paymentId, customerId: 'c1' },
      })
      expect(server.requests.map((each) => each.replace(onlyIntent().id, '<id>'))).to.deep.equal([
        'POST /v1/payment_intents',
        'POST /v1/payment_intents/<id>/confirm',
        'POST /v1/payment_intents',
        'GET /v1/payment_intents/<id>',
      ])
    })

    it("is in Stripe's units", async () => {
      await provider.authorize(authorization('pm_card_visa', { amount: 1_000, currency: 'JPY' }))
      await provider.authorize(authorization('pm_card_visa', { amount: 5, currency: 'ISK' }))
      expect(intents().map(({ amount, currency }) => ({ amount, currency }))).to.deep.equal([
        { amount: 1_000, currency: 'jpy' },
        { amount: 500, currency: 'isk' },
      ])
      const kwd = authorization('pm_card_visa', { amount: 5_124, currency: 'KWD' })
      expect(await provider.authorize(kwd)).to.include({ kind: 'declined', code: 'amount_not_supported' })
      expect(intents()).to.have.length(2)
    })

    it('is declined as the card is, without saying what Stripe asks not to say', async () => {
      const answers = await Promise.all(
        ['', 'InsufficientFunds', 'StolenCard'].map((why) =>
          provider.authorize(authorization(`pm_card_visa_chargeDeclined${why}`)),
        ),
      )
      expect(answers).to.deep.equal([
        { kind: 'declined', code: 'generic_decline', message: 'Your card was declined.' },
        { kind: 'declined', code: 'insufficient_funds', message: 'Your card has insufficient funds.' },
        { kind: 'declined', code: 'generic_decline', message: 'Your card was declined.' },
      ])
    })

    it('is declined where it is less than Stripe takes', async () => {
      const answer = await provider.authorize(authorization('pm_card_visa', eur(49)))
      expect(answer).to.include({ kind: 'declined', code: 'amount_too_small' })
    })

    it('is pending where the bank asks the customer, until he has answered', async () => {
      const request = authorization('pm_card_authenticationRequired')
      const withReturn = instance({ returnUrl })
      const pending = await withReturn.authorize(request)
      const { id, next_action } = onlyIntent()
      expect(next_action?.redirect_to_url).to.include({ return_url: returnUrl })
      expect(pending).to.deep.equal({
        kind: 'pending',
        providerReference: id,
        redirectUrl: `https://hooks.stripe.test/3ds/${id}`,
      })
      expect(await withReturn.authorize(request)).to.deep.equal(pending)
      server.books.authenticate(id, true)
      expect(await withReturn.authorize(request)).to.deep.equal({ kind: 'authorized', providerReference: id })
      expect(statuses()).to.deep.equal(['requires_capture'])
    })

    it('is declined where he has failed to', async () => {
      const request = authorization('pm_card_authenticationRequired')
      const withReturn = instance({ returnUrl })
      await withReturn.authorize(request)
      server.books.authenticate(onlyIntent().id, false)
      expect(await withReturn.authorize(request)).to.deep.equal({
        kind: 'declined',
        code: 'payment_intent_authentication_failure',
        message: 'The provided PaymentMethod has failed authentication.',
      })
    })

    it('can be voided while it is pending, not captured', async () => {
      const request = authorization('pm_card_authenticationRequired')
      const pending = await instance({ returnUrl }).authorize(request)
      if (pending.kind !== 'pending') throw new Error(`It was ${pending.kind}`)
      const { providerReference } = pending
      const { paymentId, amount } = request
      const asked = { paymentId, providerReference, amount }
      expect(await failureOf(provider.capture({ ...asked, idempotencyKey: 'c' })))
        .to.be.instanceOf(ProviderRefusedRequestError)
        .and.include({ code: 'authorization_pending' })
      expect(await provider.void({ ...asked, idempotencyKey: 'v' })).to.deep.equal({ kind: 'voided' })
      expect(await instance({ returnUrl }).authorize(request)).to.include({
        kind: 'declined',
        code: 'payment_voided',
      })
    })

    it('is declined where the customer would have to be sent somewhere and there is no way back', async () => {
      expect(await provider.authorize(authorization('pm_card_authenticationRequired'))).to.deep.equal({
        kind: 'declined',
        code: 'authentication_required',
        message: 'Your card was declined. This transaction requires authentication.',
      })
    })
  })

  describe('what has run out', () => {
    it('is refused at capture', async () => {
      const request = await held()
      server.books.cancel(request.providerReference, 'automatic')
      expect(await provider.capture(request)).to.deep.equal({
        kind: 'refused',
        code: 'authorization_expired',
        message: 'The authorisation has expired.',
      })
    })
  })

  describe('a refund that takes its time', () => {
    for (const isSuccessful of [true, false]) {
      it(`is pending until it ${isSuccessful ? 'has arrived' : 'came back'}, made once, and told when it is asked for again`, async () => {
        const request = await held('pm_card_pendingRefund')
        await provider.capture(request)
        const refund = { ...request, refundId: 'r1', amount: eur(1_000), idempotencyKey: 'r1/1' }
        const pending = await provider.refund(refund)
        if (pending.kind !== 'pending') throw new Error(`It was ${pending.kind}`)
        expect(await provider.refund(refund)).to.deep.equal(pending)
        server.books.endRefund(pending.providerReference, isSuccessful)
        expect(await provider.refund(refund)).to.include({ kind: isSuccessful ? 'refunded' : 'refused' })
        expect(server.books.refunds).to.have.length(1)
      })
    }
  })

  describe('a refund that fails', () => {
    it('is refused with the reason, again for the same key; another key is another try', async () => {
      const request = await held('pm_card_refundFail')
      await provider.capture(request)
      const refund = { ...request, refundId: 'r1', amount: eur(1_000), idempotencyKey: 'r1/1' }
      const refused = {
        kind: 'refused',
        code: 'expired_or_canceled_card',
        message: 'The refund could not be made.',
      }
      expect(await provider.refund(refund)).to.deep.equal(refused)
      server.forgetKeys()
      expect(await provider.refund(refund)).to.deep.equal(refused)
      expect(server.books.refunds).to.have.length(1)
      expect(await provider.refund({ ...refund, idempotencyKey: 'r1/2' })).to.deep.equal(refused)
      expect(server.books.refunds).to.have.length(2)
    })
  })

  describe('where something goes wrong on the way', () => {
    /** One payment through all of it; each call is repeated while its outcome is not known. */
    const course = async (through: PaymentProvider): Promise<{ unknown: Operation[] }> => {
      const unknown: Operation[] = []
      const known = async <Result>(call: () => Promise<Result>): Promise<Result> => {
        for (;;) {
          try {
            return await call()
          } catch (error) {
            if (!(error instanceof ProviderUnavailableError) || unknown.length > 20) throw error
            unknown.push(error.operation)
          }
        }
      }
      const request = authorization()
      const { paymentId, amount } = request
      const answer = await known(() => through.authorize(request))
      if (answer.kind !== 'authorized') throw new Error(`It was ${answer.kind}`)
      const { providerReference } = answer
      const asked = { paymentId, providerReference, amount }
      expect(await known(() => through.capture({ ...asked, idempotencyKey: 'c' }))).to.include({
        kind: 'captured',
      })
      const refund = { ...asked, refundId: 'r1', amount: eur(1_000), idempotencyKey: 'r1' }
      expect(await known(() => through.refund(refund))).to.include({ kind: 'refunded' })

      const other = authorization()
      const second = await known(() => through.authorize(other))
      if (second.kind !== 'authorized') throw new Error(`It was ${second.kind}`)
      const voided = { ...second, paymentId: other.paymentId, idempotencyKey: 'v' }
      expect(await known(() => through.void(voided))).to.deep.equal({ kind: 'voided' })
      return { unknown }
    }
    const everythingOnce = (): void => {
      const ours = intents().filter(({ status }) => status !== 'requires_confirmation')
      expect(ours.map(({ status, amount_received }) => ({ status, amount_received }))).to.deep.equal([
        { status: 'succeeded', amount_received: 2_500 },
        { status: 'canceled', amount_received: 0 },
      ])
      expect(server.books.refunds.map(({ amount }) => amount)).to.deep.equal([1_000])
    }

    const steps = {
      create: /POST .*payment_intents$/,
      confirm: /confirm/,
      capture: /capture/,
      cancel: /cancel/,
      refund: /POST .*refunds/,
    }
    for (const [step, at] of Object.entries(steps)) {
      for (const isDone of [true, false]) {
        const what = isDone ? 'answer' : 'request'
        it(`${step}: there is no answer, because the ${what} was lost; everything is done once`, async () => {
          server.fail({ at, kind: 'silence', isDone })
          const { unknown } = await course(instance({ limitMs: 150 }))
          expect(unknown).not.to.deep.equal([])
          everythingOnce()
        })
        // see below
        if (step === 'refund' && !isDone) continue
        it(`${step}: Stripe has a fault ${isDone ? 'after' : 'before'} it is done, everything is done once`, async () => {
          server.fail({ at, kind: 'error', isDone })
          const { unknown } = await course(provider)
          expect(unknown).to.have.length(1)
          everythingOnce()
        })
      }
      it(`${step}: too many requests, everything is done once`, async () => {
        server.fail({ at, kind: 'too_many', isDone: false })
        const { unknown } = await course(provider)
        expect(unknown).to.have.length(1)
        everythingOnce()
      })
    }

    for (const isDone of [true, false]) {
      it(`at each step the connection is lost with the ${isDone ? 'answer' : 'request'}, everything is done once`, async () => {
        // the SDK itself tries once more then
        server.fail(...Object.values(steps).map((at): Fault => ({ at, kind: 'reset', isDone })))
        await course(provider)
        everythingOnce()
      })
    }

    it('a refund that met a fault stays unknown until Stripe forgets its key, then is made once', async () => {
      const request = await held()
      await provider.capture(request)
      const refund = { ...request, refundId: 'r1', amount: eur(1_000), idempotencyKey: 'r1' }
      server.fail({ at: steps.refund, kind: 'error', isDone: false })
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        expect(await failureOf(provider.refund(refund))).to.be.instanceOf(ProviderUnavailableError)
      }
      expect(server.books.refunds).to.deep.equal([])
      server.forgetKeys()
      expect(await provider.refund(refund)).to.include({ kind: 'refunded' })
      expect(server.books.refunds).to.have.length(1)
    })

    it('is done once also after Stripe has forgotten the keys', async () => {
      const captured = await held()
      await provider.capture(captured)
      const refund = { ...captured, refundId: 'r1', amount: eur(1_000), idempotencyKey: 'r1' }
      const refunded = await provider.refund(refund)
      const voided = await held()
      await provider.void({ ...voided, idempotencyKey: 'v' })
      server.forgetKeys()
      expect(await provider.capture(captured)).to.deep.equal({ kind: 'captured' })
      expect(await provider.refund(refund)).to.deep.equal(refunded)
      expect(await provider.void({ ...voided, idempotencyKey: 'v' })).to.deep.equal({ kind: 'voided' })
      everythingOnce()
    })

    it('is retried by the key behind a resilient provider', async () => {
      const policy = {
        limitMs: 2_000,
        retries: { most: 10, baseMs: 1, capMs: 1 },
        breaker: { failures: 100, windowMs: 60_000, openMs: 30_000 },
      }
      server.fail(
        { at: steps.create, kind: 'error', isDone: true },
        { at: steps.confirm, kind: 'silence', isDone: true },
        { at: steps.capture, kind: 'too_many', isDone: false },
        { at: steps.cancel, kind: 'error', isDone: true },
      )
      const { unknown } = await course(resilient(instance({ limitMs: 150 }), policy))
      expect(unknown).to.deep.equal([])
      everythingOnce()
    })
  })

  it('is unavailable where nobody answers', async () => {
    const api = { ...server.api, port: await freePort() }
    const away = createStripeProvider({ secretKey: server.secretKey, api })
    expect(await failureOf(away.authorize(authorization())))
      .to.be.instanceOf(ProviderUnavailableError)
      .and.include({ provider: 'stripe', operation: 'authorize' })
  })

  it('says that its key was not accepted, not which', async () => {
    const secretKey = 'sk_live_of_somebody_else'
    const error = await failureOf(
      createStripeProvider({ secretKey, api: server.api }).authorize(authorization()),
    )
    expect(error)
      .to.be.instanceOf(ProviderRefusedRequestError)
      .and.include({ provider: 'stripe', operation: 'authorize', code: 'key_not_accepted' })
    expect(inspect(error, { depth: Infinity })).not.to.include(secretKey)
  })

  it('lets no secret of a payment into its errors', async () => {
    const [first, second, third] = [await held(), await held(), authorization()]
    await provider.authorize(third)
    server.fail({ at: new RegExp(`${first.providerReference}/capture`), kind: 'error', isDone: true })
    const errors = await Promise.all([
      failureOf(provider.capture(first)),
      failureOf(provider.capture({ ...second, amount: eur(9_999) })),
      failureOf(provider.authorize({ ...third, amount: eur(9_999) })),
    ])
    for (const error of errors) {
      const shown = inspect(error, { depth: Infinity, showHidden: true })
      expect(shown).not.to.include(server.secretKey)
      expect(shown).not.to.include('_secret_')
    }
  })
})
