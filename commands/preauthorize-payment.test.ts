import { expect } from 'chai'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import { intercept } from '../gateways/payments/intercept.ts'
import { ProviderUnavailableError, type Operation } from '../gateways/payments/provider.ts'
import { eur, outsider, prepare } from '../processes/testing/memory-books.ts'
import {
  begun,
  openMemoryShop,
  orderId,
  place,
  proceed,
  type MemoryShop,
} from '../processes/testing/memory-shop.ts'
import { orders } from './aggregates.ts'
import { preauthorizePayment, type Preauthorization, type PreauthorizeDeps } from './preauthorize-payment.ts'

const pending = { kind: 'pending', redirectUrl: null }

describe('paying for an order whose stock is reserved, within a time limit', () => {
  let shop: MemoryShop
  /** How long was waited for at most, and whether that was given up because there was an answer. */
  let pauses: { readonly ms: number; readonly signal: AbortSignal }[]
  let runOut: () => void

  beforeEach(async () => {
    shop = openMemoryShop()
    await prepare(shop.store, shop.now, begun)
    await place(null)(shop, shop.instance())
    await proceed(shop, shop.instance())
    pauses = []
  })

  /** The time runs out where a test says so. */
  const timed = (deps: PreauthorizeDeps): PreauthorizeDeps => ({
    ...deps,
    pause: (ms, signal) => {
      pauses.push({ ms, signal })
      return new Promise((resolve) => {
        runOut = resolve
      })
    },
  })
  const preauthorize = (deps: PreauthorizeDeps, paymentMethodId = 'sim_approve'): Promise<Preauthorization> =>
    preauthorizePayment(timed(deps), { orderId, amount: eur(2_963), paymentMethodId }, outsider('preauth'))
  const status = async (): Promise<string> =>
    (await shop.instance().handler.load(orders, orderId)).state.status
  const effects = async (): Promise<string[]> => (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  /** Does what it is asked for, and says nothing of it. `asked` resolves once it has. */
  const silentProvider = () => {
    let tellAsked: () => void = () => undefined
    const asked = new Promise<void>((resolve) => {
      tellAsked = resolve
    })
    const deps = shop.instance({
      store: (same) => same,
      provider: (provider) =>
        intercept(provider, async (_operation: Operation, _request, call) => {
          await call()
          tellAsked()
          return new Promise(() => undefined)
        }),
    })
    return { deps, asked }
  }

  it('is answered as soon as the provider has said, and waits no longer', async () => {
    expect(await preauthorize(shop.instance())).to.deep.equal({ kind: 'authorized' })
    expect(pauses.map(({ ms, signal }) => [ms, signal.aborted])).to.deep.equal([[6_000, true]])
  })

  for (const [method, end, done] of [
    ['sim_approve', 'paid', ['authorize', 'capture']],
    ['sim_decline', 'cancelled', []],
  ] as const) {
    it(`is pending where the provider is silent until the time is over; the order goes on by itself (${method})`, async () => {
      const { deps, asked } = silentProvider()
      const answer = preauthorize({ ...deps, preauthLimitMs: 1_234 }, method)
      await asked
      runOut()
      expect(await answer).to.deep.equal(pending)
      expect(pauses[0]?.ms).to.equal(1_234)
      expect(await status()).to.equal('reserved')
      await proceed(shop, shop.instance())
      expect(await status()).to.equal(end)
      expect(await effects()).to.deep.equal(done)
    })
  }

  it('is pending where nobody knows what the provider did, or it is not even asked', async () => {
    for (const retryAfterMs of [undefined, 30_000]) {
      const away = shop.instance({
        store: (same) => same,
        provider: (provider) => ({
          ...provider,
          authorize: () =>
            Promise.reject(
              new ProviderUnavailableError(provider.name, 'authorize', new Error('away'), retryAfterMs),
            ),
        }),
      })
      expect(await preauthorize(away)).to.deep.equal(pending)
    }
    await proceed(shop, shop.instance())
    expect(await status()).to.equal('paid')
    // asked again it is the same payment
    expect(await preauthorize(shop.instance())).to.deep.equal({ kind: 'authorized' })
    expect(await effects()).to.deep.equal(['authorize', 'capture'])
  })

  it('fails where it could not even be written down within the limit: nothing is under way then', async () => {
    const hanging = shop.instance({
      store: (store) => ({ ...store, append: () => new Promise(() => undefined) }),
      provider: (same) => same,
    })
    const answer = preauthorize(hanging)
    runOut()
    const failure = await answer.catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(StoreUnavailableError)
    expect(await effects()).to.deep.equal([])
  })

  it('does not wait for the time to run out where it fails', async () => {
    const broken = shop.instance({
      store: (store) => ({ ...store, readStream: () => Promise.reject(new TypeError('boom')) }),
      provider: (same) => same,
    })
    expect(await preauthorize(broken).catch((error: unknown) => error)).to.be.instanceOf(TypeError)
    expect(pauses[0]?.signal.aborted).to.equal(true)
  })
})
