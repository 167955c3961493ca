import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { createHistory, pay, received, steps } from '../audit/testing/history.ts'
import { LAWS, type Law } from '../audit/verify/laws.ts'
import type { Report } from '../audit/verify/report.ts'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { orderContracts } from '../domain/order/events.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { walletContracts } from '../domain/wallet/events.ts'
import { at, eur } from '../domain/testing/orders.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { startProjections, type RunningProjections } from '../projections/index.ts'
import { eventually } from './support/eventually.ts'
import { createDatabase, startEventStore, type TestServer } from './support/servers.ts'
import { runProgram, type Ended } from './support/program.ts'

const logger = pino({ level: 'silent' })

describe('npm run audit -- verify', function () {
  this.timeout(120_000)
  let node: TestServer
  let database: TestServer
  let client: EventStoreDBClient
  let store: ConnectedEventStore
  let pool: pg.Pool
  let projections: RunningProjections
  beforeEach(async () => {
    ;[node, database] = await Promise.all([startEventStore(), createDatabase()])
    client = EventStoreDBClient.connectionString(node.url)
    const registry = createRegistry(orderContracts, paymentContracts, inventoryContracts, walletContracts)
    store = connectEventStore({ connectionString: node.url, registry, logger })
    pool = new pg.Pool({ connectionString: database.url })
    projections = await startProjections({ store, pool, logger })
  })
  afterEach(async () => {
    await projections.stop()
    await pool.end()
    await store.close()
    await client.dispose()
    await Promise.all([node.stop(), database.stop()])
  })

  /** Straight to the node, whatever it is: nobody decides it. */
  const forge = async (events: ReturnType<typeof createHistory>['events']): Promise<void> => {
    for (const { id, stream, type, data, metadata } of events) {
      const event = jsonEvent({ id, type, data: data as Record<string, unknown>, metadata: { ...metadata } })
      await client.appendToStream(stream, event)
    }
  }
  const run = (...args: string[]): Promise<Ended> =>
    runProgram('cli/audit.ts', args, { ESDB_URL: node.url, DATABASE_URL: database.url })

  it('proves a healthy history, read models included, while orders come in', async () => {
    const history = createHistory()
    received(history, 'MUG', 1_000)
    received(history, 'SHIRT', 1_000)
    for (let number = 0; number < 20; number += 1) pay(history, `o-${number}`)
    await forge(history.events)
    const shop = { isOpen: true }
    const later = (async () => {
      for (let number = 100; shop.isOpen; number += 1) {
        const before = history.events.length
        pay(history, `o-${number}`)
        await forge(history.events.slice(before))
      }
    })()
    const { code, output, errors } = await run('verify')
    shop.isOpen = false
    await later
    expect(code, `${output}${errors}`).to.equal(0)
    expect(output).to.match(
      /\d+ events up to \d+\/\d+ in [\d.]+ s: \d+ orders, \d+ payments, 2 items, 0 wallets/,
    )
    expect(output).to.match(/✓ read-model/)
    expect(output).to.match(/read models: \d+ rows compared\n$/)
    expect(output).to.not.contain('✗')
    expect(errors).to.match(/100 % .*folding/)
  })

  it('names every law that a forged event breaks, and the event', async () => {
    const history = createHistory()
    received(history, 'MUG', 1_000)
    received(history, 'SHIRT', 1_000)
    const set = (sku: string, threshold = 5) => [
      { type: 'LowStockThresholdSet', data: { sku, threshold, setAt: at(1) } },
    ]
    // contract
    history.add('order-unknown', [{ type: 'OrderPraised', data: {} }])
    history.add('order-invalid', [{ type: 'OrderReserved', data: { orderId: 'invalid' } }])
    // category
    history.add('payment-other', [{ type: 'OrderReserved', data: { orderId: 'other', reservedAt: at(1) } }])
    // event-id, causation
    const { id } = history.add('inventory-TWICE', set('TWICE'))
    history.add('inventory-ALSO', set('ALSO'), { id })
    history.add('inventory-CAUSE', set('CAUSE'), { $causationId: '4b1c1a3e-7d1f-5a60-8c3a-0d5e1f2a3b4c' })
    // transition, decision
    steps(history, 'unplaced').paid()
    history.add('inventory-LOW', [
      { type: 'StockRanLow', data: { sku: 'LOW', available: 0, threshold: 1, ranLowAt: at(1) } },
    ])
    // stock, reservation
    history.add('inventory-LESS', [
      { type: 'StockAdjusted', data: { sku: 'LESS', delta: -3, reason: 'gone', adjustedAt: at(1) } },
    ])
    steps(history, 'nobody').stockReserved()
    // order-stock
    const unreserved = steps(history, 'unreserved')
    unreserved.placed()
    unreserved.reserved()
    // capture
    const uncaptured = steps(history, 'uncaptured')
    uncaptured.placed()
    uncaptured.stockReserved()
    uncaptured.reserved()
    uncaptured.committed()
    uncaptured.paid()
    // refund
    pay(history, 'refunded').refunded(9_999)
    // wallet
    history.add('wallet-poor', [
      { type: 'FundsHeld', data: { customerId: 'poor', holdId: 'h', amount: eur(100), heldAt: at(1) } },
    ])
    await forge(history.events)
    // read-model: a row that somebody has changed, and one that is gone
    const last = history.events.findLast(({ stream }) => stream === 'inventory-SHIRT')?.revision
    const isShown = async (): Promise<boolean> => {
      const { rows } = await pool.query(
        `SELECT 1 FROM orders_g1.orders o, inventory_g1.inventory i
         WHERE o.id = 'refunded' AND o.revision = 2 AND i.sku = 'SHIRT' AND i.revision = $1`,
        [String(last)],
      )
      return rows.length === 1
    }
    // what can't be projected is tried again several times first
    await eventually(isShown, { withinMs: 40_000 })
    await pool.query(`UPDATE orders_g1.orders SET status = 'shipped' WHERE id = 'refunded'`)
    await pool.query(`DELETE FROM inventory_g1.inventory WHERE sku = 'SHIRT'`)

    const { code, output, errors } = await run('verify', '--json')
    expect(code, errors).to.equal(1)
    const report = JSON.parse(output) as Report
    expect(report.passed).to.equal(false)
    const streams = (law: Law): string[] =>
      report.findings.filter((finding) => finding.law === law).map(({ stream }) => stream)
    expect(streams('contract')).to.have.members(['order-unknown', 'order-invalid'])
    expect(streams('category')).to.include('payment-other')
    expect(streams('event-id')).to.deep.equal(['inventory-ALSO'])
    expect(streams('causation')).to.deep.equal(['inventory-CAUSE'])
    expect(streams('transition')).to.include('order-unplaced')
    expect(streams('decision')).to.include('inventory-LOW')
    expect(streams('stock')).to.include('inventory-LESS')
    expect(streams('reservation')).to.include.members(['inventory-MUG', 'inventory-SHIRT'])
    expect(streams('order-stock')).to.include('order-unreserved')
    expect(streams('capture')).to.include('order-uncaptured')
    expect(streams('refund')).to.include('payment-refunded')
    expect(streams('wallet')).to.include('wallet-poor')
    expect(report.findings).to.deep.include({
      law: 'read-model',
      stream: 'order-refunded',
      problem: 'the read model shows status shipped, the events say paid',
    })
    expect(report.findings).to.deep.include({
      law: 'read-model',
      stream: 'inventory-SHIRT',
      problem: 'the read model does not show it',
    })
    // no one can make a store leave a gap: audit.test.ts has the law of revisions
    for (const law of Object.keys(LAWS)) {
      if (law !== 'revision') expect(report.broken[law as Law], law).to.be.greaterThan(0)
    }
    const finding = report.findings.find(({ law }) => law === 'capture')
    expect(finding?.event).to.include({ type: 'OrderPaid', revision: '2' })
    expect(errors).to.match(/orderstream: Broken: contract \(2\), category/)

    const text = await run('verify', '--no-read-models', '--show', '1')
    expect(text.code).to.equal(1)
    expect(text.output).to.match(
      /✗ stock {2}inventory-LESS@0 {2}StockAdjusted {2}.*\n {4}-3 are available\n {4}event /,
    )
    expect(text.output).to.not.contain('✓ read-model')
  })

  it('says in one sentence what it can not do', async () => {
    expect((await run('verfy')).errors).to.equal(
      'orderstream: There is no command "verfy", only verify, export, tree, diff.\n',
    )
    expect((await run('verfy')).code).to.equal(2)
    expect((await run('--help')).output).to.match(/^Usage: npm run audit/)
  })
})
