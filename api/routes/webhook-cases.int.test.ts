import { expect } from 'chai'
import { ulid } from 'ulid'
import { sign } from '../../gateways/payments/signature.ts'
import { createStripeProvider } from '../../gateways/payments/stripe.ts'
import { createStripeVerifier } from '../../gateways/payments/stripe-verifier.ts'
import { startStripeServer, type StripeServer } from '../../gateways/payments/testing/stripe-server.ts'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi, WEBHOOK_SECRET } from '../testing/shop-api.ts'

const TOTAL = { amount: 1_773, currency: 'EUR' }
const STRIPE_SECRET = 'whsec_not_a_real_secret'
const MINUTE_MS = 60_000

type News = 'approved' | 'declined' | 'unheard of'

/** What the cases need to know of a provider. */
interface Provider {
  readonly name: 'simulator' | 'stripe'
  readonly secret: string
  readonly signatureHeader: string
  /** A method whose payments are decided later, and told by webhook. */
  readonly method: string
  /** What the shop answers to a genuine event of a type that it does not know. */
  readonly unheardOf: readonly [status: number, what: string]
  readonly event: (news: News, paymentId: string, amount?: number) => object
  /** Decides in the provider's own books, as the event tells. */
  readonly approve: (paymentId: string) => void
}

describe('webhooks, each case with each provider', () => {
  let shop: ShopApi
  let stripe: StripeServer
  let customer: Person
  let admin: Person

  before(async () => {
    stripe = await startStripeServer()
    const { secretKey, api } = stripe
    const provider = createStripeProvider({ secretKey, api, returnUrl: 'https://shop.test/orders' })
    shop = await startShopApi(
      (deps) => ({
        ...deps,
        verifiers: [...(deps.verifiers ?? []), createStripeVerifier([STRIPE_SECRET])],
      }),
      { more: [{ prefix: 'pm_', provider }] },
    )
    customer = await shop.person('customer')
    admin = await shop.person('admin')
  })
  after(async () => {
    await shop.stop()
    await stripe.stop()
  })

  const intentOf = (paymentId: string): string =>
    [...stripe.books.intents.values()].find(({ metadata }) => metadata['paymentId'] === paymentId)?.id ??
    'pi_x'

  const PROVIDERS: readonly Provider[] = [
    {
      ...{ name: 'simulator', secret: WEBHOOK_SECRET, signatureHeader: 'simulator-signature' },
      method: 'sim_webhook_approve',
      // it sends nothing but what it is ours to understand
      unheardOf: [400, 'malformed'],
      approve: () => undefined,
      event: (news, paymentId, amount = TOTAL.amount) => ({
        ...{ id: `evt_${ulid()}`, createdAt: new Date().toISOString(), paymentId },
        ...(news === 'approved' && {
          type: 'authorization.approved',
          amount: { ...TOTAL, amount },
          providerReference: `sim_${paymentId}`,
        }),
        ...(news === 'declined' && { type: 'authorization.declined', code: 'card_declined', message: 'No.' }),
        ...(news === 'unheard of' && { type: 'everything.free' }),
      }),
    },
    {
      ...{ name: 'stripe', secret: STRIPE_SECRET, signatureHeader: 'stripe-signature' },
      method: 'pm_card_authenticationRequired',
      // it sends whatever the account has asked for
      unheardOf: [200, 'irrelevant'],
      approve: (paymentId) => {
        stripe.books.authenticate(intentOf(paymentId), true)
      },
      event: (news, paymentId, amount = TOTAL.amount) => {
        const types = {
          approved: 'payment_intent.amount_capturable_updated',
          declined: 'payment_intent.payment_failed',
          'unheard of': 'customer.created',
        }
        const intent = { object: 'payment_intent', amount_capturable: amount, currency: 'eur' }
        const error = { type: 'card_error', code: 'card_declined', message: 'No.' }
        const object = {
          ...intent,
          id: intentOf(paymentId),
          metadata: { paymentId },
          last_payment_error: error,
        }
        const created = Math.floor(Date.now() / 1_000)
        return { id: `evt_${ulid()}`, object: 'event', type: types[news], created, data: { object } }
      },
    },
  ]

  for (const provider of PROVIDERS) {
    describe(provider.name, () => {
      const { secret, signatureHeader } = provider

      /** An order whose payment the provider has been asked for, and has not decided. */
      const pending = async (method: string = provider.method): Promise<string> => {
        const { id: productId } = await shop.product(3)
        const { status, body } = await shop.call({
          ...{ method: 'POST', url: '/api/v1/orders', as: customer },
          body: {
            items: [{ productId, quantity: 1 }],
            shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
            paymentMethodId: method,
          },
        })
        expect(status).to.equal(202)
        const orderId = String(body['id'])
        await eventually(async () => {
          const asked = (await history(orderId)).includes('PaymentInitiated')
          const isKnown = method.startsWith('pm_')
            ? intentOf(orderId) !== 'pi_x'
            : (await shop.ledger.entries(orderId)).length > 0
          return asked && isKnown
        })
        return orderId
      }
      /** Types of all that has happened to an order and its payment. */
      const history = async (orderId: string): Promise<string[]> => {
        const url = `/api/v1/orders/${orderId}/events`
        const { body } = await shop.call<{ items: readonly { readonly type: string }[] }>({
          ...{ method: 'GET', url, as: admin },
        })
        return body.items.map(({ type }) => type)
      }
      const until = (orderId: string, status: string): Promise<unknown> =>
        eventually(async () => {
          const url = `/api/v1/orders/${orderId}`
          return (await shop.call({ method: 'GET', url, as: customer })).body['status'] === status
        })
      const post = (body: string, headers: Readonly<Record<string, string>>): Promise<Answer> =>
        shop.call({
          ...{ method: 'POST', url: `/api/v1/payments/webhooks/${provider.name}`, body },
          headers: { 'content-type': 'application/json', ...headers },
        })
      const signed = (body: string, by = secret, at = new Date()): Readonly<Record<string, string>> => ({
        [signatureHeader]: sign(by, body, at),
      })
      const send = (event: object): Promise<Answer> => {
        const body = JSON.stringify(event)
        return post(body, signed(body))
      }
      const minutesFromNow = (minutes: number): Date => new Date(Date.now() + minutes * MINUTE_MS)

      describe('refuses, and writes nothing,', () => {
        type Attempt = (body: string, other: string) => Promise<Answer>
        const refusals: readonly (readonly [what: string, reason: string, attempt: Attempt])[] = [
          ['what is not signed', 'unsigned', (body) => post(body, {})],
          ['what somebody else has signed', 'wrong_signature', (body) => post(body, signed(body, 'else'))],
          ['what is signed with nothing', 'wrong_signature', (body) => post(body, signed(body, ''))],
          ['what was changed', 'wrong_signature', (body) => post(`${body} `, signed(body))],
          ['the signature of another', 'wrong_signature', (body, other) => post(body, signed(other))],
          [
            'the signature of another time',
            'wrong_signature',
            (body) => {
              const time = sign(secret, body, new Date()).split(',')[0] ?? ''
              const mac = sign(secret, body, minutesFromNow(-1)).split(',')[1] ?? ''
              return post(body, { [signatureHeader]: `${time},${mac}` })
            },
          ],
          [
            'a signature that is none',
            'wrong_signature',
            (body) => post(body, { [signatureHeader]: 'v1=0' }),
          ],
          [
            'what was signed six minutes ago',
            'outside_window',
            (body) => post(body, signed(body, secret, minutesFromNow(-6))),
          ],
          [
            'what is signed six minutes ahead',
            'outside_window',
            (body) => post(body, signed(body, secret, minutesFromNow(6))),
          ],
          ['what says nothing', 'malformed', () => post('{}', signed('{}'))],
          ['what is no JSON', 'malformed', () => post('approved', signed('approved'))],
        ]
        for (const [what, reason, attempt] of refusals) {
          it(what, async () => {
            const orderId = await pending()
            const before = await history(orderId)
            const body = JSON.stringify(provider.event('approved', orderId))
            const other = JSON.stringify(provider.event('declined', orderId))
            const { status, headers, body: problem } = await attempt(body, other)
            expect(status).to.equal(400)
            expect(headers['content-type']).to.contain('application/problem+json')
            expect(problem).to.include({ type: 'urn:orderstream:problem:webhook-not-genuine', reason })
            expect(await history(orderId)).to.deep.equal(before)
          })
        }
      })

      it('is believed, and the order is paid', async () => {
        const orderId = await pending()
        provider.approve(orderId)
        expect((await send(provider.event('approved', orderId))).body).to.deep.equal({ outcome: 'taken' })
        await until(orderId, 'paid')
      })

      it('is believed, and the order is cancelled', async () => {
        const orderId = await pending()
        expect((await send(provider.event('declined', orderId))).body).to.deep.equal({ outcome: 'taken' })
        await until(orderId, 'cancelled')
      })

      it('counts once: replayed, at once, and after nobody remembers it', async () => {
        const orderId = await pending()
        provider.approve(orderId)
        const body = JSON.stringify(provider.event('approved', orderId))
        const headers = signed(body)
        const first = await Promise.all([1, 2, 3, 4].map(() => post(body, headers)))
        for (const { status, body: answer } of first) {
          expect(status).to.equal(200)
          expect(answer['outcome']).to.be.oneOf(['taken', 'repeated'])
        }
        await until(orderId, 'paid')
        const once = await history(orderId)
        expect((await post(body, headers)).body).to.deep.equal({ outcome: 'repeated' })
        expect((await post(body, signed(body))).body, 'signed anew').to.deep.equal({ outcome: 'repeated' })
        await shop.pool.query(`delete from shop.key_values where key like 'webhook:%'`)
        expect((await post(body, headers)).body).to.deep.equal({ outcome: 'taken' })
        expect(await history(orderId)).to.deep.equal(once)
        expect(once.filter((type) => type === 'PaymentAuthorized')).to.have.length(1)
      })

      it('out of order contradicts, and changes nothing', async () => {
        const orderId = await pending()
        provider.approve(orderId)
        await send(provider.event('approved', orderId))
        await until(orderId, 'paid')
        const before = await history(orderId)
        const late = await send(provider.event('declined', orderId))
        expect(late.body).to.deep.equal({ outcome: 'contradicted' })
        expect(await history(orderId)).to.deep.equal(before)
      })

      it('after the order was cancelled gives the money back', async () => {
        const orderId = await pending()
        const url = `/api/v1/orders/${orderId}/cancel`
        await shop.call({ method: 'POST', url, as: customer, body: {} })
        await until(orderId, 'cancelled')
        const late = await send(provider.event('approved', orderId))
        expect(late.body).to.deep.equal({ outcome: 'given_back' })
        expect(await history(orderId)).to.not.include('PaymentCaptured')
      })

      it('of another amount is not believed', async () => {
        const orderId = await pending()
        const before = await history(orderId)
        const cheap = await send(provider.event('approved', orderId, 100))
        expect(cheap.body).to.deep.equal({ outcome: 'contradicted' })
        expect(await history(orderId)).to.deep.equal(before)
      })

      it('of a payment that nobody knows, or of a type that nobody knows, writes nothing', async () => {
        const orderId = await pending()
        const before = await history(orderId)
        const unknown = await send(provider.event('approved', ulid()))
        expect([unknown.status, unknown.body]).to.deep.equal([200, { outcome: 'unknown' }])
        const { status, body } = await send(provider.event('unheard of', orderId))
        expect([status, body['reason'] ?? body['outcome']]).to.deep.equal(provider.unheardOf)
        expect(await history(orderId)).to.deep.equal(before)
      })

      it('of a payment of another provider is not believed', async () => {
        const other = PROVIDERS.find(({ name }) => name !== provider.name)?.method
        const orderId = await pending(other)
        const before = await history(orderId)
        for (const news of ['approved', 'declined'] as const) {
          const { body } = await send(provider.event(news, orderId))
          expect(body, news).to.deep.equal({ outcome: 'contradicted' })
        }
        expect(await history(orderId)).to.deep.equal(before)
      })
    })
  }
})
