import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { startPostgres } from '../embedded/postgres.ts'
import { connectEventStore } from '../eventstore/connect.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { createBookkeeping } from '../projections/bookkeeping.ts'
import { ensureGenerations } from '../projections/ensure-generations.ts'
import { createWaiting } from '../projections/index.ts'
import { getOrder, listOrders } from '../projections/orders/queries.ts'
import { allProjections } from '../projections/projections.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { cpuOfPostgres, peakMemory } from './measure/linux.ts'
import { resultText, type Figure } from './measure/result.ts'
import { EVENTS_AN_ORDER, orderId, placeOrders } from './projections/history.ts'
import { percentile } from './projections/percentile.ts'
import { registry } from './projections/registry.ts'

// Rebuild of all read models from an event store on disk, reads meanwhile and afterwards, and how far the read models are behind
// at the full rate. Everything runs on this one machine: event store node, Postgres, the rebuild, and this driver.

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const ORDERS = Math.ceil(Number(values.events) / EVENTS_AN_ORDER)

const dataDir = await benchFolder()
await chmod(dataDir, 0o711)
const logger = pino({ level: 'error' })
const node = fork('cli/eventstore-node.ts', ['--port', '0', '--data', join(dataDir, 'eventstore')], {
  execArgv: ['--import', 'tsx'],
  silent: true,
})
const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: 0, logger })
const [{ port }] = (await once(node, 'message')) as [{ port: number }]
const env = {
  ...process.env,
  ESDB_URL: `esdb://127.0.0.1:${port}?tls=false`,
  DATABASE_URL: postgres.url,
  LOG_LEVEL: 'warn',
}
const store = connectEventStore({ connectionString: env.ESDB_URL, registry, logger, deadlineMs: 60_000 })
const pool = connectPostgres(postgres.url, { applicationName: 'bench', logger })
const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** Milliseconds that each of these takes, one after the other, until `done`. */
const timed = async (work: () => Promise<unknown>, done: () => boolean): Promise<number[]> => {
  const times: number[] = []
  while (!done()) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  return times
}

const ended = async (child: ChildProcess): Promise<void> => {
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
}

const rebuild = async () => {
  const before = await cpuOfPostgres(postgres.pid)
  const began = performance.now()
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/projections.ts', 'rebuild', '--all'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let isOver = false
  let memory = 0
  const watch = setInterval(() => {
    memory = Math.max(memory, peakMemory(child.pid ?? 0))
  }, 200)
  const over = ended(child).finally(() => {
    isOver = true
    clearInterval(watch)
  })
  const reads = await timed(
    async () => {
      await listOrders(pool)
      await new Promise((resolve) => setTimeout(resolve, 20))
    },
    () => isOver,
  )
  await over
  const seconds = (performance.now() - began) / 1_000
  const postgresCpu = (await cpuOfPostgres(postgres.pid)) - before
  return { seconds, memory, postgresCpu, reads: reads.map((ms) => Math.max(ms - 20, 0)) }
}

/** Orders at a steady rate into running projections; how long after the append each event can be read. */
const keepUp = async (first: number) => {
  const child = fork('bench/projections/live.ts', [], { execArgv: ['--import', 'tsx'], env })
  await once(child, 'message')
  const waiting = createWaiting({ pool, logger })
  const lags: number[] = []
  const seconds = Number(values.seconds)
  const rate = Number(values.rate)
  const usedBefore = await cpuOfPostgres(postgres.pid)
  const began = performance.now()
  const pending: Promise<void>[] = []
  const STEP = 10
  for (let placed = 0; placed < seconds * rate; placed += STEP) {
    const due = began + (placed / rate) * 1_000
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    pending.push(
      placeOrders(store, first + placed, STEP, async ({ position }) => {
        const written = performance.now()
        if (!(await waiting.untilPosition('orders', position, 30_000))) throw new Error('30 s behind')
        lags.push(performance.now() - written)
      }),
    )
  }
  await Promise.all(pending)
  child.send('stop')
  const [{ cpuMs }] = (await once(child, 'message')) as [{ cpuMs: number }]
  const postgresCpu = (await cpuOfPostgres(postgres.pid)) - usedBefore
  await waiting.stop()
  const orders = seconds * rate
  return { lags, cpuAnOrder: cpuMs / orders, postgresCpuAnOrder: postgresCpu / orders }
}

try {
  say(`${ORDERS} orders, ${ORDERS * EVENTS_AN_ORDER} events`)
  const began = performance.now()
  for (let first = 0; first < ORDERS; first += 1_000) {
    await placeOrders(store, first, Math.min(1_000, ORDERS - first))
  }
  say(`written in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
  await pool.connect().then(async (client) => {
    await createBookkeeping(client)
    client.release()
  })
  await ensureGenerations(pool, allProjections)
  const built = await rebuild()
  const one: number[] = []
  const page: number[] = []
  for (let count = 0; count < 500; count += 1) {
    let done = false
    const once = (work: () => Promise<unknown>): Promise<number[]> => {
      done = false
      return timed(
        async () => {
          await work()
          done = true
        },
        () => done,
      )
    }
    one.push(...(await once(() => getOrder(pool, orderId(Math.floor(Math.random() * ORDERS))))))
    page.push(...(await once(() => listOrders(pool, { statuses: ['paid'], limit: 20 }))))
  }
  const live = await keepUp(ORDERS)
  const events = ORDERS * EVENTS_AN_ORDER
  const figures: Figure[] = [
    {
      ...{ name: 'rebuild of all read models', value: built.seconds, unit: 's' },
      ...(events >= 1_000_000 && { bar: { below: 120 } }),
      note: `${events.toLocaleString('en')} events`,
    },
    { name: '  events a second', value: events / built.seconds, unit: '/s', bar: { atLeast: 10_000 } },
    { name: '  memory at most', value: built.memory / 2 ** 20, unit: 'MiB', bar: { below: 512 } },
    {
      ...{ name: '  a page of orders meanwhile, p95', value: percentile(built.reads, 95), unit: 'ms' },
      note: `${built.reads.length} reads`,
    },
    {
      ...{ name: 'one order, p95', value: percentile(one, 95), unit: 'ms', bar: { below: 10 } },
      note: `of ${ORDERS.toLocaleString('en')} orders, as the API reads them, without HTTP`,
    },
    { name: 'a page of orders, p95', value: percentile(page, 95), unit: 'ms', bar: { below: 25 } },
    { name: 'lag, p50', value: percentile(live.lags, 50), unit: 'ms', note: `at ${values.rate} orders/s` },
    { name: 'lag, p95', value: percentile(live.lags, 95), unit: 'ms', bar: { below: 500 } },
    { name: 'CPU of live projections an order', value: live.cpuAnOrder, unit: 'ms' },
    { name: '  and of Postgres', value: live.postgresCpuAnOrder, unit: 'ms' },
  ]
  process.stdout.write(`${resultText({ title: 'Read models', figures }, values.json)}\n`)
} finally {
  await store.close()
  await pool.end()
  await postgres.stop()
  node.kill()
  await rm(dataDir, { recursive: true, force: true })
}
