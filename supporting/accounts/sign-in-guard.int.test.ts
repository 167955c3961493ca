import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import type { KeyValueStore } from '../key-value/key-value.ts'
import { postgresKeyValue } from '../key-value/postgres.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { createSignInGuard } from './sign-in-guard.ts'

describe('the sign-in guard', () => {
  let shop: ShopDatabase
  let store: KeyValueStore

  before(async () => {
    shop = await createShopDatabase()
    store = postgresKeyValue(shop.pool)
  })
  after(() => shop.stop())

  const slow = { freeAttempts: 3, firstDelayMs: 60_000, longestDelayMs: 300_000, memoryMs: 600_000 }
  const quick = { ...slow, firstDelayMs: 20, longestDelayMs: 50 }

  it('lets some attempts through, then one for each delay', async () => {
    const guard = createSignInGuard(store, slow)
    const refusals: (number | undefined)[] = []
    for (let attempt = 0; attempt < 6; attempt += 1) refusals.push(await guard.refusedFor('some@shop.test'))

    expect(refusals.slice(0, 4)).to.deep.equal([undefined, undefined, undefined, undefined])
    for (const refusal of refusals.slice(4)) expect(refusal).to.be.within(1, slow.firstDelayMs)
  })

  it('lets no more through where many come at once', async () => {
    const guard = createSignInGuard(store, slow)
    const refusals = await Promise.all(Array.from({ length: 50 }, () => guard.refusedFor('many@shop.test')))

    expect(refusals.filter((refusal) => refusal === undefined)).to.have.length(4)
  })

  it('lets the next one through when the delay is over, and doubles it', async () => {
    const guard = createSignInGuard(store, quick)
    const attempt = (): Promise<number | undefined> => guard.refusedFor('patient@shop.test')
    for (let count = 0; count < 4; count += 1) await attempt()

    await eventually(async () => (await attempt()) === undefined)
    expect(await attempt()).to.be.within(1, 40)
    await eventually(async () => (await attempt()) === undefined)
    expect(await attempt()).to.be.within(1, 50)
  })

  it('keeps addresses apart, and the spellings of one together', async () => {
    const guard = createSignInGuard(store, slow)
    for (let count = 0; count < 5; count += 1) await guard.refusedFor('one@shop.test')

    expect(await guard.refusedFor('ONE@shop.test ')).to.be.a('number')
    expect(await guard.refusedFor('other@shop.test')).to.equal(undefined)
  })

  it('forgets failures where the right password came', async () => {
    const guard = createSignInGuard(store, slow)
    for (let count = 0; count < 5; count += 1) await guard.refusedFor('right@shop.test')
    await guard.forget('right@shop.test')

    for (let count = 0; count < 4; count += 1)
      expect(await guard.refusedFor('right@shop.test')).to.equal(undefined)
  })
})
