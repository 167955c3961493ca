import { expect } from 'chai'
import { pino } from 'pino'
import { startProjections } from './index.ts'
import { getOrder } from './orders/queries.ts'
import { createEventLog } from './testing/event-log.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { paidOrder } from './testing/histories.ts'

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
    await until(async () => (await projections.status()).every(({ lag }) => lag.events === 0))
    expect(await projections.status()).to.deep.equal(
      ['inventory', 'orders'].map((projection) => ({
        ...{ projection, generation: 1, state: 'live', position, events: projection === 'orders' ? 12n : 0n },
        ...{ lag: { events: 0, seconds: 0 }, isRunning: true, parked: { events: 0, streams: 0 } },
      })),
    )
    await projections.stop()
  })
})
