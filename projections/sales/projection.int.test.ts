import { expect } from 'chai'
import type { OrderEvent } from '../../domain/order/events.ts'
import { customerHistory } from '../customers/queries.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import { ordersProjection } from '../orders/projection.ts'
import { paymentsProjection } from '../payments/projection.ts'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { feed } from '../testing/feeding.ts'
import { eur, line, minute, orderPlaced, paidOrder, refund, sideBySide } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { expectSameRows, stored } from '../testing/repetition.ts'
import { salesProjection } from './projection.ts'
import { salesBy, salesByProduct, salesMetrics } from './queries.ts'

const days = { from: '2030-01-01', to: '2030-01-01' }

/** Euros of two customers over two hours, and dollars of one. */
const usd = (amount: number) => ({ amount, currency: 'USD' })
const dollars = orderPlaced('o5', { customerId: 'bob', placedAt: minute(5) })
const ended = (orderId: string, event: OrderEvent): [string, OrderEvent][] => [
  [`order-${orderId}`, orderPlaced(orderId, { customerId: 'bob', placedAt: minute(3) })],
  [`order-${orderId}`, event],
]
const histories = sideBySide(
  [
    ...paidOrder('o1', { lines: [line('lamp', 2), line('desk', 1, 2_000)] }),
    ...refund('o1', 'r1', 500, 'settled'),
    ...refund('o1', 'r2', 100, 'failed'),
    // given back, and taken back again: nothing in sum
    ...refund('o1', 'r3', 50, 'reversed'),
  ],
  paidOrder('o2', { placedAt: minute(65) }),
  ended('o3', {
    type: 'OrderCancelled',
    data: { orderId: 'o3', reason: 'out_of_stock', cancelledAt: minute(70) },
  }),
  ended('o4', { type: 'OrderExpired', data: { orderId: 'o4', expiredAt: minute(20) } }),
  [
    [
      'order-o5',
      {
        ...dollars,
        data: {
          ...dollars.data,
          totals: { items: usd(900), shipping: usd(0), tax: usd(0), total: usd(900) },
        },
      },
    ],
  ],
).filter(([stream]) => stream.startsWith('order-'))

describe('the sales projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  it('counts each event once however they are cut into batches, repeated and mixed', async () => {
    const rows = await expectSameRows(database.pool, salesProjection, stored(histories))
    expect(rows['sales_orders']).to.have.length(5)
    expect(rows['sales_hours']).to.have.length(3)
    expect(rows['customer_totals']).to.have.length(3)
  })

  it('does not count what is known of no order', async () => {
    const paid = stored(histories).filter(({ type }) => type === 'OrderPaid')
    const error = await feed(database.pool, salesProjection, [paid]).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(MissingBeginning)
  })
})

describe('queries of sales', () => {
  let database: TestDatabase
  before(async () => {
    database = await projectedDatabase([salesProjection, ordersProjection, paymentsProjection], histories)
  })
  after(() => database.stop())

  it('sum up some days, by currency', async () => {
    const [euros, dollarsSold, ...others] = await salesMetrics(database.pool, days)
    expect(others).to.deep.equal([])
    expect(euros).to.deep.equal({
      ...{ currency: 'EUR', placed: 4, placedAmount: 3_490 + 3 * 1_490, converted: 2, conversion: 0.5 },
      ...{ paid: 2, revenue: 4_980, averageValue: 2_490, cancelled: 2, refunds: 1, refunded: 500 },
      cancellations: [
        { reason: 'expired', orders: 1, amount: 1_490 },
        { reason: 'out_of_stock', orders: 1, amount: 1_490 },
      ],
    })
    expect(dollarsSold).to.deep.include({
      ...{ currency: 'USD', placed: 1, conversion: 0, paid: 0, averageValue: null, cancellations: [] },
    })
    expect(await salesMetrics(database.pool, { from: '2030-01-02', to: '2030-01-03' })).to.deep.equal([])
  })

  it('tell each hour and each day, also those in which nothing happened', async () => {
    const byHour = (await salesBy(database.pool, 'hour', days)).filter(({ currency }) => currency === 'EUR')
    expect(byHour).to.have.length(24)
    expect(byHour[0]).to.include({ start: minute(0), placed: 3, converted: 1, paid: 2, cancelled: 1 })
    expect(byHour[1]).to.include({ start: minute(60), placed: 1, converted: 1, paid: 0, cancelled: 1 })
    expect(byHour[2]).to.include({ placed: 0, conversion: null, averageValue: null, revenue: 0 })
    const byDay = await salesBy(database.pool, 'day', { from: '2029-12-31', to: '2030-01-01' })
    expect(byDay.map(({ start, currency, placed }) => [start.slice(0, 10), currency, placed])).to.deep.equal([
      ['2029-12-31', 'EUR', 0],
      ['2030-01-01', 'EUR', 4],
      ['2029-12-31', 'USD', 0],
      ['2030-01-01', 'USD', 1],
    ])
  })

  it('rank products by revenue or by pieces', async () => {
    const lamp = { sku: 'lamp', name: 'Fine lamp', currency: 'EUR', orders: 2, units: 4, revenue: 2_000 }
    const desk = { sku: 'desk', name: 'Fine desk', currency: 'EUR', orders: 1, units: 1, revenue: 2_000 }
    expect(await salesByProduct(database.pool, days)).to.deep.equal([desk, lamp])
    expect(await salesByProduct(database.pool, days, { order: 'units', limit: 1 })).to.deep.equal([lamp])
  })

  it('tell what a customer has ordered, and what it comes to', async () => {
    const history = await customerHistory(database.pool, 'bob', { limit: 2 })
    expect(history.items.map(({ id }) => id)).to.deep.equal(['o5', 'o4'])
    expect(history.nextCursor).not.to.equal(null)
    expect(history.totals).to.deep.equal([
      {
        ...{ currency: 'EUR', orders: 2, paid: 0, cancelled: 2, spent: eur(0), refunded: eur(0) },
        ...{ firstOrderAt: minute(3), lastOrderAt: minute(3) },
      },
      {
        ...{ currency: 'USD', orders: 1, paid: 0, cancelled: 0, spent: usd(0), refunded: usd(0) },
        ...{ firstOrderAt: minute(5), lastOrderAt: minute(5) },
      },
    ])
    const ada = await customerHistory(database.pool, 'ada')
    expect(ada.totals[0]).to.deep.include({
      ...{ orders: 2, paid: 2, spent: eur(4_980), refunded: eur(500) },
      ...{ firstOrderAt: minute(0), lastOrderAt: minute(65) },
    })
    expect(await customerHistory(database.pool, 'nobody')).to.deep.equal({
      ...{ customerId: 'nobody', totals: [], items: [], nextCursor: null },
    })
  })
})
