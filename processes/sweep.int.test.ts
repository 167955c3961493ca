import { expect } from 'chai'
import { pino } from 'pino'
import { orderProcess } from './order-process.ts'
import { keepSweeping, sweepOnce, type StandingOrder, type SweepDeps, type SweepResult } from './sweep.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('the sweep', () => {
  let shop: TestShop
  const running = new AbortController().signal

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const standing = (...orderIds: string[]): StandingOrder[] =>
    orderIds.map((orderId) => ({ orderId, step: 'reserve', since: new Date(0) }))

  const deps = (take: SweepDeps['standing']['take']): SweepDeps => ({
    ...shop.instance(),
    table: orderProcess,
    standing: { take },
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
      deps(() => Promise.resolve(standing(placed, waiting))),
      running,
    )
    expect(result.failed).to.deep.equal([])
    expect(await shop.order(placed)).to.include({ status: 'paid' })
    expect(await shop.order(waiting)).to.include({ status: 'reserved' })
  })

  it('asks for what stands still at this time, so many at once', async () => {
    const asked: [Date, number][] = []
    const now = new Date('2026-01-01T00:10:00.000Z')
    const result = await sweepOnce(
      {
        ...deps((time, limit) => {
          asked.push([time, limit])
          return Promise.resolve([])
        }),
        now: () => now,
      },
      running,
    )
    expect(asked).to.deep.equal([[now, 50]])
    expect(result).to.deep.equal({ found: [], failed: [] })
  })

  it('names what it could not take further', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    const unknown = await sweepOnce(
      deps(() => Promise.resolve(standing('no-such-order'))),
      running,
    )
    const broken = await sweepOnce(
      {
        ...deps(() => Promise.resolve(standing(orderId))),
        table: () => ({ name: 'broken', run: () => Promise.reject(new TypeError('boom')) }),
      },
      running,
    )
    expect(unknown.failed).to.deep.equal([
      { orderId: 'no-such-order', reason: 'the read model knows it, its stream does not' },
    ])
    expect(broken.failed).to.deep.equal([
      { orderId, reason: 'Step broken of an order that is placed: TypeError: boom' },
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
          return Promise.resolve(standing('no-such-order'))
        }),
        onSwept: (result) => results.push(result),
      },
      stopping.signal,
    )
    expect(looks).to.equal(2)
    expect(results).to.have.length(1)
    expect(results[0]?.failed).to.have.length(1)
  })
})
