import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { v4 as uuid } from 'uuid'
import { inventory } from '../commands/aggregates.ts'
import { createCommandHandler } from '../commands/handle.ts'
import { openSnapshotStore } from '../commands/snapshot-store.ts'
import { inventoryContracts, type InventoryEvent } from '../domain/inventory-item/events.ts'
import { connectEventStore } from '../eventstore/connect.ts'
import { createRegistry } from '../eventstore/registry.ts'
import type { NewEvent } from '../eventstore/types.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { createDatabase } from '../test/support/servers.ts'

// How long it takes to load a product with a million events: first from its stream, then in new processes with a snapshot. The
// history is that of a busy product: reserved and committed, one order after another, a day's worth of them remembered.

const EVENTS = 1_000_000
const BATCH = 1_000
const SKU = 'BUSY'
/** Milliseconds between two sales. */
const PACE = 2_000

const at = (event: number): string => new Date(Date.UTC(2025, 0, 1) + event * (PACE / 2)).toISOString()

const history = (index: number): InventoryEvent => {
  if (index === 0) {
    const data = { sku: SKU, quantity: 1_000_000, reference: 'first', receivedAt: at(0) }
    return { type: 'StockReceived', data }
  }
  const reservationId = `order-${Math.floor((index - 1) / 2)}`
  return index % 2 === 1
    ? {
        type: 'StockReserved',
        data: { sku: SKU, reservationId, quantity: 1, expiresAt: at(index + 900), reservedAt: at(index) },
      }
    : { type: 'ReservationCommitted', data: { sku: SKU, reservationId, quantity: 1, committedAt: at(index) } }
}

const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-bench-'))
const node = fork('cli/eventstore-node.ts', ['--port', '0', '--data', dataDir], {
  execArgv: ['--import', 'tsx'],
  silent: true,
})
try {
  const [{ port }] = (await once(node, 'message')) as [{ port: number }]
  const database = await createDatabase()
  const logger = pino({ level: 'warn' })
  const pool = connectPostgres(database.url, { applicationName: 'bench', logger })
  const snapshots = await openSnapshotStore(pool)
  const store = connectEventStore({
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    registry: createRegistry(inventoryContracts),
    logger,
    deadlineMs: 60_000,
  })
  const metadata = { $correlationId: 'c', $causationId: 'c', actor: { kind: 'system', id: 'bench' } } as const
  let revision = -1n
  for (let first = 0; first < EVENTS; first += BATCH) {
    const events: NewEvent<InventoryEvent>[] = Array.from({ length: BATCH }, (_, offset) => ({
      ...history(first + offset),
      id: uuid(),
      metadata: { ...metadata, commandId: `command-${first + offset}` },
    }))
    const expected = revision < 0n ? 'no_stream' : revision
    revision = (await store.append(`inventory-${SKU}`, events, expected)).revision
    process.stderr.write(`\r${first + BATCH} events`)
  }
  process.stderr.write('\n')

  const load = async (): Promise<number> => {
    const handler = createCommandHandler({
      store,
      snapshots: {
        store: snapshots,
        onError: (error) => {
          throw error
        },
      },
    })
    const began = performance.now()
    await handler.load(inventory, SKU)
    return performance.now() - began
  }
  const first = await load()
  while ((await snapshots.load(`inventory-${SKU}`, inventory.snapshots?.foldHash ?? '')) === undefined) {
    await new Promise(setImmediate)
  }
  const later: number[] = []
  for (let time = 0; time < 5; time += 1) later.push(await load())
  later.sort((a, b) => a - b)

  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  process.stdout.write(
    [
      `Loading a product with ${EVENTS} events`,
      `${new Date().toISOString()}  ${commit}  ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      '',
      `from its stream       ${first.toFixed(0).padStart(7)} ms`,
      `with a snapshot       ${(later[2] ?? 0).toFixed(1).padStart(7)} ms (median of 5 new processes' first loads)`,
      `first ÷ later         ${(first / (later[2] ?? 1)).toFixed(0).padStart(7)}`,
      '',
    ].join('\n'),
  )
  await store.close()
  await pool.end()
  await database.stop()
} finally {
  node.kill()
  await rm(dataDir, { recursive: true, force: true })
}
