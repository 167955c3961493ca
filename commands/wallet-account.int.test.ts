import { expect } from 'chai'
import { ulid } from 'ulid'
import { StoreUnavailableError, UnknownOutcomeError } from '../eventstore/errors.ts'
import {
  ProviderUnavailableError,
  type AuthorizationRequest,
  type CaptureRequest,
  type PaymentProvider,
} from '../gateways/payments/provider.ts'
import { failureOf } from '../gateways/payments/testing/scripted-provider.ts'
import { untilKnown } from '../gateways/payments/testing/until-known.ts'
import { openWallets, type TestWallets } from '../gateways/payments/testing/wallets.ts'
import { withFaults } from './testing/faulty-store.ts'

const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const insufficient = {
  kind: 'declined',
  code: 'insufficient_funds',
  message: 'The wallet does not have enough funds.',
}

describe('wallets', () => {
  let wallets: TestWallets
  let provider: PaymentProvider

  before(async () => {
    wallets = await openWallets()
    provider = wallets.instance()
  })
  after(() => wallets.stop())

  const authorization = (customerId: string, amount: number): AuthorizationRequest => {
    const paymentId = ulid()
    return {
      paymentId,
      customerId,
      paymentMethodId: 'wallet',
      amount: eur(amount),
      idempotencyKey: `${paymentId}/authorize`,
      correlationId: 'the-request',
    }
  }
  const capture = ({ paymentId, customerId, amount }: AuthorizationRequest): CaptureRequest => ({
    paymentId,
    providerReference: `wallet-${customerId}`,
    amount,
    idempotencyKey: `${paymentId}/capture`,
  })
  const types = async (customerId: string): Promise<string[]> =>
    (await wallets.events(customerId)).map(({ type }) => type)

  it('are topped up once a top-up', async () => {
    const customerId = ulid()
    for (const amount of [500, 500]) {
      expect(await wallets.topUp(customerId, eur(amount), 't1')).to.include({ accepted: true })
    }
    expect(await wallets.topUp(customerId, eur(400), 't1'))
      .to.have.nested.property('rejection.type')
      .that.equals('top_up_differs')
    await wallets.topUp(customerId, eur(200), 't2')
    expect(await wallets.wallet(customerId)).to.include({ currency: 'EUR', available: 700, held: 0 })
    expect(await types(customerId)).to.deep.equal(['WalletToppedUp', 'WalletToppedUp'])
  })

  it('keep every movement of a payment in their stream, with the key and the request it goes back to', async () => {
    const customerId = await wallets.customer(eur(1_000))
    const request = authorization(customerId, 600)
    const { paymentId } = request
    expect(await provider.authorize(request)).to.deep.equal({
      kind: 'authorized',
      providerReference: `wallet-${customerId}`,
    })
    expect(await wallets.wallet(customerId)).to.include({ available: 400, held: 600 })
    await provider.capture(capture(request))
    expect(await wallets.wallet(customerId)).to.include({ available: 400, held: 0 })
    await provider.refund({ ...capture(request), refundId: 'r1', amount: eur(100), idempotencyKey: 'r1/1' })
    expect(await wallets.wallet(customerId)).to.include({ available: 500, held: 0 })

    const events = await wallets.events(customerId)
    expect(events.map(({ type }) => type)).to.deep.equal([
      'WalletToppedUp',
      'FundsHeld',
      'HoldCaptured',
      'WalletCredited',
    ])
    const held = events.find(({ type }) => type === 'FundsHeld')
    expect(held?.data).to.include({ customerId, holdId: paymentId })
    expect(held?.metadata).to.include({
      $correlationId: 'the-request',
      $causationId: `${paymentId}/authorize`,
      commandId: `wallet/${paymentId}/authorize`,
    })
    expect(held?.metadata.actor).to.deep.equal({ kind: 'system', id: 'wallet' })
    expect(events[3]?.data).to.include({ creditId: `${paymentId}/r1`, reason: 'Refund r1' })
  })

  it('pay for an order that costs nothing', async () => {
    const customerId = await wallets.customer(eur(0))
    const request = authorization(customerId, 0)
    expect(await provider.authorize(request)).to.include({ kind: 'authorized' })
    expect(await provider.capture(capture(request))).to.deep.equal({ kind: 'captured' })
  })

  it('stand by a refusal, also when there is money later', async () => {
    const customerId = await wallets.customer(eur(100))
    const request = authorization(customerId, 101)
    expect(await provider.authorize(request)).to.deep.equal(insufficient)
    await wallets.topUp(customerId, eur(1_000))
    expect(await provider.authorize(request)).to.deep.equal(insufficient)
    expect(await wallets.instance().authorize(request)).to.deep.equal(insufficient)
    expect(await wallets.wallet(customerId)).to.include({ available: 1_100, held: 0 })
    expect(await provider.authorize(authorization(customerId, 101))).to.include({ kind: 'authorized' })
  })

  it('refuse where there was never any money', async () => {
    expect(await provider.authorize(authorization(ulid(), 1))).to.deep.equal(insufficient)
  })

  it('refuse another currency, and stand by that', async () => {
    const customerId = await wallets.customer(eur(1_000))
    const request = { ...authorization(customerId, 0), amount: { amount: 10, currency: 'USD' } }
    for (const each of [provider, wallets.instance(), provider]) {
      expect(await each.authorize(request)).to.deep.equal({
        kind: 'declined',
        code: 'currency_differs',
        message: 'The wallet is in another currency.',
      })
    }
  })

  it('do not refuse what somebody else was given meanwhile under the same key', async () => {
    const customerId = await wallets.customer(eur(100))
    const request = authorization(customerId, 500)
    let isFirst = true
    const overtaken = wallets.instance({
      ...wallets.store,
      append: async (...args) => {
        if (isFirst) {
          isFirst = false
          await wallets.topUp(customerId, eur(1_000))
          expect(await provider.authorize(request)).to.include({ kind: 'authorized' })
        }
        return wallets.store.append(...args)
      },
    })
    expect(await overtaken.authorize(request)).to.include({ kind: 'authorized' })
    expect(isFirst).to.equal(false)
    expect(await wallets.wallet(customerId)).to.include({ held: 500, available: 600 })
  })

  it('take what comes in before they have refused', async () => {
    const customerId = await wallets.customer(eur(100))
    let reads = 0
    const waiting = wallets.instance({
      ...wallets.store,
      readStream: async (...args) => {
        reads += 1
        // the first read is what the refusal rests on
        if (reads === 2) await wallets.topUp(customerId, eur(1_000))
        return wallets.store.readStream(...args) as never
      },
    })
    expect(await waiting.authorize(authorization(customerId, 500))).to.include({ kind: 'authorized' })
    expect(await wallets.wallet(customerId)).to.include({ held: 500, available: 600 })
  })

  it('answer all who ask at once alike, while money comes in', async () => {
    for (let round = 0; round < 10; round += 1) {
      const customerId = await wallets.customer(eur(100))
      const request = authorization(customerId, 500)
      const [, ...answers] = await Promise.all([
        wallets.topUp(customerId, eur(1_000)),
        ...[1, 2, 3].map(() => wallets.instance().authorize(request)),
      ])
      for (const answer of answers) expect(answer).to.deep.equal(answers[0])
      const isHeld = answers[0]?.kind === 'authorized'
      expect(await wallets.wallet(customerId)).to.include({
        held: isHeld ? 500 : 0,
        available: isHeld ? 600 : 1_100,
      })
    }
  })

  it('never hold more than there is, however many processes compete', async () => {
    const customerId = await wallets.customer(eur(1_000))
    const instances = [1, 2, 3, 4].map(() => wallets.instance())
    const answers = await Promise.all(
      instances.flatMap(({ authorize }) =>
        Array.from({ length: 10 }, () => {
          const request = authorization(customerId, 90)
          return untilKnown(() => authorize(request))
        }),
      ),
    )
    expect(answers.filter(({ kind }) => kind === 'authorized')).to.have.length(11)
    expect(await wallets.wallet(customerId)).to.include({ available: 10, held: 990 })
  })

  it('do once what they were asked for where the answer of the store was lost', async () => {
    const customerId = await wallets.customer(eur(1_000))
    const request = authorization(customerId, 600)
    for (const fault of ['before', 'after'] as const) {
      const { store, fail } = withFaults(wallets.store, (stream) => new UnknownOutcomeError(stream, 'test'))
      const faulty = wallets.instance(store)
      fail(fault)
      expect(await faulty.authorize(request)).to.include({ kind: 'authorized' })
    }
    expect(await types(customerId)).to.deep.equal(['WalletToppedUp', 'FundsHeld'])
  })

  it('are unavailable where the store is, and tell by the key what was done', async () => {
    const customerId = await wallets.customer(eur(1_000))
    const request = authorization(customerId, 600)
    const { store, fail } = withFaults(wallets.store, (stream) => new UnknownOutcomeError(stream, 'test'))
    fail('after', 'after', 'after', 'after')
    const error = await failureOf(wallets.instance(store).authorize(request))
    expect(error)
      .to.be.instanceOf(ProviderUnavailableError)
      .and.include({ provider: 'wallet', operation: 'authorize' })
    expect(await provider.authorize(request)).to.include({ kind: 'authorized' })
    expect(await types(customerId)).to.deep.equal(['WalletToppedUp', 'FundsHeld'])
  })

  it('let other errors through', async () => {
    const mistake = new TypeError('a mistake')
    const broken = { ...wallets.store, readStream: () => Promise.reject(mistake) }
    expect(await failureOf(wallets.instance(broken).authorize(authorization(ulid(), 1)))).to.equal(mistake)
    const away = {
      ...wallets.store,
      readStream: (stream: string) =>
        Promise.reject(new StoreUnavailableError(`read ${stream}`, new Error('test'))),
    }
    expect(await failureOf(wallets.instance(away).authorize(authorization(ulid(), 1)))).to.be.instanceOf(
      ProviderUnavailableError,
    )
  })
})
