import { expect } from 'chai'
import { resilient } from '../../gateways/payments/resilient.ts'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

const eur = (amount: number): { readonly amount: number; readonly currency: string } => ({
  amount,
  currency: 'EUR',
})
/** One piece at 10.00 and 4.90 for shipping, with 19 % tax. */
const total = eur(1_773)

interface Order {
  readonly status: string
  readonly cancellation: { readonly reason: string } | null
  readonly payment: Readonly<Record<string, unknown>>
}

describe('paying over the API', () => {
  let shop: ShopApi
  let support: Person

  before(async () => {
    // shorter than in production, so that a provider that is too late is so soon
    const policy = {
      limitMs: 400,
      retries: { most: 2, baseMs: 1, capMs: 4 },
      breaker: { failures: 500, windowMs: 60_000, openMs: 30_000 },
    }
    shop = await startShopApi((deps) => deps, { around: (provider) => resilient(provider, policy) })
    support = await shop.person('support')
  })
  after(() => shop.stop())

  const post = (as: Person, url: string, body: unknown = {}): Promise<Answer> =>
    shop.call({ method: 'POST', url: `/api/v1${url}`, as, body })
  const place = async (
    as: Person,
    paymentMethodId?: string,
  ): Promise<{ readonly orderId: string; readonly sku: string }> => {
    const { id, sku } = await shop.product(2)
    const { status, body } = await post(as, '/orders', {
      items: [{ productId: id, quantity: 1 }],
      shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      ...(paymentMethodId !== undefined && { paymentMethodId }),
    })
    expect(status).to.equal(202)
    return { orderId: String(body['id']), sku }
  }
  const until = (orderId: string, ...statuses: string[]): Promise<Order> =>
    eventually(async () => {
      const { body } = await shop.call<Order>({
        method: 'GET',
        url: `/api/v1/orders/${orderId}`,
        as: support,
      })
      return statuses.includes(body.status) && body
    })
  const stock = async (sku: string): Promise<unknown> =>
    (await shop.call({ method: 'GET', url: `/api/v1/inventory/${sku}`, as: support })).body
  const untilStock = (sku: string, available: number): Promise<unknown> =>
    eventually(async () => {
      const { available: now, reserved } = (await stock(sku)) as { available: number; reserved: number }
      return now === available && reserved === 0
    })
  const effects = async (orderId: string): Promise<string[]> =>
    (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  const topUp = (as: Person, customerId: string, amount: number, topUpId = 'T-1'): Promise<Answer> =>
    post(as, '/wallet/top-ups', { customerId, topUpId, amount: eur(amount), reference: 'bank transfer' })

  describe('with a method that is named with the order', () => {
    const outcomes = {
      sim_approve: ['paid', null, ['authorize', 'capture'], 1],
      sim_slow: ['paid', null, ['authorize', 'capture'], 1],
      sim_timeout_then_approved: ['paid', null, ['authorize', 'capture'], 1],
      sim_decline: ['cancelled', 'payment_declined', [], 2],
      sim_insufficient_funds: ['cancelled', 'payment_declined', [], 2],
      sim_timeout_then_declined: ['cancelled', 'payment_declined', [], 2],
      sim_fail_capture: ['cancelled', 'capture_failed', ['authorize', 'void'], 2],
    } as const
    for (const [method, [status, reason, done, available]] of Object.entries(outcomes)) {
      it(`${method}: ${status}`, async () => {
        const { orderId, sku } = await place(await shop.person('customer'), method)
        const order = await until(orderId, status)
        expect(order.cancellation?.reason ?? null).to.equal(reason)
        expect(await effects(orderId)).to.deep.equal(done)
        await untilStock(sku, available)
      })
    }
  })

  describe('once the stock is reserved', () => {
    const preauth = (as: Person, orderId: string, paymentMethodId: string): Promise<Answer> =>
      post(as, '/payments/preauth', { orderId, amount: total, paymentMethodId })

    for (const [method, said, status] of [
      ['sim_approve', 'APPROVED', 'paid'],
      ['sim_timeout_then_approved', 'APPROVED', 'paid'],
      ['sim_decline', 'DECLINED', 'cancelled'],
      ['sim_timeout_then_declined', 'DECLINED', 'cancelled'],
    ] as const) {
      it(`${method}: ${said}, then ${status}`, async () => {
        const customer = await shop.person('customer')
        const { orderId } = await place(customer)
        await until(orderId, 'reserved')
        const { status: code, body } = await preauth(customer, orderId, method)
        expect(code).to.equal(200)
        expect(body).to.include({ status: said, preauthId: orderId })
        await until(orderId, status)
      })
    }
  })

  it('is answered within the time limit where the provider is silent; the order goes on by itself', async () => {
    const hasty = await startShopApi((deps) => ({
      ...deps,
      commands: { ...deps.commands, preauthLimitMs: 100 },
    }))
    try {
      const customer = await hasty.person('customer')
      const { id } = await hasty.product(2)
      const call = (method: 'GET' | 'POST', url: string, body?: unknown): Promise<Answer> =>
        hasty.call({ method, url: `/api/v1${url}`, as: customer, ...(body !== undefined && { body }) })
      const placed = await call('POST', '/orders', {
        items: [{ productId: id, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      })
      const orderId = String(placed.body['id'])
      const until = (status: string): Promise<unknown> =>
        eventually(async () => (await call('GET', `/orders/${orderId}`)).body['status'] === status)
      await until('reserved')
      const { status, body } = await call('POST', '/payments/preauth', {
        ...{ orderId, amount: total, paymentMethodId: 'sim_timeout_then_approved' },
      })
      expect(status).to.equal(200)
      expect(body).to.include({ status: 'PENDING', preauthId: orderId, failure: null })
      await until('paid')
      const done = (await hasty.ledger.effects(orderId)).map(({ kind }) => kind)
      expect(done).to.deep.equal(['authorize', 'capture'])
    } finally {
      await hasty.stop()
    }
  })

  describe('with the wallet', () => {
    it('takes the money from the balance, and gives it back when the order is cancelled', async () => {
      const customer = await shop.person('customer')
      const first = await topUp(support, customer.id, 5_000)
      expect(first.body).to.deep.equal({ customerId: customer.id, available: eur(5_000), held: eur(0) })
      const { orderId, sku } = await place(customer, 'wallet')
      await until(orderId, 'paid')
      const again = await topUp(support, customer.id, 5_000)
      expect(again.body).to.deep.include({ available: eur(5_000 - 1_773), held: eur(0) })
      await untilStock(sku, 1)

      await post(customer, `/orders/${orderId}/cancel`)
      await until(orderId, 'cancelled')
      expect((await topUp(support, customer.id, 5_000)).body).to.deep.include({ available: eur(5_000) })
      await untilStock(sku, 2)
    })

    it('restores the stock and says why where there is too little in it', async () => {
      const customer = await shop.person('customer')
      await topUp(support, customer.id, 1_772)
      const { orderId, sku } = await place(customer, 'wallet')
      const { cancellation } = await until(orderId, 'cancelled')
      expect(cancellation).to.include({
        reason: 'payment_declined',
        detail: 'The wallet does not have enough funds.',
      })
      await untilStock(sku, 2)
      expect((await topUp(support, customer.id, 1_772)).body).to.deep.include({ available: eur(1_772) })
    })

    it('is not spent twice by orders that come at once', async () => {
      const customer = await shop.person('customer')
      await topUp(support, customer.id, 2 * 1_773)
      const placed = await Promise.all(Array.from({ length: 5 }, () => place(customer, 'wallet')))
      const orders = await Promise.all(placed.map(({ orderId }) => until(orderId, 'paid', 'cancelled')))
      expect(orders.map(({ status }) => status).sort()).to.deep.equal([
        ...Array<string>(3).fill('cancelled'),
        'paid',
        'paid',
      ])
      const { body } = await topUp(support, customer.id, 2 * 1_773)
      expect(body).to.deep.include({ available: eur(0), held: eur(0) })
    })

    it('takes in only what staff has seen, once, for customers that there are', async () => {
      const customer = await shop.person('customer')
      expect((await topUp(customer, customer.id, 1_000)).status).to.equal(403)
      expect((await topUp(support, '01KAJ5Z4QW8X2N6T3R9V7C1B0D', 1_000)).status).to.equal(404)
      expect((await topUp(support, customer.id, 0)).status).to.equal(400)
      expect((await topUp(support, customer.id, 1_000)).status).to.equal(200)
      const other = await topUp(support, customer.id, 2_000)
      expect(other.status).to.equal(422)
      expect(other.body).to.have.nested.property('rejection.type', 'top_up_differs')
      expect((await topUp(support, customer.id, 500, 'T-2')).body).to.deep.include({ available: eur(1_500) })
    })
  })

  describe('by hand', () => {
    it('captures once, and says so again', async () => {
      const { orderId } = await place(await shop.person('customer'), 'sim_approve')
      await until(orderId, 'paid')
      const { status, body } = await post(support, `/payments/${orderId}/capture`)
      expect([status, body['status']]).to.deep.equal([200, 'captured'])
      expect(await effects(orderId)).to.deep.equal(['authorize', 'capture'])
    })

    it('lets go what is held, and cancels the order', async () => {
      const { orderId, sku } = await place(await shop.person('customer'), 'sim_webhook_approve')
      await eventually(async () => (await effects(orderId)).length > 0)
      const { status, body } = await post(support, `/payments/${orderId}/void`, {
        detail: 'paid in the shop',
      })
      expect([status, body['status']]).to.deep.equal([200, 'voided'])
      expect((await until(orderId, 'cancelled')).cancellation).to.include({ reason: 'requested_by_staff' })
      expect(await effects(orderId)).to.deep.equal(['authorize', 'void'])
      await untilStock(sku, 2)
      expect((await post(support, `/payments/${orderId}/void`)).body).to.include({ status: 'voided' })
      const late = await post(support, `/payments/${orderId}/capture`)
      expect(late.body).to.have.nested.property('rejection.type', 'payment_not_held')
    })

    it('does not let go what was taken, nor what is not there', async () => {
      const { orderId } = await place(await shop.person('customer'), 'sim_approve')
      await until(orderId, 'paid')
      const { status, body } = await post(support, `/payments/${orderId}/void`)
      expect([status, body['rejection']]).to.deep.equal([
        422,
        { type: 'payment_captured', status: 'captured' },
      ])
      expect((await post(support, '/payments/01KAJ5Z4QW8X2N6T3R9V7C1B0D/void')).status).to.equal(404)
      expect((await post(support, '/payments/01KAJ5Z4QW8X2N6T3R9V7C1B0D/capture')).status).to.equal(404)
    })
  })

  describe('money that goes back', () => {
    it('a refund that fails once needs an operator, and succeeds when he tries again', async () => {
      const customer = await shop.person('customer')
      const { orderId, sku } = await place(customer, 'sim_fail_refund_once')
      await until(orderId, 'paid')
      await post(customer, `/orders/${orderId}/cancel`)
      await until(orderId, 'refund_failed')
      await untilStock(sku, 1)
      await post(support, `/orders/${orderId}/refunds/${orderId}-cancelled/retry`)
      await until(orderId, 'cancelled')
      await untilStock(sku, 2)
      expect(await effects(orderId)).to.deep.equal(['authorize', 'capture', 'refund'])
    })

    it('is in all never more than was taken', async () => {
      const { orderId } = await place(await shop.person('customer'), 'sim_approve')
      await until(orderId, 'paid')
      const refund = (refundId: string, amount: number): Promise<Answer> =>
        post(support, `/orders/${orderId}/refunds`, { refundId, amount: eur(amount), reason: 'scratched' })
      expect((await refund('R-1', 1_000)).status).to.equal(202)
      expect((await refund('R-2', 774)).body).to.have.nested.property(
        'rejection.type',
        'refund_exceeds_capture',
      )
      expect((await refund('R-3', 773)).status).to.equal(202)
      await eventually(async () => (await effects(orderId)).filter((kind) => kind === 'refund').length === 2)
    })
  })
})
