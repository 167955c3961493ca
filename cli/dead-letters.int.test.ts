import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import { orders } from '../commands/aggregates.ts'
import { createCommandHandler } from '../commands/handle.ts'
import { placeOrder } from '../commands/place-order.ts'
import { receiveStock } from '../commands/receive-stock.ts'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { orderContracts } from '../domain/order/events.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { personalDataMigration } from '../eventstore/personal-data/tables.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { createProviders } from '../gateways/payments/providers.ts'
import { openSimulatorLedger } from '../gateways/payments/simulator-ledger.ts'
import { createSimulator } from '../gateways/payments/simulator.ts'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { ORDER_GROUP } from '../processes/index.ts'
import { startProjections } from '../projections/index.ts'
import { getSaga } from '../projections/sagas/queries.ts'
import { shopMigrations } from '../supporting/migrations.ts'
import { eventually } from '../test/support/eventually.ts'
import { createDatabase, startEventStore } from '../test/support/servers.ts'
import { runProgram, type Ended } from '../test/support/program.ts'

const masterKey = randomBytes(32).toString('base64')
const logger = pino({ level: 'silent' })

describe('the commands dead-letters and sagas', function () {
  this.timeout(120_000)
  let store: ConnectedEventStore
  let run: (program: 'dead-letters' | 'sagas', ...args: string[]) => Promise<Ended>
  let place: (paymentMethodId: string) => Promise<string>
  let statusOf: (orderId: string) => Promise<string>
  let known: (orderId: string) => Promise<unknown>
  let stop: () => Promise<void>

  before(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-dead-letters-'))
    const [node, database] = await Promise.all([startEventStore(), createDatabase()])
    await migrate(database.url, [...shopMigrations, personalDataMigration])
    store = connectEventStore({
      connectionString: node.url,
      registry: createRegistry(orderContracts, inventoryContracts, paymentContracts),
      logger,
    })
    const pool = connectPostgres(database.url, { applicationName: 'test', logger })
    const projections = await startProjections({ store, pool, logger, limits: { lingerMs: 1 } })
    const simulator = createSimulator(await openSimulatorLedger(pool))
    const handler = createCommandHandler({ store })
    const pricing = {
      shipping: [{ countries: '*' as const, fee: { amount: 490, currency: 'EUR' }, freeFrom: 5_000 }],
      tax: [{ countries: '*' as const, basisPoints: 1_900 }],
    }
    const deps = {
      handler,
      now: () => new Date(),
      providers: createProviders({ prefix: 'sim_', provider: simulator }),
      pricing,
      reservationMinutes: 15,
    }
    let commands = 0
    const context = () => {
      commands += 1
      const commandId = `command-${commands}`
      return {
        actor: { kind: 'customer', id: 'c1' } as const,
        correlationId: 'c',
        causationId: 'c',
        commandId,
      }
    }
    place = async (paymentMethodId) => {
      const sku = `sku-${commands}`
      const orderId = `01KAJ5Z4QW8X2N6T3R9V7C1B${String(commands).padStart(2, '0')}`
      await receiveStock(deps, { sku, quantity: 1, reference: 'first' }, context())
      const outcome = await placeOrder(
        deps,
        {
          ...{ orderId, customerId: 'c1', paymentMethodId },
          lines: [
            { productId: 'p', sku, name: 'A thing', quantity: 1, unitPrice: { amount: 1, currency: 'EUR' } },
          ],
          shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        },
        context(),
      )
      expect(outcome.accepted).to.equal(true)
      return orderId
    }
    statusOf = async (orderId) => (await handler.load(orders, orderId)).state.status
    known = (orderId) => eventually(async () => (await getSaga(pool, orderId, new Date())) !== undefined)
    run = (program, ...args) =>
      runProgram(`cli/${program}.ts`, args, {
        ...{ ESDB_URL: node.url, DATABASE_URL: database.url, DATA_DIR: dataDir, MASTER_KEY: masterKey },
      })
    stop = async () => {
      await projections.stop()
      await pool.end()
      await store.close()
      await Promise.all([node.stop(), database.stop()])
      await rm(dataDir, { recursive: true })
    }
  })
  after(() => stop())

  /** Orders whose first events a process manager could not handle. */
  const park = async (...orderIds: string[]): Promise<void> => {
    const stopping = new AbortController()
    const consuming = store.consumeGroup({
      ...{ group: ORDER_GROUP, eventTypes: ['OrderPlaced'], concurrency: 1, messageTimeoutMs: 30_000 },
      handle: () => Promise.resolve({ kind: 'park', reason: 'TypeError: boom', retries: 3 }),
      signal: stopping.signal,
    })
    await eventually(async () => (await store.readParked(ORDER_GROUP)).length === orderIds.length)
    stopping.abort()
    await consuming
  }

  it('list what is put aside, show it, replay it and discard it', async () => {
    expect(await run('dead-letters', 'list')).to.deep.equal({
      ...{ code: 0, output: 'There are no dead letters.\n', errors: '' },
    })
    const [good, declined] = [await place('sim_approve'), await place('sim_decline')]
    await park(good, declined)

    const listed = await run('dead-letters', 'list', '--json')
    const letters = listed.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; stream: string; cause: string; retries: number })
    expect(letters.map(({ stream }) => stream)).to.have.members([`order-${good}`, `order-${declined}`])
    const letter = letters.find(({ stream }) => stream === `order-${good}`)
    const other = letters.find(({ stream }) => stream === `order-${declined}`)
    if (letter === undefined || other === undefined) throw new Error('two are parked')
    expect(letter).to.include({ cause: 'TypeError: boom', retries: 3 })

    const table = (await run('dead-letters', 'list')).output
    expect(table).to.match(/^id +parked at +event +stream#revision +cause\n/)
    expect(table).to.contain(`OrderPlaced  order-${good}#0  TypeError: boom`)
    const shown = await run('dead-letters', 'show', letter.id)
    expect(shown.output).to.match(/could not be handled by +process order-processes/)
    expect(shown.output).to.match(/tried again +3 times/)

    const replayed = await run('dead-letters', 'replay', letter.id)
    expect(replayed).to.deep.equal({
      ...{ code: 0, output: `${letter.id} is handled: OrderPlaced, order-${good}#0\n`, errors: '' },
    })
    expect(await statusOf(good)).to.equal('paid')
    expect(await run('dead-letters', 'replay', letter.id)).to.deep.equal({
      ...{ code: 1, output: '' },
      errors: `orderstream: There is no dead letter ${letter.id}: see npm run dead-letters -- list.\n`,
    })
    expect((await run('dead-letters', 'discard', other.id)).output).to.equal(
      `${other.id} is discarded: OrderPlaced, order-${declined}#0\n`,
    )
    expect((await run('dead-letters', 'replay', '--all')).output).to.equal('There are no dead letters.\n')
    expect(await statusOf(declined)).to.equal('placed')
  })

  it('list orders under way and resume them', async () => {
    const orderId = await place('sim_approve')
    await known(orderId)
    const { output } = await run('sagas', 'list')
    expect(output).to.match(/^order +state +step +since +waits for\n/)
    expect(output).to.match(new RegExp(`^${orderId} +in flight +reserve`, 'm'))
    expect((await run('sagas', 'list', '--stuck')).output).to.equal('No order is stuck.\n')
    expect(await run('sagas', 'resume', orderId)).to.deep.equal({
      ...{ code: 0, output: `Order ${orderId} has moved: it is paid now\n`, errors: '' },
    })
    expect((await run('sagas', 'resume', orderId)).output).to.equal(
      `Order ${orderId} only waits for somebody: it is paid\n`,
    )
    expect(await run('sagas', 'resume', 'nobody')).to.deep.equal({
      ...{ code: 1, output: '', errors: 'orderstream: There is no order nobody.\n' },
    })
  })

  it('say in one sentence what can not be', async () => {
    for (const [args, sentence] of [
      [['lst'], 'There is no command "lst", only list, show, replay, discard.'],
      [['show'], 'show takes one id: see --help.'],
      [['replay'], 'replay takes one id, or --all: see --help.'],
      [['list', 'x'], 'list takes no id: see --help.'],
    ] as const) {
      const { code, errors } = await run('dead-letters', ...args)
      expect([code, errors]).to.deep.equal([2, `orderstream: ${sentence}\n`])
    }
    expect((await run('sagas', 'resume')).errors).to.equal(
      'orderstream: resume takes one order: see --help.\n',
    )
  })
})
