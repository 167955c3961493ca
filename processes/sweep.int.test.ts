import { expect } from 'chai'
import { pino } from 'pino'
import { orderProcess } from './order-process.ts'
import { keepSweeping, sweepOnce, type StuckOrder, type SweepDeps, type SweepResult } from './sweep.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('the sweep', () => {
  let shop: TestShop
  const running = new AbortController().signal

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const stuck = (...orderIds: string[]): StuckOrder[] =>
    orderIds.map((orderId) => ({ orderId, status: 'placed', since: new Date(0) }))

  const deps = (notMovedSince: SweepDeps['stuck']['notMovedSince']): SweepDeps => ({
    ...shop.instance(),
    table: orderProcess,
    stuck: { notMovedSince },
    readStream: (stream) => shop.store.readStream(stream),
    logger: pino({ level: 'silent' }),
    sleep: () => Promise.resolve(),
    random: () => 0,
  })

  it('takes up what stands still, and leaves alone what waits for a customer', async () => {
    const [placed, waiting] = [
      await shop.place([await shop.stock(1)]),
      await shop.place([await shop.stock(1)], null),
    ]
    const result = await sweepOnce(
      deps(() => Promise.resolve(stuck(placed, waiting))),
      60_000,
      running,
    )
    expect(result.failed).to.deep.equal([])
    expect(await shop.order(placed)).to.include({ status: 'paid' })
    expect(await shop.order(waiting)).to.include({ status: 'reserved' })
  })

  it('asks for what has not moved for as long as it was told', async () => {
    const asked: Date[] = []
    const now = new Date('2026-01-01T00:10:00.000Z')
    const result = await sweepOnce(
      {
        ...deps((since) => {
          asked.push(since)
          return Promise.resolve([])
        }),
        now: () => now,
      },
      60_000,
      running,
    )
    expect(asked).to.deep.equal([new Date('2026-01-01T00:09:00.000Z')])
    expect(result).to.deep.equal({ found: [], failed: [] })
  })

  it('names what it could not take further', async () => {
    const poisoned: SweepDeps = {
      ...deps(() => Promise.resolve(stuck('no-such-order'))),
    }
    const orderId = await shop.place([await shop.stock(1)])
    const broken: SweepDeps = {
      ...deps(() => Promise.resolve(stuck(orderId))),
      table: () => ({ name: 'broken', run: () => Promise.reject(new TypeError('boom')) }),
    }
    expect((await sweepOnce(poisoned, 60_000, running)).failed).to.deep.equal([
      { orderId: 'no-such-order', reason: 'the read model knows it, its stream does not' },
    ])
    expect((await sweepOnce(broken, 60_000, running)).failed).to.deep.equal([
      { orderId, reason: 'TypeError: boom' },
    ])
  })

  it('goes on after a failure, until the instance stops', async () => {
    const stopping = new AbortController()
    const results: SweepResult[] = []
    let looks = 0
    await keepSweeping(
      {
        ...deps(() => {
          looks += 1
          if (looks === 1) return Promise.reject(new Error('the database is away'))
          stopping.abort()
          return Promise.resolve([])
        }),
        onResult: (result) => results.push(result),
      },
      60_000,
      stopping.signal,
    )
    expect(looks).to.equal(2)
    expect(results).to.deep.equal([{ found: [], failed: [] }])
  })
})
