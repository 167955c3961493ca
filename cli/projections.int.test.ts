import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { startProjections, type RunningProjections } from '../projections/index.ts'
import { getInventory } from '../projections/inventory/queries.ts'
import { stockReceived } from '../projections/testing/histories.ts'
import { until } from '../projections/testing/database.ts'
import { createDatabase, startEventStore, type TestServer } from '../test/support/servers.ts'
import { runProgram, type Ended } from '../test/support/program.ts'

const logger = pino({ level: 'silent' })

describe('The command projections', function () {
  this.timeout(60_000)
  let node: TestServer
  let database: TestServer
  let store: ConnectedEventStore
  let pool: pg.Pool
  let projections: RunningProjections
  before(async () => {
    ;[node, database] = await Promise.all([startEventStore(), createDatabase()])
    store = connectEventStore({
      connectionString: node.url,
      registry: createRegistry(inventoryContracts),
      logger,
    })
    pool = new pg.Pool({ connectionString: database.url })
    projections = await startProjections({ store, pool, logger })
    const metadata = {
      ...{ $correlationId: 'test', $causationId: 'test', commandId: 'test' },
      actor: { kind: 'system' as const, id: 'tests' },
    }
    for (const sku of ['lamp', 'desk']) {
      const event = { ...stockReceived(sku, 10), id: crypto.randomUUID(), metadata }
      await store.append(`inventory-${sku}`, [event], 'no_stream')
    }
    await until(async () => (await getInventory(pool, 'desk'))?.onHand === 10)
  })
  after(async () => {
    await projections.stop()
    await pool.end()
    await store.close()
    await Promise.all([node.stop(), database.stop()])
  })

  const run = (...args: string[]): Promise<Ended> =>
    runProgram('cli/projections.ts', args, { ESDB_URL: node.url, DATABASE_URL: database.url })

  it('tells how far each read model is', async () => {
    const { code, output } = await run('status')
    expect(code).to.equal(0)
    expect(output.split('\n')[0]).to.match(
      /^read model +state +position +events +rate +lag +parked +written$/,
    )
    expect(output).to.match(/^inventory g1 +live +\d+ +2 .*yes$/m)
    const lines = (await run('status', '--json')).output.trim().split('\n')
    const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const inventory = all.find(({ projection }) => projection === 'inventory')
    expect(inventory).to.include({ generation: 1, events: '2' })
  })

  it('builds a read model anew while the shop goes on', async () => {
    await pool.query('UPDATE inventory_g1.inventory SET on_hand = 0')
    const { code, output, errors } = await run('rebuild', 'inventory')
    expect({ code, output }).to.deep.equal({ code: 0, output: 'live: inventory g2\n' })
    expect(errors).to.match(/100 % .* live: inventory\n$/)
    expect((await getInventory(pool, 'desk'))?.onHand).to.equal(10)
  })

  it('says in one sentence what it can not do', async () => {
    const sentence = 'There is no command "rebuld": see --help.'
    expect(await run('rebuld')).to.deep.equal({ code: 1, output: '', errors: `orderstream: ${sentence}\n` })
  })
})
