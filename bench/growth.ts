import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { connectPostgres } from '../platform/postgres.ts'
import { connectShop, type Session } from '../cli/load/shop-client.ts'
import { eventually } from '../test/support/eventually.ts'
import { startShop } from '../test/support/running-shop.ts'
import { freePort } from '../test/support/servers.ts'
import { lawsFigure } from './checkout/figures.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { countsOf } from './measure/counts.ts'
import { embeddedDatabaseUrl } from './measure/embedded-database.ts'
import { PARTS } from './measure/processes.ts'
import { resultText, type Figure } from './measure/result.ts'
import { startSampler } from './measure/sampler.ts'
import { EVENTS_AN_ORDER, orderId } from './projections/history.ts'
import { percentile } from './projections/percentile.ts'
import { writeHistory } from './projections/write-history.ts'

// What an order costs when so many are in the store already: their history is written straight to the node, the shop is started on it,
// catches up, and gets orders and readers.

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000,10000,100000' },
    rate: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const READS = 300
const stages = countsOf('--orders', values.orders)

const dataDir = await benchFolder()

const bytesIn = async (folder: string): Promise<number> => {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    // a file of Postgres may go between the two
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      )
  }
  return bytes
}

/** Bytes of all tables and indexes. */
const bytesOfDatabase = async (url: string): Promise<number> => {
  const pool = connectPostgres(url, { applicationName: 'bench', logger: pino({ level: 'error' }) })
  const { rows } = await pool.query<{ bytes: number }>(
    'select pg_database_size(current_database())::float8 as bytes',
  )
  await pool.end()
  return rows[0]?.bytes ?? Number.NaN
}

const readTimes = async (staff: Session, path: () => string): Promise<number> => {
  const times: number[] = []
  for (let read = 0; read < READS; read += 1) {
    const began = performance.now()
    const { status } = await staff.get(path())
    if (status !== 200) throw new Error(`${path()} answered ${status}`)
    times.push(performance.now() - began)
  }
  return percentile(times, 95)
}

const measure = async (orders: number): Promise<Figure[]> => {
  const bytes = await bytesIn(join(dataDir, 'eventstore'))
  const began = performance.now()
  const postgresPort = await freePort()
  const shop = await startShop(dataDir, { POSTGRES_PORT: String(postgresPort) })
  const client = connectShop([new URL(shop.url).origin])
  try {
    const staff = await client.signIn('admin@demo.test', 'orderstream-demo')
    await eventually(async () => (await staff.get(`/orders/${orderId(orders - 1)}`)).status === 200, {
      withinMs: 20 * 60_000,
    })
    const caughtUp = (performance.now() - began) / 1_000
    const tables = await bytesOfDatabase(await embeddedDatabaseUrl(dataDir, postgresPort))
    const one = await readTimes(staff, () => `/orders/${orderId(Math.floor(Math.random() * orders))}`)
    const page = await readTimes(staff, () => '/orders?status=paid&limit=20')
    const sampler = startSampler(shop.pid)
    const { window, measured, findings } = await runLoad(new URL(shop.url).origin, [
      ...['--rate', values.rate, '--duration', `${values.seconds}s`, '--warm-up', '10s', '--mix', 'paid=100'],
    ]).result
    sampler.stop()
    const used = sampler.between(window.from, window.to)
    const placed = findings.paidPerSecond.mean * ((window.to - window.from) / 1_000)
    const cpu = PARTS.reduce((sum, part) => sum + used[part], 0) / placed
    return [
      {
        ...{ name: `${orders.toLocaleString('en')} orders: CPU of one more`, value: cpu, unit: 'ms' },
        note: `at ${findings.paidPerSecond.mean.toFixed(0)} of ${values.rate} orders/s`,
      },
      ...PARTS.map((part) => ({ name: `    ${part}`, value: used[part] / placed, unit: 'ms' })),
      { name: '  POST to 202, p95', value: measured.accepted.p95, unit: 'ms' },
      { name: '  POST to paid, p95', value: measured.paid.p95, unit: 'ms' },
      { name: '  one order, p95', value: one, unit: 'ms', note: 'over HTTP, one reader', bar: { below: 10 } },
      { name: '  a page of orders, p95', value: page, unit: 'ms', bar: { below: 25 } },
      { name: '  start until all is caught up', value: caughtUp, unit: 's' },
      {
        name: '  bytes in the event store an order',
        value: bytes / orders,
        unit: 'B',
        note: `${EVENTS_AN_ORDER} events, with their indexes`,
      },
      { name: '  bytes in Postgres an order', value: tables / orders, unit: 'B', note: 'tables and indexes' },
      lawsFigure(findings),
    ]
  } finally {
    await client.close()
    await shop.stop()
  }
}

const figures: Figure[] = []
try {
  let written = 0
  for (const orders of stages) {
    await writeHistory(dataDir, written, orders)
    written = orders
    figures.push(...(await measure(orders)))
  }
  process.stdout.write(
    `${resultText({ title: 'What an order costs as the store grows', figures }, values.json)}\n`,
  )
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
