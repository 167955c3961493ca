import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import type pg from 'pg'
import { pino } from 'pino'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { orderContracts } from '../domain/order/events.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { walletContracts } from '../domain/wallet/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { openKeyStore } from '../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../eventstore/personal-data/master-key.ts'
import { personalDataMigration } from '../eventstore/personal-data/tables.ts'
import { createRegistry } from '../eventstore/registry.ts'
import type { DomainEvent } from '../eventstore/types.ts'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { startProjections, type RunningProjections } from '../projections/index.ts'
import { getInventory } from '../projections/inventory/queries.ts'
import { getOrder, listOrders } from '../projections/orders/queries.ts'
import { paidOrder, stockReceived } from '../projections/testing/histories.ts'
import { until } from '../projections/testing/database.ts'
import { createDatabase, startEventStore, type TestServer } from '../test/support/servers.ts'
import { programOf } from '../test/support/program.ts'

const logger = pino({ level: 'silent' })
const KILLS = Number(process.env['REBUILD_KILLS'] ?? 2)
const BATCH = 500
/** Between two deliveries and between two queries: the event store runs in this process, and has to serve the other one, too. */
const PACE_MS = 20

describe('A rebuild in a process of its own, of a shop whose personal data is encrypted', function () {
  this.timeout(KILLS * 20_000 + 60_000)
  const secret = randomBytes(32)
  let node: TestServer
  let database: TestServer
  let store: ConnectedEventStore
  let pool: pg.Pool
  let projections: RunningProjections
  let emptyFolder: string

  before(async () => {
    ;[node, database] = await Promise.all([startEventStore(), createDatabase()])
    emptyFolder = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
    await migrate(database.url, [personalDataMigration])
    pool = connectPostgres(database.url, { applicationName: 'test', logger, max: 15 })
    store = connectEventStore({
      connectionString: node.url,
      registry: createRegistry(orderContracts, inventoryContracts, paymentContracts, walletContracts),
      personalData: await openKeyStore({ pool, masterKeys: [masterKeyOf(secret)] }),
      logger,
    })
    projections = await startProjections({ store, pool, logger })
    await Promise.all(['o1', 'o2', 'o3'].map(order))
    for (let item = 0; item < 10; item += 1) await receive(`item-${item}`, BATCH)
    await until(async () => (await getInventory(pool, 'item-9'))?.onHand === BATCH)
  })
  after(async () => {
    await projections.stop()
    await store.close()
    await pool.end()
    await Promise.all([node.stop(), database.stop(), rm(emptyFolder, { recursive: true })])
  })

  const append = async (stream: string, events: readonly DomainEvent[]): Promise<void> => {
    const metadata = {
      ...{ $correlationId: 'test', $causationId: 'test', commandId: 'test' },
      actor: { kind: 'system' as const, id: 'tests' },
    }
    await store.append(
      stream,
      events.map((event) => ({ ...event, id: randomUUID(), metadata })),
      'any',
    )
  }
  const receive = (sku: string, times: number): Promise<void> =>
    append(`inventory-${sku}`, Array<DomainEvent>(times).fill(stockReceived(sku, 1)))
  const order = async (id: string): Promise<void> => {
    for (const [stream, event] of paidOrder(id)) await append(stream, [event])
  }
  /** The command as it is typed. */
  const start = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
    spawn(process.execPath, [...programOf('cli/projections.ts'), ...args], {
      env: { ...process.env, ESDB_URL: node.url, DATABASE_URL: database.url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const run = async (...args: string[]): Promise<{ code: unknown; output: string; errors: string }> => {
    const child = start(args, { MASTER_KEY: secret.toString('base64') })
    return ended(child)
  }
  const ended = async (child: ChildProcess): Promise<{ code: unknown; output: string; errors: string }> => {
    const texts = { output: '', errors: '' }
    child.stdout?.on('data', (data) => (texts.output += String(data)))
    child.stderr?.on('data', (data) => (texts.errors += String(data)))
    const [code] = (await once(child, 'close')) as [unknown]
    return { code, ...texts }
  }
  const begun = async (): Promise<{ number: number; events: number } | undefined> => {
    const { rows } = await pool.query<{ number: number; events: number }>(
      `SELECT number, events::integer FROM projections.generations WHERE projection = 'inventory' AND state = 'building'`,
    )
    return rows[0]
  }

  it('is refused without the key, for it would take what is encrypted for unreadable', async () => {
    const { code, errors } = await ended(start(['rebuild', '--all'], { DATA_DIR: emptyFolder }))
    expect({ code, errors }).to.deep.equal({
      code: 1,
      errors: `orderstream: Personal data in events is encrypted, and there is no master key in ${join(emptyFolder, 'master-key')}: set MASTER_KEY, or DATA_DIR to the shop's directory.\n`,
    })
    expect(await begun()).to.equal(undefined)
  })

  it(`killed ${KILLS} times at random, goes on from where it was, while orders pour in and queries are served`, async () => {
    const done = new AbortController()
    let poured = 0
    const pour = (async () => {
      while (!done.signal.aborted) {
        await receive('poured', 5)
        poured += 5
        await setTimeout(PACE_MS)
      }
    })()
    const answers: number[] = []
    const ask = (async () => {
      while (!done.signal.aborted) {
        answers.push((await getInventory(pool, 'poured'))?.onHand ?? 0)
        expect((await listOrders(pool)).items).to.have.length(3)
        expect((await getInventory(pool, 'item-9'))?.onHand).to.equal(BATCH)
        await setTimeout(PACE_MS)
      }
    })()
    const numbers = new Set<number>()
    let reached = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = start(['rebuild', '--all'], { MASTER_KEY: secret.toString('base64') })
      const gone = ended(child)
      let isOver = false
      void gone.then(() => (isOver = true))
      await until(async () => isOver || ((await begun())?.events ?? -1) > reached || kill > 0)
      // from the first batch to the swap
      await setTimeout(randomInt(kill === 0 ? 50 : 2_000))
      child.kill('SIGKILL')
      await gone
      const at = await begun()
      if (at === undefined) break
      numbers.add(at.number)
      expect(at.events).to.be.at.least(reached)
      reached = at.events
    }
    expect(numbers.size).to.be.at.most(1)
    const last = await run('rebuild', '--all')
    done.abort()
    await Promise.all([pour, ask])
    expect(last.code).to.equal(0)
    const live = /inventory g(\d+)/.exec(last.output)?.[1]
    if (numbers.size === 1) expect([...numbers].map(String)).to.deep.equal([live])

    await until(async () => (await getInventory(pool, 'poured'))?.onHand === poured)
    expect(answers).to.deep.equal([...answers].sort((a, b) => a - b))
    expect((await getOrder(pool, 'o1'))?.shippingAddress).to.have.property('city')
    expect((await projections.status()).every(({ parked }) => parked.events === 0)).to.equal(true)
    const verified = await run('verify')
    expect({ ...verified, output: '' }).to.deep.equal({ code: 0, output: '', errors: verified.errors })
    expect(verified.output).to.match(/^orders: \d+ rows, 0 different, 0 events parked$/m)
  })
})
