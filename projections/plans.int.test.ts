import { expect } from 'chai'
import type { Pool } from 'pg'
import { inventoryRows, orderRows, paymentRows, walletRows } from './audit/rows.ts'
import { encodeCursor } from './cursor.ts'
import { customerHistory } from './customers/queries.ts'
import { deadlineBook } from './deadlines/queries.ts'
import { getInventory, listLowStock, listMovements, stockOf } from './inventory/queries.ts'
import { countOrders, getOrder, listOrders, ORDER_STATUSES, type OrderFilter } from './orders/queries.ts'
import { settledAmong } from './orders/settled.ts'
import { getPayment, listPayments, type PaymentFilter } from './payments/queries.ts'
import { listRefunds, REFUND_STATUSES, type RefundFilter } from './refunds/queries.ts'
import { countSagas, getSaga, listSagas, standingOrders, type SagaFilter } from './sagas/queries.ts'
import { salesBy, salesByProduct, salesMetrics } from './sales/queries.ts'
import { startDatabase, type TestDatabase } from './testing/database.ts'
import { BUSY_CUSTOMER, BUSY_SKU, COMMON_WORD, fillReadModels, momentAt, orderId } from './testing/fill.ts'
import { explaining } from './testing/plans.ts'
import { getWallet, listStatement } from './wallet/queries.ts'

const ORDERS = Number(process.env['PLANS_ORDERS'] ?? 100_000)
/** A page, the orders that a text finds, what a busy customer has, what is under way: more than this no list sorts or skips. */
const MOST_ROWS = ORDERS / 20

/** A page in the middle of the list. */
const cursor = encodeCursor([momentAt(0.5), orderId(ORDERS / 2)])
const now = new Date(momentAt(0.98))

const listFilters: Readonly<Record<string, OrderFilter>> = {
  'no filter': {},
  'a page in the middle': { cursor },
  'a busy customer': { customerId: BUSY_CUSTOMER },
  'a customer with few': { customerId: 'customer-9' },
  'a customer that is not known': { customerId: 'nobody' },
  'a page of a customer': { customerId: BUSY_CUSTOMER, cursor },
  'a rare status': { statuses: ['refund_failed'] },
  'a status that none has': { statuses: ['shipped'] },
  'a common status': { statuses: ['completed'] },
  'all statuses': { statuses: ORDER_STATUSES },
  'a page of some statuses': { statuses: ['completed', 'refund_failed'], cursor },
  'a status of a customer': { customerId: BUSY_CUSTOMER, statuses: ['refund_failed'] },
  'from a time on': { placedFrom: momentAt(0.1) },
  'before a time': { placedBefore: momentAt(0.1) },
  'a week': { placedFrom: momentAt(0.5), placedBefore: momentAt(0.51) },
  'a status in a week': { placedFrom: momentAt(0.5), placedBefore: momentAt(0.51), statuses: ['cancelled'] },
  'a week of a customer': {
    ...{ placedFrom: momentAt(0.5), placedBefore: momentAt(0.51), customerId: BUSY_CUSTOMER },
  },
  'a word that one order has': { text: 'unicorn' },
  'a word that no order has': { text: 'dragon' },
  'a word that every order has': { text: COMMON_WORD },
  'a word that many orders have': { text: 'sku-99' },
  'a page of a common word': { text: COMMON_WORD, cursor },
  'a common word and a rare status': { text: COMMON_WORD, statuses: ['refund_failed'] },
  'a common word of a customer': { text: COMMON_WORD, customerId: BUSY_CUSTOMER },
  'a common word in a week': {
    ...{ text: COMMON_WORD, placedFrom: momentAt(0.1), placedBefore: momentAt(0.11) },
  },
  everything: {
    ...{ text: COMMON_WORD, customerId: BUSY_CUSTOMER, statuses: ['completed'], cursor },
    ...{ placedFrom: momentAt(0.1), placedBefore: momentAt(0.9) },
  },
}

const paymentFilters: Readonly<Record<string, PaymentFilter>> = {
  'no filter': {},
  'a page in the middle': { cursor },
  'an order': { orderId: orderId(5) },
  'a busy customer': { customerId: BUSY_CUSTOMER },
  'a page of a customer': { customerId: BUSY_CUSTOMER, cursor },
  'a rare status': { statuses: ['failed'] },
  'statuses, rare and common': { statuses: ['failed', 'captured'] },
  'a page of some statuses': { statuses: ['declined', 'captured'], cursor },
  'a status of a customer': { customerId: BUSY_CUSTOMER, statuses: ['failed'] },
  'a week': { openedFrom: momentAt(0.5), openedBefore: momentAt(0.51) },
  'a status in a week': { openedFrom: momentAt(0.5), openedBefore: momentAt(0.51), statuses: ['failed'] },
}

const refundFilters: Readonly<Record<string, RefundFilter>> = {
  'no filter': {},
  'a page in the middle': { cursor },
  'an order': { orderId: orderId(1) },
  'a page of an order': { orderId: orderId(1), cursor },
  'a status of an order': { orderId: orderId(1), statuses: ['failed'] },
  'a rare status': { statuses: ['failed'] },
  'a status that none has': { statuses: ['pending'] },
  'all statuses': { statuses: REFUND_STATUSES },
  'a week': { requestedFrom: momentAt(0.5), requestedBefore: momentAt(0.51) },
  'a status in a week': {
    ...{ requestedFrom: momentAt(0.5), requestedBefore: momentAt(0.51), statuses: ['failed'] },
  },
}

const sagaFilters: Readonly<Record<string, SagaFilter>> = {
  'no filter': {},
  'in flight': { state: 'in_flight' },
  stuck: { state: 'stuck' },
  'a step': { step: 'pay' },
  'a step that none stands at': { step: 'dispatch' },
  'stuck at a step': { state: 'stuck', step: 'pay' },
  'a page': { cursor: encodeCursor([momentAt(0.97), orderId(1)]) },
  'a page of those that are stuck': { state: 'stuck', cursor: encodeCursor([momentAt(0.97), orderId(1)]) },
}

const each = <Filter>(
  list: string,
  filters: Readonly<Record<string, Filter>>,
  query: (pool: Pool, filter: Filter) => Promise<unknown>,
): [string, (pool: Pool) => Promise<unknown>][] =>
  Object.entries(filters).map(([name, filter]) => [`${list}: ${name}`, (pool) => query(pool, filter)])

const month = { from: '2029-06-01', to: '2029-06-30' }
const threeMonths = { from: '2029-06-01', to: '2029-08-31' }
const beginning = async (rows: AsyncGenerator): Promise<void> => {
  await rows.next()
  await rows.return(undefined)
}

/** Every question that is put to the read models. */
const questions: readonly [string, (pool: Pool) => Promise<unknown>][] = [
  ...each('orders', listFilters, listOrders),
  ['an order', (pool) => getOrder(pool, orderId(5))],
  ['orders by status', countOrders],
  ['orders that are settled', (pool) => settledAmong(pool, [orderId(5), orderId(6), 'none'])],
  ['history of a customer', (pool) => customerHistory(pool, BUSY_CUSTOMER)],
  ...each('payments', paymentFilters, listPayments),
  ['a payment', (pool) => getPayment(pool, orderId(5))],
  ...each('refunds', refundFilters, listRefunds),
  ['stock of some skus', (pool) => stockOf(pool, ['sku-1', 'sku-2', 'none'])],
  ['stock of a sku', (pool) => getInventory(pool, 'sku-1')],
  ['low stock', (pool) => listLowStock(pool)],
  ['a page of low stock', (pool) => listLowStock(pool, { cursor: encodeCursor(['120', 'sku-1']) })],
  ['movements', (pool) => listMovements(pool, { sku: BUSY_SKU })],
  [
    'a page of movements',
    (pool) => listMovements(pool, { sku: BUSY_SKU, cursor: encodeCursor([String(ORDERS / 2)]) }),
  ],
  ['movements of a sku with few', (pool) => listMovements(pool, { sku: 'sku-3' })],
  ['a wallet', (pool) => getWallet(pool, 'customer-5')],
  ['a statement', (pool) => listStatement(pool, { customerId: BUSY_CUSTOMER })],
  [
    'a page of a statement',
    (pool) => listStatement(pool, { customerId: BUSY_CUSTOMER, cursor: encodeCursor([String(ORDERS / 2)]) }),
  ],
  ['deadlines that are due', (pool) => deadlineBook(pool).take(now, 100)],
  ['orders to be swept', (pool) => standingOrders(pool).take(now, 100)],
  ...each<SagaFilter>('sagas', sagaFilters, (pool, filter) => listSagas(pool, now, filter)),
  ['a saga', (pool) => getSaga(pool, orderId(5), now)],
  ['sagas by step', (pool) => countSagas(pool, now)],
  ['sales of a month', (pool) => salesMetrics(pool, month)],
  ['sales of a month by hour', (pool) => salesBy(pool, 'hour', month)],
  ['sales of three months by day', (pool) => salesBy(pool, 'day', threeMonths)],
  ['products of three months', (pool) => salesByProduct(pool, threeMonths)],
  ['products of a month', (pool) => salesByProduct(pool, month)],
  ['products of a month by pieces', (pool) => salesByProduct(pool, month, { limit: 10, order: 'units' })],
  ['rows for an audit: orders', (pool) => beginning(orderRows(pool))],
  ['rows for an audit: payments', (pool) => beginning(paymentRows(pool))],
  ['rows for an audit: stock', (pool) => beginning(inventoryRows(pool))],
  ['rows for an audit: wallets', (pool) => beginning(walletRows(pool))],
]

describe(`plans of queries, with ${ORDERS} orders`, () => {
  let database: TestDatabase
  before(async function () {
    this.timeout(120_000)
    database = await startDatabase()
    await fillReadModels(database.pool, ORDERS)
  })
  after(() => database.stop())

  for (const [name, ask] of questions) {
    it(`${name}: by an index, and nothing large is sorted`, async () => {
      const { pool, explained } = explaining(database.pool)
      await ask(pool)
      expect(explained).not.to.deep.equal([])
      for (const { text, faults } of explained) expect(faults(MOST_ROWS), text).to.deep.equal([])
    })
  }
})
