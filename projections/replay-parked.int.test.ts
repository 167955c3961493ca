import { expect } from 'chai'
import { pino } from 'pino'
import { startProjections, type RunningProjections } from './index.ts'
import { viewOf } from './read-schema.ts'
import { readModelDeadLetters } from './dead-letters.ts'
import { discardParked, listParked, NotParkedError, replayParked } from './replay-parked.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { seenProjection, seenTable } from './testing/seen-projection.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

describe('parked events', () => {
  let database: TestDatabase
  let projections: RunningProjections
  let log: EventLog
  let isBroken: boolean
  const a = seenProjection('a', 'a-', ({ type }) => {
    if (type === 'Bad' && isBroken) throw new Error('that is bad')
  })
  beforeEach(async () => {
    isBroken = true
    database = await startDatabase()
    log = createEventLog()
    for (const type of ['One', 'Bad', 'Three']) log.append('a-1', { type, data: {} })
    const limits = { lingerMs: 1 }
    projections = await startProjections({
      ...{ store: log, pool: database.pool, logger, projections: [a], limits, retryDelaysMs: [1] },
    })
    await until(async () => (await listParked(database.pool, [a])).length === 2)
  })
  afterEach(async () => {
    await projections.stop()
    await database.stop()
  })

  const seen = async (): Promise<string[] | undefined> => {
    const { rows } = await database.pool.query<{ types: string[] }>(
      `SELECT types FROM ${viewOf(a, seenTable)}`,
    )
    return rows[0]?.types
  }

  it('are listed with why', async () => {
    const [failed, behind] = await listParked(database.pool, [a])
    expect(failed).to.deep.include({
      ...{ projection: 'a', stream: 'a-1', revision: 1n, eventId: log.events[1]?.id, type: 'Bad' },
      ...{ reason: 'failed', error: 'Error: that is bad' },
    })
    expect(behind).to.deep.include({ revision: 2n, type: 'Three', reason: 'behind' })
  })

  it('are taken once more, and then their stream goes on', async () => {
    isBroken = false
    expect(await replayParked({ pool: database.pool, store: log }, a, 'a-1')).to.equal(2)
    expect(await seen()).to.deep.equal(['One', 'Bad', 'Three'])
    expect(await listParked(database.pool, [a])).to.deep.equal([])
    log.append('a-1', { type: 'Four', data: {} })
    await until(async () => (await seen())?.length === 4)
  })

  it('stay parked as long as one of them can not be taken', async () => {
    const error = await replayParked({ pool: database.pool, store: log }, a, 'a-1').catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(Error).with.property('message', 'that is bad')
    expect(await seen()).to.deep.equal(['One'])
    expect(await listParked(database.pool, [a])).to.have.length(2)
  })

  it('are discarded one by one: the read model never shows it, and the rest can be taken', async () => {
    log.append('a-1', { type: 'Four', data: {} })
    log.append('a-1', { type: 'Five', data: {} })
    await until(async () => (await listParked(database.pool, [a])).length === 4)
    expect(await discardParked(database.pool, a, 'a-1', 1n)).to.equal(true)
    expect(await discardParked(database.pool, a, 'a-1', 3n)).to.equal(true)
    expect(await discardParked(database.pool, a, 'a-1', 3n)).to.equal(false)
    expect(await replayParked({ pool: database.pool, store: log }, a, 'a-1')).to.equal(2)
    expect(await seen()).to.deep.equal(['One', 'Three', 'Five'])
    log.append('a-1', { type: 'Six', data: {} })
    await until(async () => (await seen())?.length === 4)
    expect(await listParked(database.pool, [a])).to.deep.equal([])
  })

  it('are dead letters: replayed with all of their stream, or they stay and say why', async () => {
    const { pool } = database
    const source = readModelDeadLetters({ pool, store: log, projections: [a], retries: 1 })
    const [failed, behind] = await source.list()
    if (failed === undefined || behind === undefined) throw new Error('two are parked')
    expect(failed).to.deep.include({
      ...{ id: `a.${log.events[1]?.id ?? ''}`, source: { kind: 'read-model', name: 'a' } },
      ...{ stream: 'a-1', revision: 1n, type: 'Bad', cause: 'Error: that is bad', retries: 1 },
    })
    expect(behind).to.deep.include({ revision: 2n, retries: 0 })
    expect(await source.replay(failed)).to.deep.equal({ kind: 'failed', reason: 'Error: that is bad' })
    expect(await source.list()).to.have.length(2)
    isBroken = false
    expect(await source.replay(failed)).to.deep.equal({ kind: 'replayed' })
    expect(await source.replay(behind)).to.deep.equal({ kind: 'replayed' })
    await source.discard(behind)
    expect(await seen()).to.deep.equal(['One', 'Bad', 'Three'])
  })

  it('are not there where nothing is parked', async () => {
    const error = await replayParked({ pool: database.pool, store: log }, a, 'a-2').catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(NotParkedError).with.property('message', 'No event of a-2 is parked in a')
  })
})
