import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { v5 as uuid } from 'uuid'
import type { Report } from '../audit/verify/report.ts'
import { createProgressLine } from '../cli/projections/progress-line.ts'
import type { DomainEvent } from '../eventstore/types.ts'
import { benchFolder } from './measure/bench-folder.ts'

// How long `npm run audit -- verify` takes over a history of orders that were paid, each with three goods, and how much memory it
// takes at most. The history is written straight to a node of its own, in the order in which a shop writes it; its clock goes on by
// some seconds an order, because a shop may forget what was sold more than a day ago.

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } })
const WANTED = Number(values.events)
const EVENTS_PER_ORDER = 12
const GROUP = 500
const SKUS = 300
/** Milliseconds between two orders, and until an order has to be paid. */
const PACE = 5_000
const PATIENCE = 15 * 60_000
const BEGIN = Date.UTC(2025, 0, 1)
const NAMESPACE = '6c9d0f3a-0b5e-4e0c-9f5e-1d2c3b4a5f60'

const money = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const idOf = (order: number): string => `order${order}`
const skusOf = (order: number): string[] => [0, 1, 2].map((line) => `SKU-${(order * 3 + line) % SKUS}`)
const timeOf = (order: number): string => new Date(BEGIN + order * PACE).toISOString()
const payByOf = (order: number): string => new Date(BEGIN + order * PACE + PATIENCE).toISOString()
const totals = { items: money(3_000), shipping: money(0), tax: money(570), total: money(3_570) }

const dataDir = await benchFolder()
const node = fork('cli/eventstore-node.ts', ['--port', '0', '--data', dataDir], {
  execArgv: ['--import', 'tsx'],
  silent: true,
})
try {
  const [{ port }] = (await once(node, 'message')) as [{ port: number }]
  const url = `esdb://127.0.0.1:${port}?tls=false`
  const client = EventStoreDBClient.connectionString(url)
  let written = 0

  const append = async (
    stream: string,
    events: readonly DomainEvent[],
    orders: readonly string[],
  ): Promise<void> => {
    await client.appendToStream(
      stream,
      events.map(({ type, data }, index) => {
        const request = `request-${orders[index] ?? orders[0] ?? 'stock'}`
        const commandId = `${stream}/${type}/${request}`
        return jsonEvent({
          id: uuid(`${commandId}/${index}`, NAMESPACE),
          type,
          data: data as Record<string, unknown>,
          metadata: {
            ...{ $correlationId: request, $causationId: request, commandId, schemaVersion: 1 },
            actor: { kind: 'system', id: 'bench' },
          },
        })
      }),
    )
    written += events.length
  }
  const each = (
    orders: readonly number[],
    work: (orderId: string, order: number) => Promise<void>,
  ): Promise<unknown> => Promise.all(orders.map((order) => work(idOf(order), order)))
  /** One append a sku for all orders of a group, as coalesced commands of a busy shop are written. */
  const stock = (
    orders: readonly number[],
    event: (order: number, sku: string) => DomainEvent,
  ): Promise<unknown> => {
    const bySku = new Map<string, number[]>()
    for (const order of orders) {
      for (const sku of skusOf(order)) bySku.set(sku, [...(bySku.get(sku) ?? []), order])
    }
    return Promise.all(
      [...bySku].map(([sku, of]) => {
        return append(
          `inventory-${sku}`,
          of.map((order) => event(order, sku)),
          of.map(idOf),
        )
      }),
    )
  }

  for (let sku = 0; sku < SKUS; sku += 1) {
    const data = { sku: `SKU-${sku}`, quantity: 1_000_000, reference: 'first', receivedAt: timeOf(0) }
    await append(`inventory-SKU-${sku}`, [{ type: 'StockReceived', data }], [])
  }
  const line = createProgressLine(process.stderr)
  const orderCount = Math.ceil((WANTED - SKUS) / EVENTS_PER_ORDER)
  for (let first = 0; first < orderCount; first += GROUP) {
    const orders = Array.from({ length: Math.min(GROUP, orderCount - first) }, (_, index) => first + index)
    await each(orders, (orderId, order) =>
      append(
        `order-${orderId}`,
        [
          {
            type: 'OrderPlaced',
            data: {
              ...{ orderId, customerId: `c${order % 5_000}`, totals, shippingAddress: null },
              lines: skusOf(order).map((sku) => ({
                ...{
                  productId: sku.toLowerCase(),
                  sku,
                  name: `Thing ${sku}`,
                  quantity: 1,
                  unitPrice: money(1_000),
                },
              })),
              ...{ paymentMethodId: 'sim_approve', placedAt: timeOf(order), payBy: payByOf(order) },
            },
          },
        ],
        [orderId],
      ),
    )
    await stock(orders, (order, sku) => ({
      type: 'StockReserved',
      data: {
        ...{ sku, reservationId: idOf(order), quantity: 1 },
        ...{ expiresAt: payByOf(order), reservedAt: timeOf(order) },
      },
    }))
    await each(orders, (orderId, order) =>
      append(
        `order-${orderId}`,
        [{ type: 'OrderReserved', data: { orderId, reservedAt: timeOf(order) } }],
        [orderId],
      ),
    )
    await each(orders, (orderId, order) =>
      append(
        `payment-${orderId}`,
        [
          {
            type: 'PaymentInitiated',
            data: {
              ...{ paymentId: orderId, orderId, customerId: `c${order % 5_000}`, amount: totals.total },
              ...{ provider: 'simulator', paymentMethodId: 'sim_approve', initiatedAt: timeOf(order) },
            },
          },
          {
            type: 'PaymentAuthorized',
            data: { paymentId: orderId, providerReference: `auth-${orderId}`, authorizedAt: timeOf(order) },
          },
          {
            type: 'PaymentCaptured',
            data: { paymentId: orderId, amount: totals.total, capturedAt: timeOf(order) },
          },
        ],
        [orderId],
      ),
    )
    await stock(orders, (order, sku) => ({
      type: 'ReservationCommitted',
      data: { sku, reservationId: idOf(order), quantity: 1, committedAt: timeOf(order) },
    }))
    await each(orders, (orderId, order) =>
      append(
        `order-${orderId}`,
        [
          {
            type: 'OrderPaid',
            data: { orderId, paymentId: orderId, amount: totals.total, paidAt: timeOf(order) },
          },
        ],
        [orderId],
      ),
    )
    line.show({
      ...{ phase: 'writing', projections: ['a history'] },
      ...{ events: written, fraction: (first + orders.length) / orderCount },
    })
  }
  line.end()
  await client.dispose()

  const began = performance.now()
  const audit = spawn(
    process.execPath,
    ['--import', 'tsx', 'cli/audit.ts', 'verify', '--json', '--no-read-models'],
    {
      env: { ...process.env, ESDB_URL: url },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let output = ''
  audit.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  let peak = 0
  const watch = setInterval(() => {
    try {
      // the kernel's own account of the most that the process has had in memory
      const [, kilobytes] =
        /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${audit.pid ?? 0}/status`, 'utf8')) ?? []
      peak = Math.max(peak, Number(kilobytes ?? 0))
    } catch {
      // it has ended
    }
  }, 100)
  const [code] = (await once(audit, 'close')) as [number]
  clearInterval(watch)
  const seconds = (performance.now() - began) / 1_000
  const report = JSON.parse(output) as Report
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  process.stdout.write(
    [
      'Proving the laws over a whole history: npm run audit -- verify --no-read-models',
      `${new Date().toISOString()}  ${commit}  ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      '',
      `events                ${report.events.toLocaleString('en').padStart(10)}   ${report.streams.order.toLocaleString('en')} orders`,
      `findings              ${String(report.findings.length).padStart(10)}   exit code ${code}`,
      `time                  ${seconds.toFixed(1).padStart(10)} s   bar for 1,000,000: 180 s; start of the program included`,
      `events a second       ${Math.round(report.events / seconds)
        .toLocaleString('en')
        .padStart(10)}`,
      `memory at most        ${peak === 0 ? 'not known here' : `${(peak / 1024).toFixed(0).padStart(10)} MB`}`,
      '',
    ].join('\n'),
  )
} finally {
  node.kill()
  await rm(dataDir, { recursive: true, force: true })
}
