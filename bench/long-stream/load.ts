import { pino } from 'pino'
import { inventory } from '../../commands/aggregates.ts'
import { createCommandHandler } from '../../commands/handle.ts'
import { openSnapshotStore } from '../../commands/snapshot-store.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { registry, SKU } from './product.ts'

// A new process that loads the product, and loads it again. With `--save` it takes a snapshot where it finds none.

/** In milliseconds. */
export interface Loads {
  /** Connections to both servers, each with its first answer. */
  readonly connect: number
  readonly first: number
  readonly again: number
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const logger = pino({ level: 'warn' })
const pool = connectPostgres(process.env['DATABASE_URL'] ?? '', { applicationName: 'bench', logger })
const store = connectEventStore({
  connectionString: process.env['ESDB_URL'] ?? '',
  registry,
  logger,
  deadlineMs: 60_000,
})
const connect = await timed(() => Promise.all([openSnapshotStore(pool), store.headPosition()]))
const snapshots = await openSnapshotStore(pool)
const isToSave = process.argv.includes('--save')
const handler = createCommandHandler({
  store,
  snapshots: {
    // each of several processes has to find the same snapshot, and the same events since
    store: isToSave ? snapshots : { ...snapshots, save: () => Promise.resolve() },
    onError: (error) => {
      throw error
    },
  },
})
const load = (): Promise<unknown> => handler.load(inventory, SKU)
const loads: Loads = { connect, first: await timed(load), again: await timed(load) }
process.send?.(loads)
await store.close()
await pool.end()
process.disconnect()
