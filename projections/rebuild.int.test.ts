import { expect } from 'chai'
import { pino } from 'pino'
import { listGenerations } from './generations.ts'
import { BATCH_LIMITS, startProjections, type ProjectionsOptions, type RunningProjections } from './index.ts'
import type { Projection } from './projection.ts'
import { viewOf } from './read-schema.ts'
import { BuildTakenError, type BuildDeps, type BuildProgress } from './building.ts'
import { buildAndSwap, NoPreviousGenerationError, prepareRebuild, prepareRollback } from './rebuild.ts'
import { text } from './tables.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { seenProjection, seenTable } from './testing/seen-projection.ts'

const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
const never = new AbortController().signal
/** Folders of other code. */
const otherHome = new URL('./orders/', import.meta.url)
const thirdHome = new URL('./inventory/', import.meta.url)

describe('a rebuild of a read model', () => {
  let database: TestDatabase
  let running: RunningProjections[]
  let log: EventLog
  const a = seenProjection('a', 'a-')
  beforeEach(async () => {
    database = await startDatabase()
    running = []
    log = createEventLog()
  })
  afterEach(async () => {
    await Promise.all(running.map((projections) => projections.stop()))
    await database.stop()
  })

  const deps = (more: Partial<BuildDeps> = {}): BuildDeps => ({
    ...{
      store: log,
      pool: database.pool,
      logger,
      limits: { ...BATCH_LIMITS, lingerMs: 1 },
      retryDelaysMs: [1],
    },
    ...more,
  })
  const start = async (
    projections: readonly Projection[],
    options: Partial<ProjectionsOptions> = {},
  ): Promise<RunningProjections> => {
    const started = await startProjections({ ...deps(), projections, ...options })
    running.push(started)
    return started
  }
  const append = (stream: string, ...types: string[]): void => {
    for (const type of types) log.append(stream, { type, data: {} })
  }
  const seen = async (projection: Projection): Promise<Record<string, string>> => {
    const { rows } = await database.pool.query<{ stream: string; types: string[] }>(
      `SELECT * FROM ${viewOf(projection, seenTable)} ORDER BY stream`,
    )
    return Object.fromEntries(rows.map(({ stream, types }) => [stream, types.join(' ')]))
  }
  const generations = async (): Promise<string> =>
    (await listGenerations(database.pool, [a])).map(({ number, state }) => `g${number} ${state}`).join(', ')
  const upToDate = async (projection: Projection): Promise<boolean> => {
    const position = log.events.at(-1)?.position.commit
    const own = await listGenerations(database.pool, [projection])
    return own.some((generation) => generation.state === 'live' && generation.position?.commit === position)
  }
  const rebuild = async (
    projections: readonly Projection[],
    more: Partial<BuildDeps> = {},
  ): Promise<void> => {
    await buildAndSwap(deps(more), await prepareRebuild(database.pool, projections, { reuse: false }), never)
  }

  it('makes the same rows again beside, and has queries read these', async () => {
    const before = await start([a])
    append('a-1', 'One', 'Two')
    append('a-2', 'One')
    await until(() => upToDate(a))
    await before.stop()
    await database.pool.query(`UPDATE a_g1.seen SET types = '["Wrong"]'`)
    await rebuild([a])
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two', 'a-2': 'One' })
    expect(await generations()).to.equal('g2 live, g1 previous')
  })

  it('lets whoever keeps the read model up to date go on with the new rows', async () => {
    await start([a])
    append('a-1', 'One')
    await until(() => upToDate(a))
    await rebuild([a])
    append('a-1', 'Two')
    await until(() => upToDate(a))
    expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two' })
  })

  it('shows queries at no time less than before, while events pour in', async () => {
    await start([a])
    const poured = new AbortController()
    const pour = (async (): Promise<void> => {
      for (let index = 0; !poured.signal.aborted; index += 1) {
        append(`a-${index % 50}`, `Event${index}`)
        await new Promise((resolve) => setTimeout(resolve, 0))
      }
    })()
    let shown = 0
    const steps: number[] = []
    const asked = new AbortController()
    const ask = (async (): Promise<void> => {
      while (!asked.signal.aborted) {
        const { rows } = await database.pool.query<{ n: number }>(
          `SELECT coalesce(sum(jsonb_array_length(types)), 0)::integer AS n FROM ${viewOf(a, seenTable)}`,
        )
        const n = rows[0]?.n ?? 0
        if (n < shown) steps.push(n - shown)
        shown = n
      }
    })()
    await until(() => shown > 100)
    for (let round = 0; round < 3; round += 1) await rebuild([a])
    poured.abort()
    await pour
    await until(() => upToDate(a))
    asked.abort()
    await ask
    expect(steps).to.deep.equal([])
    const rows = Object.values(await seen(a)).flatMap((types) => types.split(' '))
    expect(rows).to.have.length(log.events.length)
    expect(new Set(rows).size).to.equal(log.events.length)
    expect(await generations()).to.equal('g4 live, g3 previous')
  })

  it('goes on from where it was when it was ended', async () => {
    for (let index = 0; index < 100; index += 1) append('a-1', `Event${index}`)
    await (await start([a])).stop()
    const ending = new AbortController()
    const limits = { maxEvents: 10, lingerMs: 0, busyLingerMs: 0, catchUpLingerMs: 0 }
    const targets = await prepareRebuild(database.pool, [a], { reuse: false })
    const ended = await buildAndSwap(
      deps({
        limits,
        pool: database.pool,
        onProgress: ({ events }) => {
          if (events > 0) ending.abort()
        },
      }),
      targets,
      ending.signal,
    ).catch((error: unknown) => error)
    expect(ended).to.be.instanceOf(DOMException)
    expect(await generations()).to.equal('g2 building, g1 live')
    const [begun] = await listGenerations(database.pool, [a])
    await rebuild([a], { limits })
    expect(log.subscriptions.at(-1)).not.to.equal('start')
    expect(await generations()).to.equal('g2 live, g1 previous')
    expect(begun?.position).not.to.equal(undefined)
    expect((await seen(a))['a-1']?.split(' ')).to.have.length(100)
  })

  it('tells how far it is', async () => {
    await (await start([a])).stop()
    for (let index = 0; index < 100; index += 1) append('a-1', `Event${index}`)
    const told: BuildProgress[] = []
    await rebuild([a], { onProgress: (progress) => told.push(progress) })
    expect(told.at(-1)).to.deep.equal({ projections: ['a'], phase: 'live', events: 100, fraction: 1 })
    expect([...new Set(told.map(({ phase }) => phase))]).to.include('loading')
  })

  it('builds the indexes', async () => {
    const indexed: Projection = {
      ...a,
      tables: [{ ...seenTable, indexes: ['(revision)', '(stream, revision)'] }],
    }
    await (await start([indexed])).stop()
    await rebuild([indexed])
    const { rows } = await database.pool.query(`SELECT FROM pg_indexes WHERE schemaname = 'a_g2'`)
    expect(rows).to.have.length(3)
  })

  it('is refused while another process does it', async () => {
    await (await start([a])).stop()
    append('a-1', 'One')
    const targets = await prepareRebuild(database.pool, [a], { reuse: false })
    let refused: unknown
    await buildAndSwap(
      deps({
        onProgress: () => {
          refused ??= buildAndSwap(deps(), targets, never).catch((error: unknown) => error)
        },
      }),
      targets,
      never,
    )
    expect(await refused).to.be.instanceOf(BuildTakenError)
  })

  it('keeps what was parked beside what could be taken', async () => {
    append('a-1', 'One', 'Bad', 'Three')
    const strict = seenProjection('a', 'a-', ({ type }) => {
      if (type === 'Bad') throw new Error('that is bad')
    })
    await (await start([strict])).stop()
    await rebuild([strict])
    expect(await seen(strict)).to.deep.equal({ 'a-1': 'One' })
    const { rows } = await database.pool.query('SELECT FROM projections.parked WHERE generation = 2')
    expect(rows).to.have.length(2)
  })

  describe('when code has changed', () => {
    const changed = seenProjection('a', 'a-', () => undefined, otherHome)

    it('begins by itself at start, while queries read what was live', async () => {
      const before = await start([a])
      append('a-1', 'One')
      await until(() => upToDate(a))
      await before.stop()
      await start([changed])
      expect(await seen(changed)).to.deep.equal({ 'a-1': 'One' })
      await until(async () => (await generations()) === 'g2 live, g1 previous')
      append('a-1', 'Two')
      await until(() => upToDate(changed))
      expect(await seen(changed)).to.deep.equal({ 'a-1': 'One Two' })
    })

    it('takes up what the code of before had live, where that comes back', async () => {
      await (await start([a])).stop()
      const second = await start([changed])
      await until(async () => (await generations()) === 'g2 live, g1 previous')
      append('a-1', 'One')
      await second.stop()
      await start([a])
      await until(async () => (await generations()) === 'g2 previous, g1 live')
      expect(await seen(a)).to.deep.equal({ 'a-1': 'One' })
    })

    it('is done once where two processes start at the same time', async () => {
      await (await start([a])).stop()
      for (let index = 0; index < 100; index += 1) append('a-1', `Event${index}`)
      await Promise.all([start([changed]), start([changed])])
      await until(async () => (await generations()) === 'g2 live, g1 previous')
      append('a-1', 'Last')
      await until(() => upToDate(changed))
      expect(await generations()).to.equal('g2 live, g1 previous')
    })

    it('keeps no more than the generation before', async () => {
      await (await start([a])).stop()
      await (await start([changed])).stop()
      await rebuild([changed])
      await start([seenProjection('a', 'a-', () => undefined, thirdHome)])
      await until(async () => (await generations()) === 'g3 live, g2 previous')
      const { rows } = await database.pool.query<{ nspname: string }>(
        `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'a\\_g%' ORDER BY nspname`,
      )
      expect(rows.map(({ nspname }) => nspname)).to.deep.equal(['a_g2', 'a_g3'])
    })
  })

  describe('when tables have changed', () => {
    const wider: Projection = {
      ...seenProjection('a', 'a-', () => undefined, otherHome),
      tables: [
        {
          ...seenTable,
          columns: { ...seenTable.columns, note: { ...text, sql: `text NOT NULL DEFAULT ''` } },
        },
      ],
    }

    it('is waited for at start, while processes of before go on with their own', async () => {
      await start([a])
      append('a-1', 'One')
      await until(() => upToDate(a))
      await start([wider])
      expect(await seen(wider)).to.deep.equal({ 'a-1': 'One' })
      expect(await generations()).to.equal('g2 live, g1 live')
      append('a-1', 'Two')
      await until(
        async () => (await seen(a))['a-1'] === 'One Two' && (await seen(wider))['a-1'] === 'One Two',
      )
    })
  })

  describe('that is taken back', () => {
    it('has queries read the rows of before, brought up to date', async () => {
      const projections = await start([a])
      append('a-1', 'One')
      await until(() => upToDate(a))
      await rebuild([a])
      await projections.stop()
      await database.pool.query(`UPDATE a_g2.seen SET types = '["Wrong"]'`)
      append('a-1', 'Two')
      await buildAndSwap(deps(), await prepareRollback(database.pool, [a]), never)
      expect(await seen(a)).to.deep.equal({ 'a-1': 'One Two' })
      expect(await generations()).to.equal('g2 previous, g1 live')
    })

    it('is refused where nothing is kept', async () => {
      await start([a])
      const error = await prepareRollback(database.pool, [a]).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(NoPreviousGenerationError).with.property('projection', 'a')
    })
  })
})
