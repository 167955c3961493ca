import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { startProjections, type RunningProjections } from './index.ts'
import { openPool, startDatabase, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { minute, orderPlaced, paidOrder } from './testing/histories.ts'
import { createWaiting, type Waiting } from './waiting.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
/** Longer than any test takes: a waiting that must not time out. */
const LONG = 60_000

/** Answers queries, but lends no connection to listen on. */
class PoolWithoutSessions extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return Promise.reject(new Error('no connection is left'))
    super.connect(callback)
    return undefined
  }
}

describe('waiting for read models', () => {
  let database: TestDatabase
  let log: EventLog
  let projections: RunningProjections
  let waiting: Waiting
  beforeEach(async () => {
    database = await startDatabase()
    log = createEventLog()
    projections = await startProjections({ store: log, pool: database.pool, logger, limits: { lingerMs: 1 } })
    // a poll would hide a notification that never came
    waiting = createWaiting({ pool: database.pool, logger, pollMs: LONG })
  })
  afterEach(async () => {
    await waiting.stop()
    await projections.stop()
    await database.stop()
  })

  const place = (orderId: string): void => {
    log.append(`order-${orderId}`, orderPlaced(orderId))
  }
  const pay = (orderId: string): void => {
    for (const [stream, event] of paidOrder(orderId).slice(1)) log.append(stream, event)
  }

  it('ends when the position is reached', async () => {
    const { position } = log.append('order-o1', orderPlaced('o1'))
    expect(await waiting.untilPosition('orders', position, LONG)).to.equal(true)
    expect(await waiting.untilPosition('inventory', position, LONG)).to.equal(true)
    const { rows } = await database.pool.query('SELECT FROM orders_g1.orders')
    expect(rows).to.have.length(1)
  })

  it('ends at once where the position was reached before', async () => {
    const { position } = log.append('order-o1', orderPlaced('o1'))
    await waiting.untilPosition('orders', position, LONG)
    expect(await waiting.untilPosition('orders', position, 0)).to.equal(true)
  })

  it('says so when the time is over', async () => {
    const { position } = log.append('order-o1', orderPlaced('o1'))
    const later = { commit: position.commit + 1n, prepare: position.prepare }
    expect(await waiting.untilPosition('orders', later, 30)).to.equal(false)
  })

  it('knows no read model of another name', async () => {
    const error = await waiting
      .untilPosition('ordres', { commit: 0n, prepare: 0n }, LONG)
      .catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(TypeError).with.property('message', 'There is no read model ordres')
  })

  it('ends when the order is paid, expired or cancelled, and not before', async () => {
    for (const id of ['o1', 'o2', 'o3', 'o4']) place(id)
    const answers = ['o1', 'o2', 'o3'].map((id) => waiting.untilSettled(id, LONG))
    const unsettled = waiting.untilSettled('o4', 200)
    pay('o1')
    log.append('order-o2', { type: 'OrderExpired', data: { orderId: 'o2', expiredAt: minute(15) } })
    log.append('order-o3', {
      type: 'OrderCancelled',
      data: { orderId: 'o3', reason: 'out_of_stock', cancelledAt: minute(1) },
    })
    expect(await Promise.all(answers)).to.deep.equal([true, true, true])
    expect(await unsettled).to.equal(false)
  })

  it('ends at once where the order was settled before', async () => {
    place('o1')
    pay('o1')
    await waiting.untilSettled('o1', LONG)
    expect(await waiting.untilSettled('o1', LONG)).to.equal(true)
  })

  it('serves many at a time with few queries', async () => {
    const orderIds = Array.from({ length: 300 }, (_, index) => `o${index}`)
    const pool = openPool(database.url)
    let queries = 0
    pool.on('acquire', () => {
      queries += 1
    })
    const counting = createWaiting({ pool, logger, pollMs: LONG })
    const answers = orderIds.map((id) => counting.untilSettled(id, LONG))
    for (const id of orderIds) {
      place(id)
      pay(id)
    }
    expect((await Promise.all(answers)).every((settled) => settled)).to.equal(true)
    expect(queries).to.be.lessThan(60)
    await counting.stop()
    await pool.end()
  })

  it('hears again after its connection was lost', async () => {
    await waiting.untilPosition('orders', log.append('order-o1', orderPlaced('o1')).position, LONG)
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    const { position } = log.append('order-o2', orderPlaced('o2'))
    expect(await waiting.untilPosition('orders', position, LONG)).to.equal(true)
  })

  it('looks by itself where notifications do not come', async () => {
    const pool = new PoolWithoutSessions({ connectionString: database.url })
    const deaf = createWaiting({ pool, logger, pollMs: 10 })
    const { position } = log.append('order-o1', orderPlaced('o1'))
    expect(await deaf.untilPosition('orders', position, LONG)).to.equal(true)
    const answer = deaf.untilSettled('o1', LONG)
    pay('o1')
    expect(await answer).to.equal(true)
    await deaf.stop()
    await pool.end()
  })

  it('ends every waiting when it is stopped', async () => {
    const answers = [
      waiting.untilSettled('o1', LONG),
      waiting.untilPosition('orders', { commit: 1n, prepare: 1n }, LONG),
    ]
    await waiting.stop()
    expect(await Promise.all(answers)).to.deep.equal([false, false])
  })
})
