import { expect } from 'chai'
import { InvalidCursorError } from '../cursor.ts'
import type { TestDatabase } from '../testing/database.ts'
import { minute, orderPlaced, paidOrder } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { sagasProjection } from './projection.ts'
import { countSagas, getSaga, listSagas, standingOrders } from './queries.ts'

const date = (minutes: number): Date => new Date(minute(minutes))

describe('queries of sagas', () => {
  let database: TestDatabase
  before(async () => {
    database = await projectedDatabase(
      [sagasProjection],
      [
        ['order-old', orderPlaced('old')],
        ['order-new', orderPlaced('new', { placedAt: minute(8), payBy: minute(23) })],
        ...paidOrder('paid').filter(([stream]) => stream.startsWith('order-')),
        ['order-gone', orderPlaced('gone')],
        [
          'order-gone',
          {
            type: 'OrderCancelled',
            data: { orderId: 'gone', reason: 'requested_by_staff', cancelledAt: minute(1) },
          },
        ],
      ],
    )
  })
  after(() => database.stop())

  const idsOf = (items: readonly { readonly orderId: string }[]): string[] =>
    items.map(({ orderId }) => orderId)

  it('list orders under way, the one first that has stood for the longest time, and none that is over', async () => {
    const { items, nextCursor } = await listSagas(database.pool, date(9))
    expect(items.map(({ orderId, state, step, since }) => [orderId, state, step, since])).to.deep.equal([
      ['old', 'stuck', 'reserve', minute(0)],
      ['paid', 'in_flight', 'dispatch', minute(5)],
      ['new', 'in_flight', 'reserve', minute(8)],
    ])
    expect(nextCursor).to.equal(null)
    expect(items[0]).to.deep.include({
      waitsFor: 'shop',
      reason: 'Its stock is to be reserved.',
      stuckAt: minute(2),
      revision: '0',
    })
    expect(items[0]?.lastEvent).to.include({ type: 'OrderPlaced', at: minute(0) })
  })

  it('tell those that are stuck from those that are not', async () => {
    const ids = async (at: number, filter: Parameters<typeof listSagas>[2]): Promise<string[]> =>
      idsOf((await listSagas(database.pool, date(at), filter)).items)
    expect(await ids(9, { state: 'stuck' })).to.deep.equal(['old'])
    expect(await ids(9, { state: 'in_flight' })).to.deep.equal(['paid', 'new'])
    expect(await ids(10, { state: 'stuck', step: 'reserve' })).to.deep.equal(['old', 'new'])
    expect(await ids(10, { step: 'dispatch' })).to.deep.equal(['paid'])
  })

  it('come in pages', async () => {
    const first = await listSagas(database.pool, date(9), { limit: 2 })
    expect(idsOf(first.items)).to.deep.equal(['old', 'paid'])
    const second = await listSagas(database.pool, date(9), { limit: 2, cursor: first.nextCursor ?? '' })
    expect(idsOf(second.items)).to.deep.equal(['new'])
    expect(second.nextCursor).to.equal(null)
    const forged = Buffer.from('["2030-02-31T00:00:00.000Z","x"]').toString('base64url')
    for (const cursor of ['x', forged]) {
      const failure = await listSagas(database.pool, date(9), { cursor }).catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(InvalidCursorError)
    }
  })

  it('show one, as long as something is to happen to it', async () => {
    expect(await getSaga(database.pool, 'paid', date(9))).to.include({ step: 'dispatch', state: 'in_flight' })
    expect(await getSaga(database.pool, 'gone', date(9))).to.equal(undefined)
    expect(await getSaga(database.pool, 'nobody', date(9))).to.equal(undefined)
  })

  it('count them by step', async () => {
    expect(await countSagas(database.pool, date(9))).to.have.deep.members([
      { step: 'reserve', state: 'stuck', orders: 1 },
      { step: 'reserve', state: 'in_flight', orders: 1 },
      { step: 'dispatch', state: 'in_flight', orders: 1 },
    ])
  })

  it('give those to the sweep that may have lost a wake-up, each to one instance, and later again', async () => {
    const standing = standingOrders(database.pool)
    const [some, others] = await Promise.all([standing.take(date(9), 10), standing.take(date(9), 10)])
    expect([...some, ...others]).to.have.deep.members([
      { orderId: 'old', step: 'reserve', since: date(0) },
      { orderId: 'new', step: 'reserve', since: date(8) },
    ])
    expect(await standing.take(date(9), 10)).to.deep.equal([])
    for (const minutes of [1, 2, 4, 8, 16, 32, 32]) {
      const { rows } = await database.pool.query<{ minutes: number }>(
        `SELECT round(extract(epoch FROM until - clock_timestamp()) / 60)::integer AS minutes
         FROM projections.claims WHERE key = 'old@0'`,
      )
      expect(rows).to.deep.equal([{ minutes }])
      await database.pool.query('UPDATE projections.claims SET until = clock_timestamp()')
      expect(await standing.take(date(9), 10)).to.have.length(2)
    }
  })
})
