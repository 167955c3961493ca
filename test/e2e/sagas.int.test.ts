import { dirname } from 'node:path'
import { expect } from 'chai'
import Stripe from 'stripe'
import { startStripeServer, type StripeServer } from '../../gateways/payments/testing/stripe-server.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDataDir } from '../support/orderstream.ts'
import { startShop, type RunningShop } from '../support/running-shop.ts'
import { dataOf, type OrderView } from './client.ts'
import { signedIn, type Shopper } from './shopper.ts'

const WEBHOOK_SECRET = 'whsec_for_tests_only'
const eur = (amount: number) => ({ amount, currency: 'EUR' })

interface Product {
  readonly id: string
  readonly sku: string
}

/** The whole program on a data directory of its own, with all ways to pay; Stripe is a server on this machine. */
const startWith = async (env: Readonly<Record<string, string>>) => {
  const stripe: StripeServer = await startStripeServer()
  const data = await temporaryDataDir()
  const shop: RunningShop = await startShop(dirname(data.path), {
    PAYMENT_PROVIDERS: 'simulator,wallet,stripe',
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_URL: `http://${stripe.api.host}:${stripe.api.port}`,
    STRIPE_RETURN_URL: 'https://shop.test/thanks',
    ...env,
  })
  const customer = await signedIn(shop.url, 'customer@demo.test')
  const admin = await signedIn(shop.url, 'admin@demo.test')

  let products = 0
  /** A product of its own for each case, at 10.00, with so many pieces in stock. */
  const product = async (stock: number): Promise<Product> => {
    products += 1
    const sku = `CASE-${products}`
    const made = await admin.api.POST('/api/v1/products', {
      body: {
        ...{ sku, name: `Case ${products}`, description: 'For one test', price: eur(1_000) },
        ...{ categoryId: await categoryId(), active: true },
      },
    })
    const { id } = dataOf(made)
    await receive(sku, stock)
    return { id, sku }
  }
  const receive = async (sku: string, quantity: number): Promise<void> => {
    const params = { path: { sku } }
    const body = { quantity, reference: 'first delivery' }
    dataOf(await admin.api.POST('/api/v1/inventory/{sku}/receive', { params, body }))
  }
  const categoryId = async (): Promise<string> => {
    const [first] = dataOf(await admin.api.GET('/api/v1/categories')).items
    if (first === undefined) throw new Error('The demo shop is empty')
    return first.id
  }

  /** What Stripe has to tell of an order, from the `from`-th event on, signed as it does. */
  const tellOfStripe = async (orderId: string, ...types: readonly string[]): Promise<string[]> => {
    const told = stripe.books.events.filter(
      ({ type, data: { object } }) => types.includes(type) && object.metadata?.['paymentId'] === orderId,
    )
    const outcomes: string[] = []
    for (const event of told) {
      const payload = JSON.stringify(event)
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET })
      const answer = await customer.api.POST('/api/v1/payments/webhooks/{provider}', {
        params: { path: { provider: 'stripe' } },
        headers: { 'stripe-signature': signature },
        // as it was signed: byte for byte
        bodySerializer: () => payload,
        body: {},
      })
      outcomes.push(dataOf(answer).outcome)
    }
    return outcomes
  }
  const intentOf = (orderId: string) => {
    const found = [...stripe.books.intents.values()].find(({ metadata }) => metadata['paymentId'] === orderId)
    if (found === undefined) throw new Error(`Stripe knows nothing of ${orderId}`)
    return found
  }
  return {
    ...{ stripe, shop, customer, admin, product, tellOfStripe, intentOf },
    preauth: (order: OrderView, orderId: string, paymentMethodId: string) =>
      customer.api.POST('/api/v1/payments/preauth', {
        body: { orderId, amount: order.totals.total, paymentMethodId },
      }),
    stop: async () => {
      await shop.stop()
      await stripe.stop()
      await data.remove()
    },
  }
}
type Running = Awaited<ReturnType<typeof startWith>>

describe('the sagas, through the whole program and over HTTP', function () {
  this.timeout(120_000)
  let running: Running
  let customer: Shopper
  let admin: Shopper

  before(async () => {
    running = await startWith({})
    ;({ customer, admin } = running)
  })
  after(() => running.stop())

  const reserved = async (productId: string): Promise<[string, OrderView]> => {
    const orderId = await customer.place(productId)
    return [orderId, await customer.until(orderId, 'reserved')]
  }
  it('checkout with the method in the order: every transition is kept with its time, cause and actor', async () => {
    const { id, sku } = await running.product(2)
    const orderId = await customer.place(id, 'sim_approve')
    const { history, payment, totals } = await customer.until(orderId, 'paid')
    expect(payment).to.deep.include({ status: 'captured', captured: totals.total })
    expect(history.map(({ status, cause, actor }) => [status, cause.type, actor.kind])).to.deep.equal([
      ['placed', 'OrderPlaced', 'customer'],
      ['reserved', 'OrderReserved', 'system'],
      ['paid', 'OrderPaid', 'system'],
    ])
    expect(history.map(({ actor }) => actor.id)).to.deep.equal([customer.id, 'reserve', 'pay'])
    const times = history.map(({ at }) => Date.parse(at))
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b))
    await admin.untilStock(sku, 1)
  })

  for (const [method, said, end, left] of [
    ['sim_approve', 'APPROVED', 'paid', 1],
    ['sim_insufficient_funds', 'DECLINED', 'cancelled', 2],
  ] as const) {
    it(`checkout paid once the stock is reserved: ${said}`, async () => {
      const { id, sku } = await running.product(2)
      const [orderId, order] = await reserved(id)
      const { response, data } = await running.preauth(order, orderId, method)
      expect([response.status, data?.status, data?.preauthId]).to.deep.equal([200, said, orderId])
      await customer.until(orderId, end)
      await admin.untilStock(sku, left)
    })
  }

  for (const [method, end, left] of [
    ['sim_webhook_approve', 'paid', 1],
    ['sim_webhook_decline', 'cancelled', 2],
  ] as const) {
    it(`checkout settled by a signed webhook of the simulator: ${end}`, async () => {
      const { id, sku } = await running.product(2)
      const [orderId, order] = await reserved(id)
      expect(dataOf(await running.preauth(order, orderId, method))).to.include({ status: 'PENDING' })
      await customer.until(orderId, end)
      await admin.untilStock(sku, left)
    })
  }

  it('checkout settled by a signed webhook of Stripe, after the customer has confirmed it with the bank', async () => {
    const { id, sku } = await running.product(2)
    const [orderId, order] = await reserved(id)
    const asked = dataOf(await running.preauth(order, orderId, 'pm_card_authenticationRequired'))
    expect(asked.status).to.equal('PENDING')
    expect(asked.redirectUrl).to.match(/^https:/)
    running.stripe.books.authenticate(running.intentOf(orderId).id, true)
    expect(await running.tellOfStripe(orderId, 'payment_intent.amount_capturable_updated')).to.deep.equal([
      'taken',
    ])
    await customer.until(orderId, 'paid')
    expect(running.intentOf(orderId)).to.include({
      status: 'succeeded',
      amount_received: order.totals.total.amount,
    })
    await admin.untilStock(sku, 1)
  })

  it('a shop that is paid with wallets: the balance is reduced, and where it is too small the stock is back and the order says why', async () => {
    const { id, sku } = await running.product(4)
    const topUp = { topUpId: 'T-1', amount: eur(3_000), reference: 'bank transfer' }
    dataOf(await admin.api.POST('/api/v1/wallet/top-ups', { body: { customerId: customer.id, ...topUp } }))
    const balance = (available: number): Promise<unknown> =>
      eventually(async () => {
        const { data } = await customer.api.GET('/api/v1/wallet')
        return data?.available.amount === available && data.held.amount === 0
      })
    await balance(3_000)
    const first = await customer.place(id, 'wallet')
    const { totals, payment } = await customer.until(first, 'paid')
    expect(payment).to.deep.include({ status: 'captured', captured: totals.total })
    await balance(3_000 - totals.total.amount)

    const tooMuch = await customer.place(id, 'wallet', 2)
    const refused = await customer.until(tooMuch, 'cancelled')
    expect(refused.cancellation).to.include({
      reason: 'payment_declined',
      detail: 'The wallet does not have enough funds.',
    })
    expect(refused.payment).to.deep.include({ status: 'declined', captured: eur(0) })
    await admin.untilStock(sku, 3)
    await balance(3_000 - totals.total.amount)

    await customer.cancel(first)
    await customer.until(first, 'cancelled')
    await balance(3_000)
    await admin.untilStock(sku, 4)
  })

  it('cancelled while its payment is in flight, it ends in one state, with nothing kept', async () => {
    const { id, sku } = await running.product(2)
    const orderId = await customer.place(id, 'sim_slow')
    await customer.until(orderId, 'reserved')
    await customer.cancel(orderId, 'Ordered by mistake')
    const order = await customer.until(orderId, 'cancelled')
    expect(order.cancellation).to.include({ reason: 'requested_by_customer', detail: 'Ordered by mistake' })
    expect(order.payment.captured.amount - order.payment.refunded.amount).to.equal(0)
    await admin.untilStock(sku, 2)
  })

  it('fulfilment in two shipments, and a return with restocking', async () => {
    const { id, sku } = await running.product(3)
    const orderId = await customer.place(id, 'sim_approve', 2)
    await customer.until(orderId, 'paid')
    const params = { path: { id: orderId } }
    for (const shipmentId of ['S-1', 'S-2']) {
      const body = { shipmentId, carrier: 'DHL', trackingNumber: shipmentId, items: [{ sku, quantity: 1 }] }
      dataOf(await admin.api.POST('/api/v1/orders/{id}/ship', { params, body }))
    }
    await customer.until(orderId, 'shipped')
    for (const shipmentId of ['S-1', 'S-2'])
      dataOf(await admin.api.POST('/api/v1/orders/{id}/deliver', { params, body: { shipmentId } }))
    await customer.until(orderId, 'delivered')
    await admin.untilStock(sku, 1)

    const back = { refundId: 'R-1', items: [{ sku, quantity: 1 }], restock: true, reason: 'Does not fit' }
    dataOf(await admin.api.POST('/api/v1/orders/{id}/refunds', { params, body: back }))
    await admin.untilStock(sku, 2)
    const order = await eventually(async () => {
      const seen = await customer.until(orderId, 'delivered')
      return seen.refunds[0]?.status === 'settled' && seen.payment.status === 'partially_refunded' && seen
    })
    expect(order.payment.refunded).to.deep.equal(eur(1_190))
    dataOf(await admin.api.POST('/api/v1/orders/{id}/complete', { params, body: {} }))
    await customer.until(orderId, 'completed')
  })

  it('a refund that Stripe reports as failed after it was made waits for an admin, and is made anew', async () => {
    const { id, sku } = await running.product(2)
    const orderId = await customer.place(id, 'pm_card_visa')
    await customer.until(orderId, 'paid')
    await customer.cancel(orderId)
    await customer.until(orderId, 'cancelled')
    await admin.untilStock(sku, 2)

    const { books } = running.stripe
    const made = () => books.refunds.filter(({ metadata }) => metadata?.['paymentId'] === orderId)
    const [first] = made()
    if (first === undefined) throw new Error('Nothing was refunded')
    books.endRefund(first.id, false)
    expect(await running.tellOfStripe(orderId, 'refund.failed')).to.deep.equal(['taken'])
    const failed = await customer.until(orderId, 'refund_failed')
    expect(failed.refunds[0]?.failure?.code).to.equal('lost_or_stolen_card')
    expect(failed.payment).to.deep.include({ status: 'captured', refunded: eur(0) })
    const { refunds } = failed
    await eventually(async () => {
      const stuck = await admin.api.GET('/api/v1/admin/sagas', {
        params: { query: { state: 'stuck', step: 'retry_refund' } },
      })
      const listed = await admin.api.GET('/api/v1/refunds', {
        params: { query: { orderId, status: 'failed' } },
      })
      const ids = dataOf(stuck).items.map((saga) => saga.orderId)
      return ids.includes(orderId) && dataOf(listed).items.length === 1
    })

    const path = { id: orderId, refundId: refunds[0]?.id ?? '' }
    dataOf(
      await admin.api.POST('/api/v1/orders/{id}/refunds/{refundId}/retry', { params: { path }, body: {} }),
    )
    const again = await customer.until(orderId, 'cancelled')
    expect(again.payment).to.deep.include({ status: 'refunded', refunded: again.totals.total })
    const keys = made().map(({ status, metadata }) => [
      status,
      metadata?.['idempotencyKey']?.split('/').at(-1),
    ])
    expect(keys).to.deep.equal([
      ['failed', '1'],
      ['succeeded', '2'],
    ])
    // told once more of the first one, nothing changes; the goods have come back once
    expect(await running.tellOfStripe(orderId, 'refund.failed')).to.deep.equal(['repeated'])
    await admin.untilStock(sku, 2)
    await customer.until(orderId, 'cancelled')
  })
})

describe('orders that nobody pays for in time, through the whole program', function () {
  this.timeout(120_000)
  let running: Running

  before(async () => {
    running = await startWith({ RESERVATION_MINUTES: '0.05' })
  })
  after(() => running.stop())

  it('expire, and their stock is back', async () => {
    const { customer, admin } = running
    const { id, sku } = await running.product(2)
    const orderId = await customer.place(id)
    const { history, cancellation, payment } = await customer.until(orderId, 'expired')
    expect(history.map(({ status }) => status)).to.deep.equal(['placed', 'reserved', 'expired'])
    expect(cancellation).to.include({ reason: 'expired' })
    expect(payment.captured).to.deep.equal(eur(0))
    await admin.untilStock(sku, 2)
    // too late to pay for it
    const late = await running.preauth(await customer.until(orderId, 'expired'), orderId, 'sim_approve')
    expect(late.response.status).to.be.oneOf([409, 422])
  })

  it('are refunded by themselves where the provider has taken the money without our knowing', async () => {
    const { customer, admin, stripe } = running
    const { id, sku } = await running.product(2)
    const orderId = await customer.place(id, 'pm_card_authenticationRequired')
    const intent = await eventually(() => {
      const found = [...stripe.books.intents.values()].find(
        ({ metadata }) => metadata['paymentId'] === orderId,
      )
      return found?.status === 'requires_action' && found
    })
    stripe.books.authenticate(intent.id, true)
    stripe.books.capture(intent.id, { amount_to_capture: String(intent.amount) })

    const order = await customer.until(orderId, 'expired')
    expect(order.payment).to.deep.include({ status: 'refunded', refunded: order.totals.total })
    expect(order.refunds).to.have.length(1)
    expect(stripe.books.refunds.map(({ amount, status }) => [amount, status])).to.deep.equal([
      [intent.amount, 'succeeded'],
    ])
    await admin.untilStock(sku, 2)
  })
})
