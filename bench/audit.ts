import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { v5 as uuid } from 'uuid'
import type { Report } from '../audit/verify/report.ts'
import { createProgressLine } from '../cli/projections/progress-line.ts'
import type { DomainEvent } from '../eventstore/types.ts'

// How long `npm run audit -- verify` takes over a history of orders that were paid, each with three goods, and how much memory it
// takes at most. The history is written straight to a node of its own, in the order in which a shop writes it.

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } })
const WANTED = Number(values.events)
const EVENTS_PER_ORDER = 12
const GROUP = 500
const SKUS = 300
const AT = '2030-01-01T00:00:00.000Z'
const PAY_BY = '2030-01-01T00:15:00.000Z'
const NAMESPACE = '6c9d0f3a-0b5e-4e0c-9f5e-1d2c3b4a5f60'

const money = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const skusOf = (order: number): string[] => [0, 1, 2].map((line) => `SKU-${(order * 3 + line) % SKUS}`)
const totals = { items: money(3_000), shipping: money(0), tax: money(570), total: money(3_570) }

const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-bench-'))
const node = fork('cli/eventstore-node.ts', ['--port', '0', '--data', dataDir], {
  execArgv: ['--import', 'tsx'],
  silent: true,
})
try {
  const [{ port }] = (await once(node, 'message')) as [{ port: number }]
  const url = `esdb://127.0.0.1:${port}?tls=false`
  const client = EventStoreDBClient.connectionString(url)
  let written = 0
  const line = createProgressLine(process.stderr)

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
  ): Promise<unknown> => Promise.all(orders.map((order) => work(`order${order}`, order)))
  /** One append a sku for all orders of a group, as coalesced commands of a busy shop are written. */
  const stock = (
    orders: readonly number[],
    event: (orderId: string, sku: string) => DomainEvent,
  ): Promise<unknown> => {
    const bySku = new Map<string, number[]>()
    for (const order of orders) {
      for (const sku of skusOf(order)) bySku.set(sku, [...(bySku.get(sku) ?? []), order])
    }
    return Promise.all(
      [...bySku].map(([sku, of]) => {
        const ids = of.map((order) => `order${order}`)
        return append(
          `inventory-${sku}`,
          ids.map((orderId) => event(orderId, sku)),
          ids,
        )
      }),
    )
  }

  for (let sku = 0; sku < SKUS; sku += 1) {
    const data = { sku: `SKU-${sku}`, quantity: 1_000_000, reference: 'first', receivedAt: AT }
    await append(`inventory-SKU-${sku}`, [{ type: 'StockReceived', data }], [])
  }
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
              ...{ paymentMethodId: 'sim_approve', placedAt: AT, payBy: PAY_BY },
            },
          },
        ],
        [orderId],
      ),
    )
    await stock(orders, (reservationId, sku) => ({
      type: 'StockReserved',
      data: { sku, reservationId, quantity: 1, expiresAt: PAY_BY, reservedAt: AT },
    }))
    await each(orders, (orderId) =>
      append(`order-${orderId}`, [{ type: 'OrderReserved', data: { orderId, reservedAt: AT } }], [orderId]),
    )
    await each(orders, (orderId, order) =>
      append(
        `payment-${orderId}`,
        [
          {
            type: 'PaymentInitiated',
            data: {
              ...{ paymentId: orderId, orderId, customerId: `c${order % 5_000}`, amount: totals.total },
              ...{ provider: 'simulator', paymentMethodId: 'sim_approve', initiatedAt: AT },
            },
          },
          {
            type: 'PaymentAuthorized',
            data: { paymentId: orderId, providerReference: `auth-${orderId}`, authorizedAt: AT },
          },
          { type: 'PaymentCaptured', data: { paymentId: orderId, amount: totals.total, capturedAt: AT } },
        ],
        [orderId],
      ),
    )
    await stock(orders, (reservationId, sku) => ({
      type: 'ReservationCommitted',
      data: { sku, reservationId, quantity: 1, committedAt: AT },
    }))
    await each(orders, (orderId) =>
      append(
        `order-${orderId}`,
        [{ type: 'OrderPaid', data: { orderId, paymentId: orderId, amount: totals.total, paidAt: AT } }],
        [orderId],
      ),
    )
    line.show({ phase: 'writing', projections: ['a history'], events: written, fraction: written / WANTED })
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
