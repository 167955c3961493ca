import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { openKeyStore } from '../../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../../eventstore/personal-data/master-key.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { startProjections } from '../../projections/index.ts'
import { listOrders } from '../../projections/orders/queries.ts'
import { cheapPasswords } from '../../supporting/testing/shop-database.ts'
import { createDatabase, startEventStore, type TestServer } from '../../test/support/servers.ts'
import { verifyHistory } from '../audit/verify.ts'
import { connectStore, migrateShop } from '../start/connections.ts'
import { loadPricingRules } from '../start/pricing.ts'
import { StartError } from '../start/start-error.ts'
import type { SeedSizes } from './plan.ts'
import { refuseRunningShop, refuseSeededShop } from './refusals.ts'
import { seedShop, type SeedProgress } from './seed-shop.ts'

const logger = pino({ level: 'silent' })
const UNTIL = new Date('2030-06-01T00:00:00.000Z')
const SIZES: SeedSizes = { products: 50, orders: 100, months: 2, until: UNTIL, seed: 7 }
const FROM = new Date('2030-04-02T00:00:00.000Z')

describe('A shop that is seeded', function () {
  this.timeout(180_000)
  const told: SeedProgress[] = []
  let onTold: (progress: SeedProgress) => void = () => undefined
  let servers: readonly TestServer[]
  let database: TestServer
  let pool: Pool
  let store: ConnectedEventStore

  const seed = async (signal = new AbortController().signal, sizes = SIZES): Promise<void> => {
    const onProgress = (progress: SeedProgress): void => {
      told.push(progress)
      onTold(progress)
    }
    const passwords = await cheapPasswords()
    const pricing = await loadPricingRules(undefined)
    await seedShop(
      { pool, store, passwords, pricing, reservationMinutes: 15, chapter: 100, signal, onProgress },
      sizes,
    )
  }
  /** What there is of the seed's, in the order of `$all`. */
  const history = async (): Promise<StoredEvent[]> => {
    const stopping = new AbortController()
    const events: StoredEvent[] = []
    const streamPrefixes = ['order-', 'payment-', 'inventory-', 'wallet-']
    for await (const item of store.subscribeToAll({
      from: 'start',
      streamPrefixes,
      signal: stopping.signal,
    })) {
      if (item.kind === 'event') events.push(item.event)
      if (item.kind === 'caught_up') stopping.abort()
    }
    return events
  }

  before(async () => {
    const node = await startEventStore()
    database = await createDatabase()
    servers = [node, database]
    await migrateShop({ url: database.url, embeddedPort: undefined }, new AbortController().signal, logger)
    pool = connectPostgres(database.url, { applicationName: 'test', logger })
    const personalData = await openKeyStore({ pool, masterKeys: [masterKeyOf(randomBytes(32))] })
    ;({ store } = await connectStore({ url: node.url }, new AbortController().signal, logger, personalData))
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
    onTold = ({ events }) => {
      if (events > 500) interrupted.abort()
    }
    const failure: unknown = await seed(interrupted.signal).catch((error: unknown) => error)
    onTold = () => undefined
    expect(String(failure)).to.contain('--again goes on from here')
    const begun = await history()
    expect(begun).to.have.length.above(500)
    const refusal: unknown = await refuseSeededShop(pool).catch((error: unknown) => error)
    expect(String(refusal)).to.contain('was seeded before')

    await seed()
    const all = await history()
    expect(told.at(-1)).to.include({ phase: 'orders', done: 100, of: 100 })
    expect(all.slice(0, begun.length).map(({ id }) => id)).to.deep.equal(begun.map(({ id }) => id))
    const types = all.map(({ type }) => type)
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
    expect((await history()).map(({ id }) => id)).to.deep.equal(all.map(({ id }) => id))
    const { rows: books } = await pool.query<{ captures: number }>(
      "select count(*)::int as captures from simulator.entries where operation = 'capture'",
    )
    const byCard = all.filter(({ type, data }) => {
      return type === 'PaymentInitiated' && (data as { provider: string }).provider === 'simulator'
    }).length
    expect(books[0]?.captures).to.be.within(1, byCard)

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
