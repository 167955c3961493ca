import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { openKeyStore } from '../../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../../eventstore/personal-data/master-key.ts'
import { loadConfig } from '../../platform/config.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { resumeByHand } from '../../processes/index.ts'
import { startProjections } from '../../projections/index.ts'
import { listOrders } from '../../projections/orders/queries.ts'
import { cheapPasswords } from '../../supporting/testing/shop-database.ts'
import { createDatabase, startEventStore, type TestServer } from '../../test/support/servers.ts'
import { verifyHistory } from '../audit/verify.ts'
import { createCommands } from '../start/commands.ts'
import { connectStore, migrateShop } from '../start/connections.ts'
import { loadPricingRules } from '../start/pricing.ts'
import { StartError } from '../start/start-error.ts'
import type { SeedSizes } from './plan.ts'
import { refuseRunningShop, refuseSeededShop } from './refusals.ts'
import { seedShop, type SeedProgress } from './seed-shop.ts'
import { createSimulatedTime } from './simulated-time.ts'

const logger = pino({ level: 'silent' })
const UNTIL = new Date('2030-06-01T00:00:00.000Z')
const SIZES: SeedSizes = { products: 50, orders: 100, months: 2, until: UNTIL, seed: 7 }
const FROM = new Date('2030-04-02T00:00:00.000Z')

describe('A shop that is seeded', function () {
  this.timeout(180_000)
  const time = createSimulatedTime()
  const told: SeedProgress[] = []
  let servers: readonly TestServer[]
  let database: TestServer
  let pool: Pool
  let store: ConnectedEventStore
  let commands: PlaceOrderDeps

  const seed = async (signal = new AbortController().signal, sizes = SIZES): Promise<void> => {
    const resume = (orderId: string): ReturnType<typeof resumeByHand> =>
      resumeByHand({ ...commands, store }, orderId)
    const onProgress = (progress: SeedProgress): void => void told.push(progress)
    const passwords = await cheapPasswords()
    await seedShop({ pool, commands, time, passwords, resume, signal, onProgress }, sizes)
  }
  const eventTypes = async (): Promise<string[]> => {
    const stopping = new AbortController()
    const types: string[] = []
    const streamPrefixes = ['order-', 'payment-', 'inventory-', 'wallet-']
    for await (const item of store.subscribeToAll({
      from: 'start',
      streamPrefixes,
      signal: stopping.signal,
    })) {
      if (item.kind === 'event') types.push(item.event.type)
      if (item.kind === 'caught_up') stopping.abort()
    }
    return types.toSorted()
  }

  before(async () => {
    const node = await startEventStore()
    database = await createDatabase()
    servers = [node, database]
    await migrateShop({ url: database.url, embeddedPort: undefined }, new AbortController().signal, logger)
    pool = connectPostgres(database.url, { applicationName: 'test', logger })
    const personalData = await openKeyStore({ pool, masterKeys: [masterKeyOf(randomBytes(32))] })
    ;({ store } = await connectStore({ url: node.url }, new AbortController().signal, logger, personalData))
    ;({ commands } = await createCommands({
      ...{ store, pool, clock: time.clock, logger, metrics: createMetrics() },
      config: loadConfig({ SIMULATOR_WEBHOOK_SECRET: 'for-tests-only-1234' }),
      pricing: await loadPricingRules(undefined),
    }))
  })
  after(async () => {
    await store.close()
    await pool.end()
    await Promise.all(servers.map((server) => server.stop()))
  })

  it('is refused while a shop runs on the same database', async () => {
    await refuseRunningShop(pool)
    const running = connectPostgres(database.url, { applicationName: 'orderstream-api', logger })
    await running.query('select 1')
    const failure: unknown = await refuseRunningShop(pool).catch((error: unknown) => error)
    await running.end()
    expect(failure).to.be.instanceOf(StartError)
    expect(String(failure)).to.contain('is running: stop it')
  })

  it('is as planned, goes on where it was interrupted, and obeys every law', async () => {
    await refuseSeededShop(pool)
    const interrupted = new AbortController()
    told.length = 0
    const half = (async () => {
      while (told.filter(({ phase }) => phase === 'orders').length < 20) await new Promise(setImmediate)
      interrupted.abort()
    })()
    const failure: unknown = await seed(interrupted.signal).catch((error: unknown) => error)
    await half
    expect(String(failure)).to.contain('--again goes on from here')
    const refusal: unknown = await refuseSeededShop(pool).catch((error: unknown) => error)
    expect(String(refusal)).to.contain('was seeded before')

    await seed()
    expect(told.at(-1)).to.deep.equal({ phase: 'orders', done: 100, of: 100 })
    const types = await eventTypes()
    expect(types.filter((type) => type === 'OrderPlaced')).to.have.length(100)
    expect(new Set(types)).to.include.keys(
      ...[
        'OrderPaid',
        'OrderCompleted',
        'PaymentDeclined',
        'OrderCancelled',
        'RefundSettled',
        'StockReturned',
      ],
      ...['ShipmentDispatched', 'ShipmentDelivered', 'WalletToppedUp'],
    )
    // the same once more adds nothing
    await seed()
    expect(await eventTypes()).to.deep.equal(types)

    const projections = await startProjections({ store, pool, logger })
    const lines: string[] = []
    try {
      await verifyHistory(
        {
          ...{ store, pool, signal: new AbortController().signal, patienceMs: 60_000 },
          output: { line: (text) => Promise.resolve(void lines.push(text)), width: undefined },
          progress: { write: () => true },
        },
        { json: true, keep: 10 },
      )
    } finally {
      await projections.stop()
    }
    const report = JSON.parse(lines.join('\n')) as { counts?: object; findings: unknown[] }
    expect(report.findings).to.deep.equal([])

    const { items } = await listOrders(pool, { limit: 100 })
    const times = items.map(({ placedAt }) => new Date(placedAt).toISOString()).toSorted()
    expect(times).to.have.length(100)
    for (const at of times) expect(new Date(at)).to.be.within(FROM, UNTIL)
    expect(new Set(items.map(({ status }) => status))).to.include.keys('completed', 'cancelled', 'delivered')
    const { rows } = await pool.query<{ products: number; categories: number; dearer: number }>(
      `select (select count(*)::int from shop.products) as products,
        (select count(*)::int from shop.categories where parent_id is not null) as categories,
        (select count(*)::int - 50 from shop.prices) as dearer`,
    )
    expect(rows[0]).to.include({ products: 50, categories: 17 })
    expect(rows[0]?.dearer).to.be.gt(0)
  })
})
