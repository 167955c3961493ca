import { expect } from 'chai'
import { InvalidCursorError } from '../cursor.ts'
import type { TestDatabase } from '../testing/database.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { eur, line, minute, orderPlaced, paidOrder } from '../testing/histories.ts'
import { paymentsProjection } from '../payments/projection.ts'
import { ordersProjection } from './projection.ts'
import { countOrders, getOrder, listOrders, type OrderFilter } from './queries.ts'

describe('queries of orders', () => {
  let database: TestDatabase
  before(async () => {
    database = await projectedDatabase(
      [ordersProjection, paymentsProjection],
      [
        ...paidOrder('o1', { placedAt: minute(1), lines: [line('LAMP-1', 2)] }),
        ...paidOrder('o2', { placedAt: minute(2), customerId: 'bob' }),
        ['order-o3', orderPlaced('o3', { placedAt: minute(3), customerId: 'bob' })],
        ['order-o5', orderPlaced('o5', { placedAt: minute(4), lines: [line('chair'), line('desk')] })],
        ['order-o4', orderPlaced('o4', { placedAt: minute(4), shippingAddress: null })],
        [
          'order-o4',
          { type: 'OrderCancelled', data: { orderId: 'o4', reason: 'expired', cancelledAt: minute(20) } },
        ],
      ],
    )
  })
  after(() => database.stop())

  const idsOf = async (filter: OrderFilter): Promise<string> =>
    (await listOrders(database.pool, filter)).items.map(({ id }) => id).join(' ')

  it('shows an order with all that is known of it', async () => {
    const order = await getOrder(database.pool, 'o1')
    const total = eur(1_490)
    expect(order).to.deep.include({
      id: 'o1',
      customerId: 'ada',
      status: 'paid',
      items: [line('LAMP-1', 2)],
      totals: { items: eur(1_000), shipping: eur(490), tax: eur(0), total },
      cancellation: null,
      shipments: [],
      refunds: [],
      placedAt: minute(1),
      payBy: minute(15),
      updatedAt: minute(5),
      revision: '2',
    })
    expect(order?.shippingAddress?.city).to.equal('London')
    expect(order?.history.map(({ status }) => status)).to.deep.equal(['placed', 'reserved', 'paid'])
    expect(order?.payment.history.map(({ status }) => status)).to.deep.equal([
      'pending',
      'authorized',
      'captured',
    ])
    expect(order?.payment).to.deep.include({
      id: 'o1',
      status: 'captured',
      provider: 'simulator',
      paymentMethodId: 'sim_approve',
      amount: total,
      captured: total,
      refunded: eur(0),
      failure: null,
    })
  })

  it('shows a payment as pending before it is begun', async () => {
    expect((await getOrder(database.pool, 'o3'))?.payment).to.deep.equal({
      ...{ id: 'o3', status: 'pending', provider: null, paymentMethodId: null, failure: null, history: [] },
      ...{ amount: eur(1_490), captured: eur(0), refunded: eur(0) },
    })
  })

  it('shows a payment as voided where its order ended before it was begun', async () => {
    expect((await getOrder(database.pool, 'o4'))?.payment).to.include({ status: 'voided', provider: null })
    const [listed] = (await listOrders(database.pool, { statuses: ['cancelled'] })).items
    expect(listed).to.include({ id: 'o4', paymentStatus: 'voided' })
  })

  it('counts orders by status', async () => {
    const counts = await countOrders(database.pool)
    expect(counts.map(({ status, orders }) => `${status} ${orders}`)).to.have.members([
      'placed 2',
      'reserved 0',
      'paid 2',
      'cancelled 1',
    ])
  })

  it('knows no order of another id', async () => {
    expect(await getOrder(database.pool, 'o9')).to.equal(undefined)
  })

  it('lists orders newest first, those of one moment by id', async () => {
    const { items, nextCursor } = await listOrders(database.pool)
    expect(items.map(({ id }) => id)).to.deep.equal(['o5', 'o4', 'o3', 'o2', 'o1'])
    expect(nextCursor).to.equal(null)
    expect(items[3]).to.deep.equal({
      ...{ id: 'o2', customerId: 'bob', status: 'paid', paymentStatus: 'captured' },
      ...{ placedAt: minute(2), updatedAt: minute(5), items: [line('lamp', 2)], total: eur(1_490) },
    })
  })

  const filters: [string, OrderFilter, string][] = [
    ['customer', { customerId: 'bob' }, 'o3 o2'],
    ['status', { statuses: ['placed', 'cancelled'] }, 'o5 o4 o3'],
    ['statuses, each with its share of a page', { statuses: ['paid', 'placed'], limit: 3 }, 'o5 o3 o2'],
    ['status of a customer', { customerId: 'bob', statuses: ['placed', 'cancelled'] }, 'o3'],
    ['no status at all', { statuses: [] }, ''],
    ['first day', { placedFrom: minute(3) }, 'o5 o4 o3'],
    ['last day, exclusive', { placedBefore: minute(3) }, 'o2 o1'],
    ['word of an id', { text: 'o3' }, 'o3'],
    ['beginning of a sku, in any case', { text: 'chai' }, 'o5'],
    ['all words', { text: 'DESK chair' }, 'o5'],
    ['words that are nowhere together', { text: 'desk bob' }, ''],
    ['a sku with a dash', { text: 'lamp-1' }, 'o1'],
    ['customer by text', { text: 'bob' }, 'o3 o2'],
    ['signs that are operators of a text query', { text: `chair' & ! | ( : *` }, 'o5'],
    ['a word longer than Postgres takes', { text: 'x'.repeat(5_000) }, ''],
    ['more words than anybody types', { text: 'desk chair '.repeat(5_000) }, 'o5'],
    ['text without words', { text: ' -- ' }, 'o5 o4 o3 o2 o1'],
    [
      'everything at once',
      { customerId: 'bob', statuses: ['paid'], text: 'lamp', placedFrom: minute(0) },
      'o2',
    ],
  ]
  for (const [name, filter, expected] of filters) {
    it(`filters by ${name}`, async () => {
      expect(await idsOf(filter)).to.equal(expected)
    })
  }

  it('goes from page to page without loss, also inside one moment', async () => {
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const page = await listOrders(database.pool, { limit: 1, cursor })
      pages.push(page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(pages).to.deep.equal([['o5'], ['o4'], ['o3'], ['o2'], ['o1']])
  })

  it('keeps pages within bounds', async () => {
    expect((await listOrders(database.pool, { limit: 0 })).items).to.have.length(1)
    expect((await listOrders(database.pool, { limit: 1_000 })).items).to.have.length(5)
  })

  for (const cursor of [
    '',
    'x',
    '!!',
    Buffer.from('["2030",1]').toString('base64url'),
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["2030-13-01T00:00:00.000Z","o1"]').toString('base64url'),
  ]) {
    it(`refuses the cursor "${cursor}"`, async () => {
      const error = await listOrders(database.pool, { cursor }).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(InvalidCursorError)
    })
  }
})
