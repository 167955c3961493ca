import { expect } from 'chai'
import { pino } from 'pino'
import type { BuildDeps } from './building.ts'
import { BATCH_LIMITS, startProjections, type RunningProjections } from './index.ts'
import type { Projection } from './projection.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { seenProjection } from './testing/seen-projection.ts'
import { verify, type Difference, type Verification } from './verify.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
const never = new AbortController().signal

describe('verification of read models', () => {
  let database: TestDatabase
  let running: RunningProjections[]
  let log: EventLog
  let deps: BuildDeps
  const a = seenProjection('a', 'a-')
  const b = seenProjection('b', 'b-')
  beforeEach(async () => {
    database = await startDatabase()
    running = []
    log = createEventLog()
    const limits = { ...BATCH_LIMITS, lingerMs: 1 }
    deps = { store: log, pool: database.pool, logger, limits, retryDelaysMs: [1] }
  })
  afterEach(async () => {
    await Promise.all(running.map((projections) => projections.stop()))
    await database.stop()
  })

  const start = async (projections: readonly Projection[]): Promise<RunningProjections> => {
    const started = await startProjections({ ...deps, projections })
    running.push(started)
    return started
  }
  const append = (stream: string, ...types: string[]): void => {
    for (const type of types) log.append(stream, { type, data: {} })
  }
  const upToDate = async (projections: RunningProjections): Promise<void> => {
    const end = log.events.at(-1)?.position.commit
    await until(async () => (await projections.status()).every(({ position }) => position?.commit === end))
  }
  const check = async (
    projections: readonly Projection[],
  ): Promise<{ verifications: Verification[]; differences: Difference[] }> => {
    const differences: Difference[] = []
    const verifications = await verify(deps, projections, (difference) => differences.push(difference), never)
    return { verifications, differences }
  }

  it('finds nothing where rows are what the events say', async () => {
    const projections = await start([a, b])
    append('a-1', 'One', 'Two')
    append('a-2', 'One')
    append('b-1', 'One')
    await upToDate(projections)
    const { verifications, differences } = await check([a, b])
    expect(differences).to.deep.equal([])
    expect(verifications).to.deep.equal([
      { projection: 'a', rows: 2, differences: 0, parked: 0 },
      { projection: 'b', rows: 1, differences: 0, parked: 0 },
    ])
  })

  it('tells of each row that is different, missing or should not be there', async () => {
    const projections = await start([a])
    for (const stream of ['a-1', 'a-2', 'a-3']) append(stream, 'One')
    await upToDate(projections)
    await database.pool.query(`UPDATE a_g1.seen SET types = '["Wrong"]' WHERE stream = 'a-1'`)
    await database.pool.query(`DELETE FROM a_g1.seen WHERE stream = 'a-2'`)
    await database.pool.query(`INSERT INTO a_g1.seen VALUES ('a-4', '[]', 0)`)
    const { verifications, differences } = await check([a])
    expect(verifications).to.deep.equal([{ projection: 'a', rows: 3, differences: 3, parked: 0 }])
    expect(differences.map(({ key, kind }) => `${String(key['stream'])} ${kind}`).sort()).to.deep.equal([
      'a-1 different',
      'a-2 missing',
      'a-4 extra',
    ])
    expect(differences.find(({ kind }) => kind === 'different')).to.deep.equal({
      projection: 'a',
      table: 'seen',
      key: { stream: 'a-1' },
      kind: 'different',
      columns: { types: { live: ['Wrong'], rebuilt: ['One'] } },
    })
  })

  it('compares at one position while events pour in', async () => {
    await start([a, b])
    const poured = new AbortController()
    const pour = (async (): Promise<void> => {
      for (let index = 0; !poured.signal.aborted; index += 1) {
        append(`a-${index % 50}`, `Event${index}`)
        append(`b-${index % 50}`, `Event${index}`)
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
    })()
    await until(() => log.events.length > 500)
    for (let round = 0; round < 3; round += 1) expect((await check([a, b])).differences).to.deep.equal([])
    poured.abort()
    await pour
  })

  it('compares at the position of what is live where nobody brings that up to date', async () => {
    const projections = await start([a])
    append('a-1', 'One')
    await upToDate(projections)
    await projections.stop()
    append('a-1', 'Two')
    append('a-2', 'One')
    expect((await check([a])).verifications).to.deep.equal([
      { projection: 'a', rows: 1, differences: 0, parked: 0 },
    ])
  })

  it('tells how many events queries do not show because they are parked', async () => {
    const strict = seenProjection('a', 'a-', ({ type }) => {
      if (type === 'Bad') throw new Error('that is bad')
    })
    append('a-1', 'One', 'Bad', 'Three')
    append('b-1', 'One')
    await upToDate(await start([strict, b]))
    expect((await check([strict, b])).verifications).to.deep.equal([
      { projection: 'a', rows: 1, differences: 0, parked: 2 },
      { projection: 'b', rows: 1, differences: 0, parked: 0 },
    ])
  })

  it('leaves nothing behind, also where it was ended', async () => {
    await (await start([a])).stop()
    append('a-1', 'One')
    await check([a])
    const ending = new AbortController()
    ending.abort()
    const error = await verify(deps, [a], () => undefined, ending.signal).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(DOMException)
    const { rows } = await database.pool.query<{ number: number }>(
      'SELECT number FROM projections.generations',
    )
    expect(rows).to.deep.equal([{ number: 1 }])
    const schemas = await database.pool.query(`SELECT FROM pg_namespace WHERE nspname LIKE 'a\\_g%'`)
    expect(schemas.rows).to.have.length(1)
  })
})
