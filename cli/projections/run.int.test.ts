import { expect } from 'chai'
import { pino } from 'pino'
import type { EventStore } from '../../eventstore/types.ts'
import { startProjections, type RunningProjections } from '../../projections/index.ts'
import { inventoryProjection } from '../../projections/inventory/projection.ts'
import { getInventory } from '../../projections/inventory/queries.ts'
import { startDatabase, until, type TestDatabase } from '../../projections/testing/database.ts'
import { createEventLog } from '../../projections/testing/event-log.ts'
import { stockReceived } from '../../projections/testing/histories.ts'
import { StartError } from '../start/start-error.ts'
import { readArguments } from './arguments.ts'
import { run } from './run.ts'

const known = [inventoryProjection]

describe('the commands of projections', () => {
  let database: TestDatabase
  let store: EventStore
  let projections: RunningProjections
  beforeEach(async () => {
    database = await startDatabase()
    const log = createEventLog()
    for (const sku of ['lamp', 'desk']) log.append(`inventory-${sku}`, stockReceived(sku, 10))
    store = {
      ...log,
      append: () => Promise.reject(new Error('nothing is appended here')),
      close: () => Promise.resolve(),
    }
    const { pool } = database
    projections = await startProjections({
      store,
      pool,
      logger: pino({ level: 'silent' }),
      projections: known,
    })
    await until(async () => (await getInventory(pool, 'desk'))?.onHand === 10)
  })
  afterEach(async () => {
    await projections.stop()
    await database.stop()
  })

  const typed = async (...args: string[]): Promise<string> => {
    const lines: string[] = []
    await run(
      {
        ...{
          store,
          pool: database.pool,
          logger: pino({ level: 'silent' }),
          signal: new AbortController().signal,
        },
        ...{ say: (line) => lines.push(line), progress: { write: () => true } },
      },
      readArguments(args, known),
    )
    return lines.join('\n')
  }
  const refused = async (...args: string[]): Promise<string> => {
    const error = await typed(...args).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(StartError)
    return error instanceof Error ? error.message : ''
  }
  const breakRow = async (schema: string): Promise<void> => {
    await database.pool.query(`UPDATE ${schema}.inventory SET on_hand = 7 WHERE sku = 'lamp'`)
  }

  it('tell how far each read model is', async () => {
    const [headings, line] = (await typed('status')).split('\n')
    expect(headings).to.match(/^read model +state +position +events +rate +lag +parked +written$/)
    expect(line).to.match(/^inventory g1 +live +200 +2 .*yes$/)
    expect(JSON.parse(await typed('status', '--json'))).to.include({
      ...{ projection: 'inventory', generation: 1, events: '2', position: '200/200' },
    })
  })

  it('build a read model anew, and take it back', async () => {
    await breakRow('inventory_g1')
    expect(await typed('rebuild', 'inventory')).to.equal('live: inventory g2')
    expect((await getInventory(database.pool, 'lamp'))?.onHand).to.equal(10)
    expect(await typed('rollback', 'inventory')).to.equal('live: inventory g1')
    expect((await getInventory(database.pool, 'lamp'))?.onHand).to.equal(7)
  })

  it('refuse to take back where nothing is kept', async () => {
    expect(await refused('rollback', '--all')).to.equal(
      'No generation of inventory with the tables of today is kept from before.',
    )
  })

  it('report rows that are not what the events say', async () => {
    expect(await typed('verify')).to.equal('inventory: 4 rows, 0 different, 0 events parked')
    await breakRow('inventory_g1')
    const lines: string[] = []
    const { pool } = database
    const error = await run(
      {
        ...{ store, pool, logger: pino({ level: 'silent' }), signal: new AbortController().signal },
        ...{ say: (line) => lines.push(line), progress: { write: () => true } },
      },
      readArguments(['verify'], known),
    ).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('message', '1 rows are not what the events say: rebuild them.')
    expect(lines).to.deep.equal([
      'inventory.inventory lamp: different\n  on_hand is 7, should be 10',
      'inventory: 4 rows, 1 different, 0 events parked',
    ])
  })

  it('list what is parked, and give it to its projector once more', async () => {
    expect(await typed('parked')).to.equal('Nothing is parked.')
    expect(await refused('replay', 'inventory', 'inventory-lamp')).to.equal(
      'No event of inventory-lamp is parked in inventory.',
    )
    await database.pool.query(
      `INSERT INTO projections.parked VALUES ('inventory', 1, 'inventory-lamp', 0, 'id', 'StockReceived', 1, 1, 'failed', 'Error: no')`,
    )
    expect((await typed('parked')).split('\n')[1]).to.match(
      /^inventory +inventory-lamp@0 +StockReceived +failed: Error: no$/,
    )
    expect(JSON.parse(await typed('parked', '--json'))).to.include({
      stream: 'inventory-lamp',
      revision: '0',
    })
    expect(await typed('replay', 'inventory', 'inventory-lamp')).to.equal(
      '1 events of inventory-lamp are in inventory now',
    )
  })
})
