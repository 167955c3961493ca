import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { DEMO_PASSWORD } from '../cli/demo-shop.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { insertCustomers } from '../supporting/accounts/accounts.ts'
import { createPasswords } from '../supporting/accounts/passwords.ts'
import { eventually } from '../test/support/eventually.ts'
import { startOrderstream, type Orderstream } from '../test/support/orderstream.ts'
import { freePort } from '../test/support/servers.ts'
import { startShop } from '../test/support/running-shop.ts'
import { lawsFigure } from './checkout/figures.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { countsOf } from './measure/counts.ts'
import { embeddedDatabaseUrl } from './measure/embedded-database.ts'
import { PARTS } from './measure/processes.ts'
import { startSampler } from './measure/sampler.ts'
import { resultText, type Figure } from './measure/result.ts'

// The same load on 1, 2, 4 … instances of API and processes that share one event store, one Postgres, and one process of projections.
// All of it shares the cores of this machine: what is to be seen is what an order costs more the more instances there are.

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1,2,4' },
    rate: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '40' },
    idle: { type: 'string', default: '10' },
    /** How many of a hundred lines are for one product. */
    hot: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

/** Only the embedded default goes without limits of requests: the others take ten orders a second of a customer. */
const CUSTOMERS = Array.from({ length: 30 }, (_, number) => `instances-${number}@bench.test`)

const openAccounts = async (databaseUrl: string): Promise<void> => {
  const pool = connectPostgres(databaseUrl, { applicationName: 'bench', logger: pino({ level: 'error' }) })
  const createdAt = new Date()
  const accounts = CUSTOMERS.map((email) => ({ id: ulid(), email, name: 'Casey Customer', createdAt }))
  await insertCustomers(pool, accounts, await (await createPasswords()).hash(DEMO_PASSWORD))
  await pool.end()
}

/** Everything embedded, and whatever another instance needs to know to join it. */
const startFirst = async (dataDir: string) => {
  const [nodePort, postgresPort] = [await freePort(), await freePort()]
  const shop = await startShop(dataDir, {
    EVENTSTORE_PORT: String(nodePort),
    POSTGRES_PORT: String(postgresPort),
  })
  const kept = async (file: string): Promise<string> => (await readFile(join(dataDir, file), 'utf8')).trim()
  const env = {
    ESDB_URL: `esdb://127.0.0.1:${nodePort}?tls=false`,
    DATABASE_URL: await embeddedDatabaseUrl(dataDir, postgresPort),
    JWT_PRIVATE_KEY: await kept('jwt-private-key.pem'),
    MASTER_KEY: await kept('master-key'),
    SIMULATOR_WEBHOOK_SECRET: await kept('simulator-webhook-secret'),
    ...{ PAYMENT_PROVIDERS: 'simulator', PRICING_FILE: 'deploy/pricing.example.json' },
    ...{ SHOP_URL: 'http://localhost:3000', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'shop@example.com' },
    // 16 of them, and whoever looks in, share the 60 that the embedded Postgres has
    ...{ LOG_LEVEL: 'warn', DATABASE_CONNECTIONS: '2' },
  }
  await openAccounts(env.DATABASE_URL)
  return { shop, env }
}

interface Joined {
  readonly url: string
  readonly instance: Orderstream
}

const joinIt = async (dataDir: string, env: Readonly<Record<string, string>>): Promise<Joined> => {
  const port = String(await freePort())
  const instance = startOrderstream({
    ...{ dataDir, args: ['--roles', 'api,processes'], env: { ...env, PORT: port } },
  })
  const url = `http://127.0.0.1:${port}`
  // beside servers of others it tells its log alone that it is ready, and at this level not even that
  const isReady = async (): Promise<boolean> => {
    if (instance.process.exitCode !== null) return true
    return fetch(`${url}/health/ready`).then(({ ok }) => ok)
  }
  await eventually(isReady, { withinMs: 60_000 })
  if (instance.process.exitCode !== null)
    throw new Error(`It ended before it was ready:\n${instance.complaints()}`)
  return { url, instance }
}

const measure = async (instances: number): Promise<Figure[]> => {
  const dataDir = await benchFolder()
  const { shop, env } = await startFirst(dataDir)
  const others: Joined[] = []
  try {
    while (others.length < instances - 1) {
      others.push(await joinIt(join(dataDir, `instance-${randomUUID()}`), env))
    }
    const samplers = [shop.pid, ...others.map(({ instance }) => instance.pid)].map(startSampler)
    const idleFrom = Date.now()
    await delay(Number(values.idle) * 1_000)
    const idle = samplers
      .map((sampler) => sampler.between(idleFrom, Date.now()))
      .reduce((sum, one) => sum + PARTS.reduce((own, part) => own + one[part], 0), 0)
    const urls = [new URL(shop.url).origin, ...others.map(({ url }) => url)]
    const { window, measured, findings, asked } = await runLoad(
      urls.join(','),
      [
        ...['--rate', values.rate, '--duration', `${values.seconds}s`, '--warm-up', `${values['warm-up']}s`],
        ...['--mix', 'paid=100', ...(values.hot === undefined ? [] : ['--hot', values.hot])],
      ],
      { LOAD_CUSTOMER: CUSTOMERS.join(',') },
    ).result
    const { from, to } = window
    const orders = findings.paidPerSecond.mean * ((to - from) / 1_000)
    const used = samplers.map((sampler) => sampler.between(from, to))
    for (const sampler of samplers) sampler.stop()
    const cpu = (part: (typeof PARTS)[number]): number =>
      used.reduce((sum, one) => sum + one[part], 0) / orders
    return [
      {
        ...{ name: `${instances} ${instances === 1 ? 'instance' : 'instances'}: orders paid`, unit: '/s' },
        ...{ value: findings.paidPerSecond.mean, note: `of ${asked.rate} asked for` },
      },
      { name: '  CPU a second, idle', value: idle / Number(values.idle), unit: 'ms' },
      {
        name: '  CPU an order, all processes',
        value: PARTS.reduce((sum, part) => sum + cpu(part), 0),
        unit: 'ms',
      },
      ...PARTS.map((part) => ({ name: `    ${part}`, value: cpu(part), unit: 'ms' })),
      { name: '  POST to 202, p95', value: measured.accepted.p95, unit: 'ms' },
      { name: '  POST to paid, p95', value: measured.paid.p95, unit: 'ms' },
      lawsFigure(findings),
    ]
  } finally {
    for (const { instance } of others) instance.process.kill('SIGINT')
    await Promise.all(others.map(({ instance }) => instance.ended))
    await shop.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const figures: Figure[] = []
for (const instances of countsOf('--instances', values.instances)) {
  process.stderr.write(`${instances} …\n`)
  figures.push(...(await measure(instances)))
}
const title = `Instances of API and processes on one store, ${values.rate} orders/s`
process.stdout.write(`${resultText({ title, figures }, values.json)}\n`)
