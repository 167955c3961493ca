import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { orderContracts, type OrderEvent } from '../domain/order/events.ts'
import { placed } from '../domain/testing/orders.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { openKeyStore } from '../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../eventstore/personal-data/master-key.ts'
import { openValue, sealValue } from '../eventstore/personal-data/sealed-value.ts'
import { personalDataMigration } from '../eventstore/personal-data/tables.ts'
import { createRegistry } from '../eventstore/registry.ts'
import type { NewEvent } from '../eventstore/types.ts'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { createDatabase } from '../test/support/servers.ts'

// What the encryption of personal data costs: orders of as many customers, written and caught up on, in clear and encrypted.
// Event store node, Postgres and this program run on one machine; the keys of a catch-up are cold.

const ORDERS = 10_000
const AT_ONCE = 32

const logger = pino({ level: 'silent' })
const registry = createRegistry(orderContracts)
const masterKeys = [masterKeyOf(randomBytes(32))] as const

const placedBy = (customerId: string): NewEvent<OrderEvent> => ({
  ...placed,
  data: { ...placed.data, customerId },
  id: randomUUID(),
  metadata: {
    $correlationId: 'bench',
    $causationId: 'bench',
    actor: { kind: 'customer', id: customerId },
    commandId: 'bench',
  },
})

const write = async (store: ConnectedEventStore, prefix: string): Promise<number> => {
  const customers = Array.from({ length: ORDERS }, () => randomUUID()).values()
  const began = performance.now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const customerId of customers) {
        await store.append(`${prefix}${customerId}`, [placedBy(customerId)], 'no_stream')
      }
    }),
  )
  return performance.now() - began
}

const catchUp = async (store: ConnectedEventStore, prefix: string): Promise<number> => {
  const { signal } = new AbortController()
  const began = performance.now()
  let read = 0
  for await (const item of store.subscribeToAll({ from: 'start', streamPrefixes: [prefix], signal })) {
    if (item.kind === 'unreadable') throw item.event.error
    if (item.kind === 'event') read += 1
    if (item.kind === 'caught_up') break
  }
  if (read !== ORDERS) throw new Error(`${read} events were read`)
  return performance.now() - began
}

const perEvent = (ms: number): string => `${((ms * 1_000) / ORDERS).toFixed(0).padStart(5)} µs an event`

const measure = (times: number, work: () => void): string => {
  for (let warmUp = 0; warmUp < times / 10; warmUp += 1) work()
  const began = performance.now()
  for (let time = 0; time < times; time += 1) work()
  return `${(((performance.now() - began) * 1_000) / times).toFixed(1).padStart(5)} µs`
}

const countQueries = (pool: Pool): { readonly pool: Pool; readonly count: () => number } => {
  let queries = 0
  const counted = new Proxy(pool, {
    get: (target, property) => {
      if (property === 'query') queries += 1
      const member: unknown = Reflect.get(target, property)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return { pool: counted, count: () => queries }
}

/** An event store node of its own, in a process of its own. */
const startNode = async (): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const program = new URL('../cli/eventstore-node.ts', import.meta.url)
  const child = fork(program, ['--port', '0', '--in-memory'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const [server, database] = await Promise.all([startNode(), createDatabase()])
await migrate(database.url, [personalDataMigration])
const pool = connectPostgres(database.url, { applicationName: 'bench', logger })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

try {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  print(
    `${new Date().toISOString()}  ${commit}  Node ${process.version}  ${cpus()[0]?.model ?? ''} × ${cpus().length}`,
  )

  const key = { id: randomUUID(), secret: createSecretKey(randomBytes(32)) }
  const place = { type: 'OrderPlaced', stream: 'order-1', eventId: randomUUID(), field: 'shippingAddress' }
  const sealed = sealValue(placed.data.shippingAddress, key, place)
  print(
    `one address, encrypted   ${measure(50_000, () => sealValue(placed.data.shippingAddress, key, place))}`,
  )
  print(`one address, decrypted   ${measure(50_000, () => openValue(sealed, key, place))}`)
  const growth = JSON.stringify(sealed).length - JSON.stringify(placed.data.shippingAddress).length
  print(`one address, larger by   ${growth} bytes`)

  const options = { connectionString: server.url, registry, logger }
  const clear = connectEventStore(options)
  const encrypted = connectEventStore({ ...options, personalData: await openKeyStore({ pool, masterKeys }) })
  for (let round = 1; round <= 3; round += 1) {
    const [clearly, secretly] = [`order-c${round}-`, `order-e${round}-`]
    print(`written, in clear        ${perEvent(await write(clear, clearly))}`)
    print(`written, encrypted       ${perEvent(await write(encrypted, secretly))}`)
    const cold = countQueries(pool)
    const reader = connectEventStore({
      ...options,
      personalData: await openKeyStore({ pool: cold.pool, masterKeys }),
    })
    const before = cold.count()
    print(`caught up on, in clear   ${perEvent(await catchUp(reader, clearly))}`)
    const took = await catchUp(reader, secretly)
    print(`caught up on, encrypted  ${perEvent(took)}, ${cold.count() - before} queries for ${ORDERS} keys`)
    await reader.close()
  }
  await Promise.all([clear.close(), encrypted.close()])
} finally {
  await pool.end()
  await Promise.all([server.stop(), database.stop()])
}
