import { expect } from 'chai'
import type { StoredEvent } from '../eventstore/types.ts'
import { checkout } from './checkout.ts'
import { drive } from './driver.ts'
import { Crash, crashing } from './testing/interruptions.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('a checkout that is interrupted', () => {
  let shop: TestShop

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const placedEvent = async (orderId: string): Promise<StoredEvent> => {
    const { events } = await shop.store.readStream(`order-${orderId}`)
    const placed = events.find(({ type }) => type === 'OrderPlaced')
    if (placed === undefined) throw new Error('no such order')
    return placed
  }

  const scenarios = [
    {
      name: 'that ends paid',
      method: 'sim_approve',
      inStock: 2,
      status: 'paid',
      effects: ['authorize', 'capture'],
      available: 1,
      order: ['OrderPlaced', 'OrderReserved', 'OrderPaid'],
    },
    {
      name: 'that is declined',
      method: 'sim_decline',
      inStock: 2,
      status: 'cancelled',
      effects: [],
      available: 2,
      order: ['OrderPlaced', 'OrderReserved', 'OrderCancellationStarted', 'OrderCancelled'],
    },
    {
      name: 'that is out of stock',
      method: 'sim_approve',
      inStock: 0,
      status: 'cancelled',
      effects: [],
      available: 0,
      order: ['OrderPlaced', 'OrderCancellationStarted', 'OrderCancelled'],
    },
  ] as const

  for (const scenario of scenarios) {
    for (const moment of ['before', 'after'] as const) {
      it(`${scenario.name}: at each call, ${moment} it takes effect, then taken up again and delivered twice`, async () => {
        let points = 0
        for (let crashAt = 1; ; crashAt += 1) {
          const sku = await shop.stock(scenario.inStock)
          const other = await shop.stock(5)
          const orderId = await shop.place([sku, other], scenario.method)
          const cause = await placedEvent(orderId)

          const crash = crashing(crashAt, moment)
          const interrupted = shop.instance({
            store: crash.store(shop.store),
            provider: crash.provider(shop.simulator),
          })
          const failure = await drive(interrupted, checkout, orderId, cause).then(
            () => undefined,
            (error: unknown) => error,
          )
          if (!crash.reached()) break
          expect(failure, `crash at call ${crashAt}`).to.be.instanceOf(Crash)
          points += 1

          for (let delivery = 1; delivery <= 2; delivery += 1) {
            expect(await drive(shop.instance(), checkout, orderId, cause)).to.deep.equal({ kind: 'waiting' })
          }
          const at = `after a crash at call ${crashAt}`
          expect(await shop.order(orderId), at).to.include({ status: scenario.status })
          expect(await shop.types(`order-${orderId}`), at).to.deep.equal(scenario.order)
          expect(await shop.item(sku), at).to.include({ available: scenario.available, reserved: 0 })
          const kinds = (await shop.ledger.effects(orderId)).map(({ kind }) => kind)
          expect(kinds, at).to.deep.equal(scenario.effects)
        }
        expect(points).to.be.greaterThan(4)
      })
    }
  }

  it('several instances that drive one order at once change nothing twice', async () => {
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku])
    const cause = await placedEvent(orderId)
    await Promise.allSettled(
      Array.from({ length: 8 }, () => drive(shop.instance(), checkout, orderId, cause)),
    )
    await drive(shop.instance(), checkout, orderId, cause)
    expect(await shop.types(`order-${orderId}`)).to.deep.equal(['OrderPlaced', 'OrderReserved', 'OrderPaid'])
    expect(await shop.types(`inventory-${sku}`)).to.deep.equal([
      'StockReceived',
      'StockReserved',
      'ReservationCommitted',
    ])
    const effects = await shop.ledger.effects(orderId)
    expect(effects.map(({ kind }) => kind)).to.deep.equal(['authorize', 'capture'])
  })
})
