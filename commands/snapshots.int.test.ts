import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { eventually } from '../test/support/eventually.ts'
import { createDatabase, startEventStore, type TestServer } from '../test/support/servers.ts'
import { inventory } from './aggregates.ts'
import { createCommandHandler, type CommandHandler } from './handle.ts'
import { openSnapshotStore, type Snapshot, type SnapshotStore } from './snapshot-store.ts'

const at = '2026-01-01T00:00:00.000Z'

describe('snapshots', () => {
  let server: TestServer
  let database: TestServer
  let pool: Pool
  let store: ConnectedEventStore
  let snapshots: SnapshotStore
  let sku: string
  let errors: unknown[]

  before(async () => {
    ;[server, database] = await Promise.all([startEventStore(), createDatabase()])
    pool = connectPostgres(database.url, { applicationName: 'test', logger: pino({ level: 'silent' }) })
    snapshots = await openSnapshotStore(pool)
    store = connectEventStore({
      connectionString: server.url,
      registry: createRegistry(inventoryContracts),
      logger: pino({ level: 'silent' }),
    })
  })
  after(async () => {
    await store.close()
    await pool.end()
    await Promise.all([server.stop(), database.stop()])
  })
  beforeEach(() => {
    sku = ulid()
    errors = []
  })

  /** A handler with an empty cache, and how many events it has read. */
  const coldHandler = (kept: SnapshotStore = snapshots): { handler: CommandHandler; read: () => number } => {
    let read = 0
    const handler = createCommandHandler({
      store: {
        ...store,
        readStream: async (stream, options) => {
          const slice = await store.readStream(stream, options)
          read += slice.events.length
          return slice as never
        },
      },
      snapshots: { store: kept, onError: (error) => errors.push(error) },
    })
    return { handler, read: () => read }
  }

  const receive = async (handler: CommandHandler, times: number, first = 0): Promise<void> => {
    await Promise.all(
      Array.from({ length: times }, (_, index) =>
        handler.handle(
          inventory,
          sku,
          { type: 'ReceiveStock', sku, quantity: 1, reference: `delivery ${first + index}`, at },
          {
            actor: { kind: 'staff', id: 's' },
            correlationId: 'c',
            causationId: 'c',
            commandId: `command-${first + index}`,
          },
        ),
      ),
    )
  }

  const latest = (): Promise<Snapshot | undefined> =>
    snapshots.load(`inventory-${sku}`, inventory.snapshots?.foldHash ?? '')
  const snapshotTaken = (): Promise<unknown> => eventually(latest)

  it('spare a cold process the events before them, and change nothing', async () => {
    await receive(coldHandler().handler, 1_200)
    await coldHandler().handler.load(inventory, sku)
    await eventually(async () => ((await latest())?.revision ?? 0n) >= 1_150n)
    const { handler, read } = coldHandler()
    const { state, revision } = await handler.load(inventory, sku)
    expect(state.available).to.equal(1_200)
    expect(revision).to.equal(1_199n)
    expect(read()).to.be.lessThan(50)
    const bare = await createCommandHandler({ store }).load(inventory, sku)
    expect(inventory.snapshots?.toSnapshot(state)).to.deep.equal(inventory.snapshots?.toSnapshot(bare.state))
    expect(errors).to.deep.equal([])
  })

  it('remember the commands that were done', async () => {
    await receive(coldHandler().handler, 600)
    await snapshotTaken()
    await receive(coldHandler().handler, 1, 599)
    expect((await store.readStream(`inventory-${sku}`)).revision).to.equal(599n)
  })

  it('are ignored where another code made them', async () => {
    await receive(coldHandler().handler, 600)
    await snapshotTaken()
    await pool.query(
      `UPDATE snapshots.states SET fold_hash = 'old', state = '{"available": 7}' WHERE stream = $1`,
      [`inventory-${sku}`],
    )
    const { handler, read } = coldHandler()
    expect((await handler.load(inventory, sku)).state.available).to.equal(600)
    expect(read()).to.equal(600)
  })

  it('are read around where they are broken, and that is told', async () => {
    await receive(coldHandler().handler, 600)
    await snapshotTaken()
    await pool.query(`UPDATE snapshots.states SET state = '{"available": 7}' WHERE stream = $1`, [
      `inventory-${sku}`,
    ])
    const { handler } = coldHandler()
    expect((await handler.load(inventory, sku)).state.available).to.equal(600)
    expect(errors).to.have.length(1)
  })

  it('do not keep a command from being done where their store is away', async () => {
    const away: SnapshotStore = {
      load: () => Promise.reject(new Error('away')),
      save: () => Promise.reject(new Error('away')),
    }
    await receive(coldHandler(away).handler, 600)
    expect((await store.readStream(`inventory-${sku}`)).revision).to.equal(599n)
    await eventually(() => errors.length >= 2)
  })

  it('are taken one at a time, however fast a stream grows', async () => {
    let begun = 0
    let written = (): void => undefined
    const slow: SnapshotStore = {
      load: snapshots.load,
      save: () => {
        begun += 1
        return new Promise((resolve) => (written = resolve))
      },
    }
    const { handler } = coldHandler(slow)
    for (let round = 0; round < 5; round += 1) await receive(handler, 60, round * 60)
    expect(begun).to.equal(1)
    written()
    await eventually(async () => {
      await receive(handler, 60, 1_000 * Math.random())
      return begun > 1
    })
  })

  it('never go back to an older one', async () => {
    const stream = `inventory-${sku}`
    const snapshot = (revision: bigint): Parameters<SnapshotStore['save']>[1] => ({
      foldHash: 'h',
      revision,
      position: { commit: 2n ** 63n, prepare: 2n ** 63n - 1n },
      state: { revision: revision.toString() },
      recentCommands: [
        ['a', 1],
        ['b', 2],
      ],
      hasOlderCommands: true,
    })
    await snapshots.save(stream, snapshot(10n))
    await snapshots.save(stream, snapshot(5n))
    expect(await snapshots.load(stream, 'h')).to.deep.equal(snapshot(10n))
  })
})
