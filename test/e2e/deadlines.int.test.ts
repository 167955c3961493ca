import { expect } from 'chai'
import { pino } from 'pino'
import { moveOrder, type OrderMove } from '../../commands/move-order.ts'
import { ProviderUnavailableError } from '../../gateways/payments/provider.ts'
import { drive } from '../../processes/driver.ts'
import { startDeadlines, startProcesses, type Running } from '../../processes/index.ts'
import { orderProcess } from '../../processes/order-process.ts'
import { openShop, type TestShop } from '../../processes/testing/shop.ts'
import { deadlineBook } from '../../projections/deadlines/queries.ts'
import { startProjections } from '../../projections/index.ts'
import { eventually } from '../support/eventually.ts'

const logger = pino({ level: 'silent' })
const DAY = 24 * 60

describe('deadlines of orders, with their read model', () => {
  let shop: TestShop
  let projections: Running
  /** What runs in a test, to be stopped after it. */
  let running: Running[]
  /** Minutes that the clocks of the instances are ahead. */
  let ahead: number

  before(async () => {
    shop = await openShop()
    projections = await startProjections({ store: shop.store, pool: shop.pool, logger })
  })
  beforeEach(() => {
    running = []
    ahead = 0
  })
  afterEach(() => Promise.all(running.map((part) => part.stop())))
  after(async () => {
    await projections.stop()
    await shop.stop()
  })

  const instance = (replace: Parameters<TestShop['instance']>[0] = {}) =>
    shop.instance({ now: () => new Date(Date.now() + ahead * 60_000), ...replace })
  const process = (): void => {
    running.push(startProcesses({ ...instance(), store: shop.store, logger }))
  }
  const keepDeadlines = (): void => {
    running.push(startDeadlines({ ...instance(), book: deadlineBook(shop.pool), logger }))
  }
  const status = async (orderId: string): Promise<string> => (await shop.order(orderId)).status
  const effects = async (orderId: string): Promise<string[]> =>
    (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  it('end an order that nobody pays for: its stock comes back', async () => {
    process()
    for (let count = 0; count < 3; count += 1) keepDeadlines()
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku], null)
    await eventually(async () => (await status(orderId)) === 'reserved')
    ahead = 16
    await shop.closed(orderId)
    expect(await shop.order(orderId)).to.include({ status: 'expired', reason: 'expired' })
    expect(await shop.item(sku)).to.include({ available: 1, reserved: 0 })
    expect(await shop.types(`order-${orderId}`)).to.deep.equal([
      'OrderPlaced',
      'OrderReserved',
      'OrderCancellationStarted',
      'OrderExpired',
    ])
    const { events } = await shop.store.readStream(`order-${orderId}`)
    const [placed, , started] = events
    expect(started?.metadata).to.deep.include({
      $causationId: placed?.id,
      $correlationId: placed?.metadata.$correlationId,
      actor: { kind: 'system', id: 'deadlines' },
    })
  })

  it('end an order whose provider is silent: what it holds is let go', async () => {
    process()
    keepDeadlines()
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku], 'sim_webhook_approve')
    await eventually(async () => (await shop.payment(orderId)).status === 'pending')
    ahead = 16
    await shop.closed(orderId)
    expect(await status(orderId)).to.equal('expired')
    expect((await shop.payment(orderId)).status).to.equal('voided')
    expect(await effects(orderId)).to.not.include('capture')
    expect(await shop.item(sku)).to.include({ available: 1, reserved: 0 })
  })

  it('end an order whose money was taken without our knowing: it is given back by itself', async () => {
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku])
    const [placed] = (await shop.store.readStream(`order-${orderId}`)).events
    if (placed === undefined) throw new Error('no order')
    const silent = {
      ...shop.simulator,
      capture: async (request: Parameters<typeof shop.simulator.capture>[0]) => {
        await shop.simulator.capture(request)
        throw new ProviderUnavailableError('simulator', 'capture', new Error('no answer'))
      },
    }
    const failure = await drive(instance({ provider: silent }), orderProcess, orderId, placed).catch(
      (error: unknown) => error,
    )
    expect(failure).to.be.instanceOf(ProviderUnavailableError)
    expect(await effects(orderId)).to.deep.equal(['authorize', 'capture'])

    ahead = 16
    keepDeadlines()
    await eventually(async () => (await shop.types(`order-${orderId}`)).includes('OrderCancellationStarted'))
    process()
    await shop.closed(orderId)
    expect(await status(orderId)).to.equal('expired')
    expect((await shop.payment(orderId)).status).to.equal('refunded')
    expect(await effects(orderId)).to.deep.equal(['authorize', 'capture', 'refund'])
    expect(await shop.item(sku)).to.include({ available: 1, reserved: 0 })
  })

  it('complete an order 14 days after its last shipment has arrived', async () => {
    process()
    keepDeadlines()
    const [one, two] = [await shop.stock(1), await shop.stock(1)]
    const orderId = await shop.place([one, two])
    await shop.settled(orderId)
    const staff = { actor: { kind: 'staff', id: 's1' }, correlationId: 'c', causationId: 'c' } as const
    const move = async (change: OrderMove): Promise<void> => {
      const commandId = `${orderId}/${JSON.stringify(change)}`
      const outcome = await moveOrder(instance(), change, { ...staff, commandId })
      expect(outcome.accepted, change.type).to.equal(true)
    }
    for (const sku of [one, two]) {
      const lines = [{ sku, quantity: 1 }]
      const parcel = { shipmentId: sku, carrier: 'Post', trackingNumber: sku }
      await move({ type: 'DispatchShipment', orderId, ...parcel, lines })
    }
    await move({ type: 'DeliverShipment', orderId, shipmentId: two })
    ahead = 3 * DAY
    await move({ type: 'DeliverShipment', orderId, shipmentId: one })
    ahead = 16 * DAY
    // a later order shows that the book was looked at since
    const unpaid = await shop.place([await shop.stock(1)], null)
    ahead = 17 * DAY - 5
    await shop.closed(unpaid)
    expect(await status(orderId)).to.equal('delivered')
    ahead = 17 * DAY + 5
    await eventually(async () => (await status(orderId)) === 'completed')
  })
})
