import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startShop } from '../test/support/running-shop.ts'
import { freePort } from '../test/support/servers.ts'
import { lawsFigure } from './checkout/figures.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { embeddedDatabaseUrl } from './measure/embedded-database.ts'
import { resultText, type Figure } from './measure/result.ts'
import { letStatementsBeCounted, startStatementCounter, type Counted } from './measure/statements.ts'

// What one order leaves in the event store, and what it asks of Postgres, while orders of one line that are paid come at a steady
// rate. Bytes are those of the JSON that the store was given, data and metadata; an append is what was written to one stream at one
// instant. What it takes of CPU is measured by bench/checkout.ts: here Postgres counts statements, which costs it some itself.

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    /** Each statement, with how often an order and for how long. */
    statements: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

interface Written {
  orders: number
  events: number
  bytes: number
  /** By the category of their stream. */
  readonly byCategory: Map<string, { events: number; bytes: number }>
  readonly appends: Set<string>
}

const written = async (port: number, from: number, to: number): Promise<Written> => {
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`)
  const found: Written = { orders: 0, events: 0, bytes: 0, byCategory: new Map(), appends: new Set() }
  for await (const { event } of client.readAll()) {
    if (event === undefined || event.streamId.startsWith('$')) continue
    const at = event.created.getTime()
    if (at < from || at > to) continue
    const bytes =
      Buffer.byteLength(JSON.stringify(event.data)) + Buffer.byteLength(JSON.stringify(event.metadata))
    const category = event.streamId.split('-', 1)[0] ?? ''
    const own = found.byCategory.get(category) ?? { events: 0, bytes: 0 }
    found.byCategory.set(category, { events: own.events + 1, bytes: own.bytes + bytes })
    found.events += 1
    found.bytes += bytes
    found.appends.add(`${event.streamId} ${at}`)
    if (event.type === 'OrderPaid') found.orders += 1
  }
  await client.dispose()
  return found
}

/** What a statement is for, by the first pattern that it fits. */
const PURPOSES: readonly (readonly [string, RegExp])[] = [
  ['read models: written, batch by batch', /"\w+_g\d+"\.|projections\.|pg_notify|^(begin|commit|set local)/i],
  ['read models: asked', /"read_\w+"\./],
  ['payment simulator', /simulator\./],
  ['idempotency keys', /shop\.idempotency_keys/],
  ['prices', /shop\.products/],
  ['carts, sessions', /shop\.key_values/],
  ['other', /./],
]

const byPurpose = (statements: readonly Counted[]): ReadonlyMap<string, Pick<Counted, 'calls' | 'ms'>> => {
  const found = new Map<string, Pick<Counted, 'calls' | 'ms'>>()
  for (const { query, calls, ms } of statements) {
    const purpose = PURPOSES.find(([, pattern]) => pattern.test(query))?.[0] ?? 'other'
    const own = found.get(purpose) ?? { calls: 0, ms: 0 }
    found.set(purpose, { calls: own.calls + calls, ms: own.ms + ms })
  }
  return found
}

const sayStatements = (statements: readonly Counted[], orders: number): void => {
  for (const { query, calls, ms } of statements.toSorted((one, other) => other.calls - one.calls)) {
    const cost = `${(calls / orders).toFixed(3).padStart(8)} ${(ms / orders).toFixed(4).padStart(8)} ms`
    process.stdout.write(`${cost}  ${query.replace(/\s+/g, ' ').slice(0, 200)}\n`)
  }
}

const measure = async (dataDir: string): Promise<Figure[]> => {
  const [eventStorePort, postgresPort] = [await freePort(), await freePort()]
  const ports = { EVENTSTORE_PORT: String(eventStorePort), POSTGRES_PORT: String(postgresPort) }
  await (await startShop(dataDir, ports)).stop()
  await letStatementsBeCounted(dataDir)
  const shop = await startShop(dataDir, ports)
  const counter = startStatementCounter(await embeddedDatabaseUrl(dataDir, postgresPort))
  try {
    const { window, findings } = await runLoad(new URL(shop.url).origin, [
      ...['--rate', values.rate, '--duration', `${values.seconds}s`, '--warm-up', '10s'],
      ...['--mix', 'paid=100', '--lines', '1-1', '--follow', '20'],
    ]).result
    const { from, to, statements } = counter.between(window.from, window.to)
    const { orders, events, bytes, byCategory, appends } = await written(eventStorePort, from, to)
    if (values.statements) sayStatements(statements, orders)
    const asked = statements.reduce((sum, { calls }) => sum + calls, 0)
    return [
      {
        name: 'events an order',
        value: events / orders,
        unit: '',
        note: `${orders} orders in ${to - from} ms`,
      },
      { name: 'appends an order', value: appends.size / orders, unit: '' },
      { name: 'bytes of events an order', value: bytes / orders, unit: 'B', note: 'data and metadata' },
      ...[...byCategory].map(([category, own]) => ({
        ...{ name: `  ${category}`, value: own.bytes / orders, unit: 'B' },
        note: `${(own.events / orders).toFixed(2)} events`,
      })),
      { name: 'Postgres statements an order', value: asked / orders, unit: '' },
      ...[...byPurpose(statements)].map(([purpose, { calls, ms }]) => ({
        ...{ name: `  ${purpose}`, value: calls / orders, unit: '' },
        note: `${(ms / orders).toFixed(3)} ms in the executor`,
      })),
      lawsFigure(findings),
    ]
  } finally {
    await counter.stop()
    await shop.stop()
  }
}

const dataDir = await benchFolder()
try {
  const title = `What one order costs, at ${values.rate} orders/s`
  process.stdout.write(`${resultText({ title, figures: await measure(dataDir) }, values.json)}\n`)
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
