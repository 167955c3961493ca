import { expect } from 'chai'
import { pino } from 'pino'
import { startProcesses } from './index.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('checkout', () => {
  let shop: TestShop
  let processes: { readonly stop: () => Promise<void> }

  before(async () => {
    shop = await openShop()
    processes = startProcesses({ ...shop.instance(), store: shop.store, logger: pino({ level: 'silent' }) })
  })
  after(async () => {
    await processes.stop()
    await shop.stop()
  })

  it('takes an order from placed to paid, each effect once', async () => {
    const [one, two] = [await shop.stock(3), await shop.stock(3)]
    const orderId = await shop.place([one, two])
    expect(await shop.settled(orderId)).to.include({ status: 'paid' })

    expect(await shop.types(`order-${orderId}`)).to.deep.equal(['OrderPlaced', 'OrderReserved', 'OrderPaid'])
    expect(await shop.types(`payment-${orderId}`)).to.deep.equal([
      'PaymentInitiated',
      'PaymentAuthorized',
      'PaymentCaptured',
    ])
    for (const sku of [one, two]) {
      expect(await shop.types(`inventory-${sku}`)).to.deep.equal([
        'StockReceived',
        'StockReserved',
        'ReservationCommitted',
      ])
      expect(await shop.item(sku)).to.include({ available: 2, reserved: 0 })
    }
    const effects = await shop.ledger.effects(orderId)
    expect(effects.map(({ kind }) => kind)).to.deep.equal(['authorize', 'capture'])
    // 2 × 10.00 and 4.90 for shipping, with 19 % tax
    expect(effects.map(({ amount }) => amount?.amount)).to.deep.equal([2_963, 2_963])
  })

  it('gives back what it has where a line falls short, and says which', async () => {
    const [plenty, little] = [await shop.stock(5), await shop.stock(1)]
    const orderId = await shop.place([plenty, little], 'sim_approve', 2)
    expect(await shop.settled(orderId)).to.include({ status: 'cancelled', reason: 'out_of_stock' })

    const { events } = await shop.store.readStream(`order-${orderId}`)
    expect(events.map(({ type }) => type)).to.deep.equal([
      'OrderPlaced',
      'OrderCancellationStarted',
      'OrderCancelled',
    ])
    expect(events[1]?.data).to.deep.include({
      reason: 'out_of_stock',
      shortfalls: [{ sku: little, requested: 2, available: 1 }],
    })
    expect(await shop.item(plenty)).to.include({ available: 5, reserved: 0 })
    expect(await shop.item(little)).to.include({ available: 1, reserved: 0 })
    expect(await shop.ledger.effects(orderId)).to.deep.equal([])
  })

  it('gives the stock back where the payment is declined', async () => {
    const sku = await shop.stock(2)
    const orderId = await shop.place([sku], 'sim_decline')
    expect(await shop.settled(orderId)).to.include({ status: 'cancelled', reason: 'payment_declined' })
    expect(await shop.types(`inventory-${sku}`)).to.deep.equal([
      'StockReceived',
      'StockReserved',
      'ReservationReleased',
    ])
    expect(await shop.payment(orderId)).to.deep.include({
      status: 'declined',
      failure: { code: 'card_declined', message: 'The card was declined.' },
    })
  })

  it('waits for a slow provider', async () => {
    const orderId = await shop.place([await shop.stock(1)], 'sim_slow')
    expect(await shop.settled(orderId)).to.include({ status: 'paid' })
  })

  it('stops at reserved where nobody has said how it is paid', async () => {
    const [sku, other] = [await shop.stock(1), await shop.stock(1)]
    const orderId = await shop.place([sku], null)
    // a later order that is through shows that this one was looked at
    await shop.settled(await shop.place([other]))
    while ((await shop.order(orderId)).status === 'placed') await new Promise(setImmediate)
    expect(await shop.types(`order-${orderId}`)).to.deep.equal(['OrderPlaced', 'OrderReserved'])
    expect(await shop.item(sku)).to.include({ available: 0, reserved: 1 })
  })

  it('sells 50 of 50 to 200 buyers at once', async () => {
    const sku = await shop.stock(50)
    const ids = await Promise.all(Array.from({ length: 200 }, () => shop.place([sku])))
    const settled = await Promise.all(ids.map((orderId) => shop.settled(orderId)))
    expect(settled.filter(({ status }) => status === 'paid')).to.have.length(50)
    expect(settled.filter(({ status }) => status === 'cancelled')).to.have.length(150)
    expect(await shop.item(sku)).to.include({ available: 0, reserved: 0 })
  })
})
