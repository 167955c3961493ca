import { expect } from 'chai'
import { pino } from 'pino'
import { forgetCustomer } from './forget-customer.ts'
import { BATCH_LIMITS, startProjections, type RunningProjections } from './index.ts'
import { ordersProjection } from './orders/projection.ts'
import { getOrder } from './orders/queries.ts'
import { paymentsProjection } from './payments/projection.ts'
import { buildAndSwap, prepareRebuild } from './rebuild.ts'
import { startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog, type EventLog } from './testing/event-log.ts'
import { orderPlaced } from './testing/histories.ts'

const logger = pino({ level: 'silent' })
const projections = [ordersProjection, paymentsProjection]

describe('forgetting a customer', () => {
  let database: TestDatabase
  let running: RunningProjections
  let log: EventLog
  beforeEach(async () => {
    database = await startDatabase()
    log = createEventLog()
    log.append('order-o1', orderPlaced('o1', { customerId: 'ada' }))
    log.append('order-o2', orderPlaced('o2', { customerId: 'bob' }))
    running = await startProjections({ store: log, pool: database.pool, logger, projections })
    await until(async () => (await getOrder(database.pool, 'o2')) !== undefined)
  })
  afterEach(async () => {
    await running.stop()
    await database.stop()
  })

  const addressIn = async (schema: string, orderId: string): Promise<unknown> => {
    const { rows } = await database.pool.query<{ shipping_address: unknown }>(
      `SELECT shipping_address FROM ${schema}.orders WHERE id = $1`,
      [orderId],
    )
    return rows[0]?.shipping_address
  }

  it('takes the address out of their orders, and leaves the rest', async () => {
    await forgetCustomer(database.pool, projections, 'ada')
    const order = await getOrder(database.pool, 'o1')
    expect(order?.shippingAddress).to.equal(null)
    expect(order).to.include({ customerId: 'ada', status: 'placed' })
    expect((await getOrder(database.pool, 'o2'))?.shippingAddress?.name).to.equal('Ada Lovelace')
  })

  it('takes it out of the generation that is kept for a rollback as well', async () => {
    const deps = { store: log, pool: database.pool, logger, limits: BATCH_LIMITS, retryDelaysMs: [] }
    const targets = await prepareRebuild(database.pool, projections, { reuse: false })
    await buildAndSwap(deps, targets, new AbortController().signal)
    expect(await addressIn('orders_g1', 'o1')).not.to.equal(null)
    await forgetCustomer(database.pool, projections, 'ada')
    expect(await addressIn('orders_g1', 'o1')).to.equal(null)
    expect(await addressIn('orders_g2', 'o1')).to.equal(null)
  })

  it('takes out what was on its way, too', async () => {
    await forgetCustomer(database.pool, projections, 'ada')
    // it was read before the key was destroyed, and is written afterwards
    log.append('order-o3', orderPlaced('o3', { customerId: 'ada' }))
    await until(async () => (await getOrder(database.pool, 'o3'))?.shippingAddress === null)
  })
})
