import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { v4 as uuid } from 'uuid'
import { inventory } from '../commands/aggregates.ts'
import { openSnapshotStore } from '../commands/snapshot-store.ts'
import type { InventoryEvent } from '../domain/inventory-item/events.ts'
import { connectEventStore } from '../eventstore/connect.ts'
import type { NewEvent } from '../eventstore/types.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { eventually } from '../test/support/eventually.ts'
import { createDatabase } from '../test/support/servers.ts'
import { startNode, stop } from './event-store-node.ts'
import type { Loads } from './long-stream/load.ts'
import { event, registry, SKU } from './long-stream/product.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { startProgress } from './measure/progress.ts'
import { resultText } from './measure/result.ts'

// How long it takes to load a product with a million events: first from its stream, then in new processes with a snapshot. A day's
// worth of its sales is remembered: some 80,000 reservations.

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    processes: { type: 'string', default: '9' },
    json: { type: 'boolean', default: false },
  },
})
const EVENTS = Number(values.events)
const BATCH = 1_000
const SINCE = 49
const PROCESSES = Number(values.processes)

/** The middle one. */
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const dataDir = await benchFolder()
const node = await startNode(dataDir)
const connectionString = `esdb://127.0.0.1:${node.port}?tls=false`
try {
  const database = await createDatabase()
  const logger = pino({ level: 'warn' })
  const pool = connectPostgres(database.url, { applicationName: 'bench', logger })
  const snapshots = await openSnapshotStore(pool)
  const store = connectEventStore({ connectionString, registry, logger, deadlineMs: 60_000 })
  const metadata = { $correlationId: 'c', $causationId: 'c', actor: { kind: 'system', id: 'bench' } } as const
  const progress = startProgress('events written', EVENTS)
  const append = async (first: number, count: number): Promise<void> => {
    const events: NewEvent<InventoryEvent>[] = Array.from({ length: count }, (_, offset) => ({
      ...event(first + offset),
      id: uuid(),
      metadata: { ...metadata, commandId: uuid() },
    }))
    await store.append(`inventory-${SKU}`, events, first === 0 ? 'no_stream' : BigInt(first - 1))
  }
  for (let first = 0; first < EVENTS; first += BATCH) {
    await append(first, BATCH)
    progress.show(first + BATCH)
  }
  progress.end()

  const load = async (...args: readonly string[]): Promise<Loads> => {
    const child = fork(new URL('long-stream/load.ts', import.meta.url), args, {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ESDB_URL: connectionString, DATABASE_URL: database.url },
    })
    const [[loads]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [[Loads], unknown]
    return loads
  }
  const { first } = await load('--save')
  await eventually(() => snapshots.load(`inventory-${SKU}`, inventory.snapshots?.foldHash ?? ''))
  // as many more as there are before the next snapshot: a load has to read them all
  await append(EVENTS, SINCE)
  const later: Loads[] = []
  for (let count = 0; count < PROCESSES; count += 1) later.push(await load())

  const note = `median of ${PROCESSES} new processes; ${SINCE} events since the snapshot`
  const cold = median(later.map((loads) => loads.first))
  const figures = [
    { name: 'the first time ever', value: first, unit: 'ms', note: 'from its stream' },
    {
      name: 'connections of a new process',
      value: median(later.map(({ connect }) => connect)),
      unit: 'ms',
      note,
    },
    { name: 'first load in a new process', value: cold, unit: 'ms', bar: { below: 50 }, note },
    {
      name: 'once more in the same',
      value: median(later.map(({ again }) => again)),
      unit: 'ms',
      note: 'from its cache',
    },
    { name: 'first ÷ later', value: first / cold, unit: '×' },
  ]
  process.stdout.write(
    `${resultText({ title: `Loading a product with ${EVENTS.toLocaleString('en')} events`, figures }, values.json)}\n`,
  )
  await store.close()
  await pool.end()
  await database.stop()
} finally {
  await stop(node.child)
  await rm(dataDir, { recursive: true, force: true })
}
