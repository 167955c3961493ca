import { expect } from 'chai'
import { pino } from 'pino'
import { startProjections } from './index.ts'
import { getOrder } from './orders/queries.ts'
import { allProjections } from './projections.ts'
import { createEventLog } from './testing/event-log.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { orderPlaced, paidOrder } from './testing/histories.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

describe('projections', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await startDatabase()
  })
  afterEach(() => database.stop())

  it('show what happened before and what happens now', async () => {
    const { pool } = database
    const log = createEventLog()
    for (const [stream, event] of paidOrder('o1')) log.append(stream, event)
    const projections = await startProjections({ store: log, pool, logger })
    await until(async () => (await getOrder(pool, 'o1'))?.status === 'paid')
    for (const [stream, event] of paidOrder('o2')) log.append(stream, event)
    await until(async () => (await getOrder(pool, 'o2'))?.payment.status === 'captured')
    const position = log.events.at(-1)?.position
    await until(async () =>
      (await projections.status()).every((status) => status.position?.commit === position?.commit),
    )
    for (const { streamPrefixes, name } of allProjections) {
      const own = log.events.filter(({ stream }) =>
        streamPrefixes.some((prefix) => stream.startsWith(prefix)),
      )
      const status = (await projections.status()).find(({ projection }) => projection === name)
      expect(status).to.deep.include({
        ...{ projection: name, generation: 1, state: 'live', position, events: BigInt(own.length) },
        ...{ isRunning: true, parked: { events: 0, streams: 0 } },
      })
    }
    await projections.stop()
  })

  it('tell how far behind they are when nobody brings them up to date', async () => {
    const { pool } = database
    const log = createEventLog()
    const projections = await startProjections({ store: log, pool, logger })
    log.append('order-o1', orderPlaced('o1'))
    await until(async () => (await getOrder(pool, 'o1')) !== undefined)
    await projections.stop()
    for (const [stream, event] of paidOrder('o1').slice(1)) log.append(stream, event)
    const { lag } = (await projections.status()).find(({ projection }) => projection === 'orders') ?? {}
    // one event took a sixth of the log so far
    expect(lag?.events).to.equal(5)
  })
})
