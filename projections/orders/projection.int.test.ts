import { expect } from 'chai'
import fc from 'fast-check'
import { createEventLog } from '../testing/event-log.ts'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { feed, repeatedBatches } from '../testing/feeding.ts'
import { line, minute, orderPlaced, paidOrder } from '../testing/histories.ts'
import { ordersProjection } from './projection.ts'

describe('the orders projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  const log = createEventLog()
  const streams = ['o1', 'o2', 'o3'].map((id) => paidOrder(id))
  // the orders move side by side
  for (let step = 0; step < 6; step += 1) {
    for (const events of streams) {
      const [stream, event] = events[step] ?? []
      if (stream !== undefined && event !== undefined) log.append(stream, event)
    }
  }
  log.append('order-o4', orderPlaced('o4'))
  log.append('order-o4', {
    type: 'OrderCancelled',
    data: { orderId: 'o4', reason: 'payment_declined', cancelledAt: minute(3) },
  })

  it('gives the same rows however its events are cut into batches and repeated', async () => {
    const expected = await feed(database.pool, ordersProjection, [log.events])
    expect(expected['orders']).to.have.length(4)
    expect(expected['order_counts']).to.deep.equal([
      { status: 'cancelled', orders: '1' },
      { status: 'paid', orders: '3' },
      { status: 'placed', orders: '0' },
      { status: 'reserved', orders: '0' },
    ])
    await fc.assert(
      fc.asyncProperty(repeatedBatches(log.events), async (batches) => {
        expect(await feed(database.pool, ordersProjection, batches)).to.deep.equal(expected)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps text that Postgres has no place for, less what it can not hold', async () => {
    const odd = createEventLog()
    const lines = [{ ...line('lamp'), name: 'nul \u0000, half \ud83d, whole 😀, \\u0000' }]
    odd.append('order-o1', orderPlaced('o1', { lines }))
    const { orders } = await feed(database.pool, ordersProjection, [odd.events])
    expect(orders).to.have.nested.property('[0].lines[0].name', 'nul \ufffd, half \ufffd, whole 😀, \\u0000')
  })
})
