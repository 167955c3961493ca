import { expect } from 'chai'
import type pg from 'pg'
import { pino } from 'pino'
import { startProjections, type ProjectionsOptions, type RunningProjections } from './index.ts'
import type { Projection } from './projection.ts'
import { viewOf } from './read-schema.ts'
import { openPool, startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { seenProjection, seenTable } from './testing/seen-projection.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

describe('the projections runner', () => {
  let database: TestDatabase
  let running: RunningProjections[]
  let log: EventLog
  beforeEach(async () => {
    database = await startDatabase()
    running = []
    log = createEventLog()
  })
  afterEach(async () => {
    await Promise.all(running.map((projections) => projections.stop()))
    await database.stop()
  })

  const start = async (
    projections: readonly Projection[],
    options: Partial<ProjectionsOptions> = {},
  ): Promise<RunningProjections> => {
    const started = await startProjections({
      ...{ store: log, pool: database.pool, logger, projections },
      ...{ limits: { lingerMs: 1 }, retryDelaysMs: [1, 1] },
      ...options,
    })
    running.push(started)
    return started
  }

  const seen = async (projection: Projection): Promise<Record<string, string>> => {
    const { rows } = await database.pool.query<{ stream: string; types: string[] }>(
      `SELECT * FROM ${viewOf(projection, seenTable)} ORDER BY stream`,
    )
    return Object.fromEntries(rows.map(({ stream, types }) => [stream, types.join(' ')]))
  }
  const parked = async (): Promise<string[]> => {
    const { rows } = await database.pool.query<Record<string, string>>(
      'SELECT * FROM projections.parked ORDER BY projection, stream, revision',
    )
    return rows.map(
      ({ projection, stream, revision, reason, error }) =>
        `${projection} ${stream}@${revision} ${reason}: ${error}`,
    )
  }
  const append = (stream: string, ...types: string[]): void => {
    for (const type of types) log.append(stream, { type, data: {} })
  }
  const upToDate = async (projections: RunningProjections): Promise<boolean> => {
    const position = log.events.at(-1)?.position
    return (await projections.status()).every((status) => status.position?.commit === position?.commit)
  }

  it('moves the checkpoint also over events that are not for it', async () => {
    const a = seenProjection('a', 'a-')
    const projections = await start([a])
    append('a-1', 'One')
    append('b-1', 'Other', 'Other')
    await until(() => upToDate(projections))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One' })
    expect((await projections.status())[0]?.events).to.equal(1n)
  })

  it('goes on from its checkpoint after a restart', async () => {
    const a = seenProjection('a', 'a-')
    const before = await start([a])
    append('a-1', 'One', 'Two')
    await until(() => upToDate(before))
    await before.stop()
    append('a-1', 'Three')
    const afterwards = await start([a])
    await until(() => upToDate(afterwards))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two Three' })
    expect(log.subscriptions).to.deep.equal(['start', log.events[1]?.position])
    expect((await afterwards.status())[0]?.events).to.equal(3n)
  })

  it('keeps position numbers that a double can not hold', async () => {
    const a = seenProjection('a', 'a-')
    const projections = await start([a])
    const commit = 18_446_744_073_709_551_614n
    log.skipTo(commit)
    append('a-1', 'One')
    await until(async () => (await projections.status())[0]?.position?.commit === commit)
  })

  it('comes back when a subscription fails', async () => {
    const a = seenProjection('a', 'a-')
    const projections = await start([a])
    append('a-1', 'One')
    await until(() => upToDate(projections))
    log.failSubscriptions(new Error('the store is away'))
    append('a-1', 'Two')
    await until(() => upToDate(projections))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two' })
  })

  it('misses and repeats nothing while its connections are cut again and again', async () => {
    const a = seenProjection('a', 'a-')
    const b = seenProjection('b', 'b-')
    const own = openPool(database.url)
    const projections = await start([a, b], { pool: own, limits: { lingerMs: 0, maxEvents: 3 } })
    const types = Array.from({ length: 120 }, (_, index) => `Event${index}`)
    for (const [index, type] of types.entries()) {
      append('a-1', type)
      append('b-1', type)
      if (index % 10 === 5) await cutConnections(database.pool)
    }
    await until(async () => {
      await cutConnections(database.pool, 0.02)
      return (
        (await seen(a))['a-1']?.endsWith('Event119') === true &&
        (await seen(b))['b-1']?.endsWith('Event119') === true
      )
    })
    expect(await seen(a)).to.deep.equal({ 'a-1': types.join(' ') })
    expect(await seen(b)).to.deep.equal({ 'b-1': types.join(' ') })
    await until(() => upToDate(projections))
    expect((await projections.status()).map(({ events }) => events)).to.deep.equal([120n, 120n])
    await projections.stop()
    await own.end()
  })

  it('lets only one of several processes write, and another take over when it ends', async () => {
    const a = seenProjection('a', 'a-')
    const pools = [openPool(database.url), openPool(database.url)]
    const [one, other] = pools
    if (one === undefined || other === undefined) throw new Error('two pools were opened')
    const first = await start([a], { pool: one })
    append('a-1', 'One', 'Two')
    await until(async () => (await seen(a))['a-1'] === 'One Two')
    const second = await start([a], { pool: other })
    // the last that each of them asks before it waits for its next turn
    await until(async () => {
      const { rows } = await other.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND query LIKE $1`,
        ['%FROM projections.forgotten%'],
      )
      return rows.length === 2
    })
    const owners = async (): Promise<(string | undefined)[]> => {
      const { rows } = await database.pool.query<{ owner: string; epoch: string }>(
        'SELECT owner, epoch FROM projections.generations',
      )
      return rows.map(({ owner, epoch }) => `${owner} ${epoch}`)
    }
    const [owner] = await owners()
    append('a-1', 'Three')
    await until(async () => (await seen(a))['a-1'] === 'One Two Three')
    expect(await owners()).to.deep.equal([owner])
    await first.stop()
    append('a-1', 'Four')
    await until(async () => (await seen(a))['a-1'] === 'One Two Three Four')
    await second.stop()
    await Promise.all(pools.map((pool) => pool.end()))
  })

  it('parks an event that its projector can not take, with what follows in its stream, and goes on', async () => {
    const tried: string[] = []
    const a = seenProjection('a', 'a-', ({ type, stream }) => {
      if (type !== 'Bad') return
      tried.push(stream)
      throw new Error('that is bad')
    })
    const b = seenProjection('b', 'a-')
    append('a-1', 'One')
    append('a-2', 'One', 'Bad', 'Three')
    append('a-1', 'Two')
    append('a-2', 'Four')
    const projections = await start([a, b])
    await until(() => upToDate(projections))
    append('a-2', 'Five')
    append('a-1', 'Three')
    await until(() => upToDate(projections))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two Three', 'a-2': 'One' })
    expect(await seen(b)).to.deep.equal({ 'a-1': 'One Two Three', 'a-2': 'One Bad Three Four Five' })
    const behind = 'behind: an event before it in its stream is parked'
    expect(await parked()).to.deep.equal([
      'a a-2@1 failed: Error: that is bad',
      `a a-2@2 ${behind}`,
      `a a-2@3 ${behind}`,
      `a a-2@4 ${behind}`,
    ])
    expect(tried.length).to.be.greaterThan(3)
    expect((await projections.status()).map((status) => status.parked)).to.deep.equal([
      { events: 4, streams: 1 },
      { events: 0, streams: 0 },
    ])
  })

  it('parks values that Postgres can not take', async () => {
    const a = seenProjection('a', 'a-')
    const strict: Projection = {
      ...a,
      tables: [
        {
          ...seenTable,
          columns: {
            ...seenTable.columns,
            types: { ...seenTable.columns.types, sql: `jsonb NOT NULL CHECK (types @> '["One"]')` },
          },
        },
      ],
    }
    append('a-1', 'One')
    append('a-2', 'Two')
    const projections = await start([strict])
    await until(() => upToDate(projections))
    expect((await parked()).map((line) => line.slice(0, 30))).to.deep.equal([
      'a a-2@0 failed: error: new row',
    ])
  })

  it('parks an event that can not be read', async () => {
    const a = seenProjection('a', 'a-')
    append('a-1', 'One')
    log.appendUnreadable('a-1', 'Unknown')
    append('a-1', 'Three')
    append('a-2', 'One')
    const projections = await start([a])
    await until(() => upToDate(projections))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One', 'a-2': 'One' })
    expect(await parked()).to.deep.equal([
      'a a-1@1 unreadable: Error: no contract for Unknown',
      'a a-1@2 behind: an event before it in its stream is parked',
    ])
  })

  it('still knows what is parked after a restart', async () => {
    const a = seenProjection('a', 'a-')
    log.appendUnreadable('a-1', 'Unknown')
    const before = await start([a])
    await until(async () => (await parked()).length === 1)
    await before.stop()
    append('a-1', 'Two')
    const afterwards = await start([a])
    await until(() => upToDate(afterwards))
    expect(await seen(a)).to.deep.equal({})
    expect(await parked()).to.have.length(2)
  })

  it('waits for tables that are not as they should be, and parks nothing for it', async () => {
    const a = seenProjection('a', 'a-')
    const lines: string[] = []
    const told = pino({ level: 'warn' }, { write: (line) => lines.push(line) })
    const projections = await start([a], { logger: told })
    append('a-1', 'One')
    await until(() => upToDate(projections))
    await database.pool.query('ALTER TABLE a_g1.seen RENAME TO elsewhere')
    append('a-1', 'Two')
    await until(() => lines.some((line) => line.includes('projections interrupted')))
    await database.pool.query('ALTER TABLE a_g1.elsewhere RENAME TO seen')
    await until(() => upToDate(projections))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two' })
    expect(await parked()).to.deep.equal([])
  })
})

/** Ends the other connections to this database, each with this probability. */
const cutConnections = async (pool: pg.Pool, probability = 1): Promise<void> => {
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < $1`,
    [probability],
  )
}
