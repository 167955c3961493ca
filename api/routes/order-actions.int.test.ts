import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

interface OrderView {
  readonly id: string
  readonly status: string
  readonly items: readonly { readonly sku: string }[]
  readonly totals: { readonly total: { readonly amount: number; readonly currency: string } }
  readonly payment: { readonly status: string; readonly refunded: { readonly amount: number } }
  readonly refunds: readonly { readonly status: string }[]
  readonly shipments: readonly { readonly trackingNumber: string }[]
}

describe('what people do with orders', () => {
  let shop: ShopApi
  let people: Readonly<Record<'ada' | 'ben' | 'support' | 'warehouse', Person>>

  before(async () => {
    shop = await startShopApi()
    people = {
      ada: await shop.person('customer'),
      ben: await shop.person('customer'),
      support: await shop.person('support'),
      warehouse: await shop.person('warehouse'),
    }
  })
  after(() => shop.stop())

  const post = <Body = OrderView>(
    url: string,
    as: Person,
    body: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> => shop.call<Body>({ method: 'POST', url: `/api/v1${url}`, as, body, headers })

  const order = async (id: string): Promise<OrderView> =>
    (await shop.call<OrderView>({ method: 'GET', url: `/api/v1/orders/${id}`, as: people.ada })).body

  const inStatus = (id: string, status: string): Promise<OrderView> =>
    eventually(async () => {
      const seen = await order(id)
      return seen.status === status ? seen : undefined
    })

  /** Two pieces of a product of which there are ten, for Ada. */
  const placed = async (paymentMethodId: string | null = 'sim_approve'): Promise<OrderView> => {
    const { id } = await shop.product(10)
    const { body } = await post(
      '/orders',
      people.ada,
      {
        items: [{ productId: id, quantity: 2 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        paymentMethodId,
      },
      paymentMethodId === null ? {} : { prefer: 'wait=10' },
    )
    return paymentMethodId === null ? inStatus(body.id, 'reserved') : body
  }

  const available = async ({ items }: OrderView): Promise<number> => {
    const { body } = await shop.call<{ available: number }>({
      method: 'GET',
      url: `/api/v1/inventory/${items[0]?.sku ?? ''}`,
      as: people.warehouse,
    })
    return body.available
  }

  const goods = ({ items }: OrderView, quantity: number): { sku: string; quantity: number }[] =>
    items.map(({ sku }) => ({ sku, quantity }))

  describe('cancelling', () => {
    it('gives a paid order back in full, once, whoever asks how often', async () => {
      const paid = await placed()
      const first = await post(`/orders/${paid.id}/cancel`, people.ada, { detail: 'Ordered by mistake' })
      expect(first.status).to.equal(202)
      expect(first.body).to.include({ id: paid.id, status: 'refund_pending' })
      expect(first.headers).to.include.keys('position', 'etag')
      const cancelled = await inStatus(paid.id, 'cancelled')
      expect(cancelled.payment).to.deep.include({ status: 'refunded', refunded: paid.totals.total })
      expect((await post(`/orders/${paid.id}/cancel`, people.ada)).status).to.equal(202)
      await eventually(async () => (await available(paid)) === 10)
    })

    it('lets go of an order that waits for its payment', async () => {
      const waiting = await placed(null)
      expect((await post(`/orders/${waiting.id}/cancel`, people.support)).status).to.equal(202)
      const cancelled = await inStatus(waiting.id, 'cancelled')
      expect(cancelled).to.deep.nested.include({ 'cancellation.reason': 'requested_by_staff' })
      await eventually(async () => (await available(waiting)) === 10)
    })

    it('is for the order as it was seen, where the caller insists', async () => {
      const paid = await placed()
      const stale = await post(`/orders/${paid.id}/cancel`, people.ada, {}, { 'if-match': '"0"' })
      expect(stale.status).to.equal(412)
      expect(stale.body).to.include({ type: 'urn:orderstream:problem:precondition-failed' })
      const current = String(stale.headers['etag'])
      expect(
        (await post(`/orders/${paid.id}/cancel`, people.ada, {}, { 'if-match': current })).status,
      ).to.equal(202)
    })

    it('is nobody else’s affair', async () => {
      const paid = await placed()
      expect((await post(`/orders/${paid.id}/cancel`, people.ben)).status).to.equal(404)
      expect(await order(paid.id)).to.include({ status: 'paid' })
    })
  })

  describe('fulfilment', () => {
    const ship = (paid: OrderView, shipmentId: string, quantity: number): Promise<Answer<OrderView>> =>
      post(`/orders/${paid.id}/ship`, people.warehouse, {
        shipmentId,
        carrier: 'Post',
        trackingNumber: `T-${shipmentId}`,
        items: goods(paid, quantity),
      })

    it('takes an order in two shipments from paid to completed', async () => {
      const paid = await placed()
      expect((await ship(paid, 'S1', 1)).body).to.include({ status: 'fulfilling' })
      expect((await ship(paid, 'S1', 1)).body).to.include({ status: 'fulfilling' })
      expect((await ship(paid, 'S2', 1)).body).to.include({ status: 'shipped' })
      const deliver = (shipmentId: string): Promise<Answer<OrderView>> =>
        post(`/orders/${paid.id}/deliver`, people.warehouse, { shipmentId })
      expect((await deliver('S1')).body).to.include({ status: 'shipped' })
      expect((await deliver('S2')).body).to.include({ status: 'delivered' })
      expect((await post(`/orders/${paid.id}/complete`, people.warehouse)).body).to.include({
        status: 'completed',
      })
      const seen = await inStatus(paid.id, 'completed')
      expect(seen.shipments.map(({ trackingNumber }) => trackingNumber)).to.deep.equal(['T-S1', 'T-S2'])
    })

    it('refuses what can’t be, and says why', async () => {
      const paid = await placed()
      const tooMuch = await ship(paid, 'S1', 3)
      expect(tooMuch.status).to.equal(422)
      expect(tooMuch.body).to.deep.nested.include({
        'rejection.type': 'quantity_exceeded',
        'rejection.available': 2,
      })
      const early = await post(`/orders/${paid.id}/complete`, people.warehouse)
      expect(early.body).to.deep.nested.include({
        'rejection.type': 'illegal_transition',
        'rejection.status': 'paid',
      })
    })
  })

  describe('refunds', () => {
    it('of a part give money and goods back, never more than was taken', async () => {
      const paid = await placed()
      const refund = (refundId: string, quantity: number): Promise<Answer<OrderView>> =>
        post(`/orders/${paid.id}/refunds`, people.support, {
          refundId,
          items: goods(paid, quantity),
          restock: true,
          reason: 'Not liked',
        })
      expect((await refund('R1', 1)).status).to.equal(202)
      expect((await refund('R1', 1)).status).to.equal(202)
      const settled = await eventually(async () => {
        const seen = await order(paid.id)
        return seen.refunds[0]?.status === 'settled' ? seen : undefined
      })
      expect(settled.refunds).to.have.length(1)
      expect(settled).to.include({ status: 'paid' })
      expect(settled.payment).to.include({ status: 'partially_refunded' })
      await eventually(async () => (await available(paid)) === 9)
      const tooMuch = await refund('R2', 2)
      expect(tooMuch.body).to.deep.nested.include({
        'rejection.type': 'quantity_exceeded',
        'rejection.available': 1,
      })
    })

    it('that fail for good are seen, and tried again by staff', async () => {
      const paid = await placed('sim_fail_refund_once')
      await post(`/orders/${paid.id}/cancel`, people.ada)
      await inStatus(paid.id, 'refund_failed')
      const retried = await post(`/orders/${paid.id}/refunds/${paid.id}-cancelled/retry`, people.support)
      expect(retried.status).to.equal(202)
      const cancelled = await inStatus(paid.id, 'cancelled')
      expect(cancelled.payment).to.include({ status: 'refunded' })
    })

    it('name an amount or items', async () => {
      const paid = await placed()
      const nothing = await post(`/orders/${paid.id}/refunds`, people.support, {
        refundId: 'R1',
        reason: 'x',
      })
      expect(nothing.status).to.equal(400)
    })
  })

  describe('paying later', () => {
    const pay = (waiting: OrderView, more: object = {}, as = people.ada): Promise<Answer<OrderView>> =>
      post('/payments/preauth', as, {
        orderId: waiting.id,
        amount: waiting.totals.total,
        paymentMethodId: 'sim_approve',
        ...more,
      })

    it('ten times at once is one payment, with ten equal answers', async () => {
      const waiting = await placed(null)
      const answers = await Promise.all(Array.from({ length: 10 }, () => pay(waiting)))
      for (const { status, body } of answers) {
        expect(status).to.equal(200)
        expect(body).to.deep.equal({
          preauthId: waiting.id,
          orderId: waiting.id,
          status: 'APPROVED',
          failure: null,
          redirectUrl: null,
        })
      }
      const paid = await inStatus(waiting.id, 'paid')
      expect(paid.payment).to.deep.include({ status: 'captured', captured: waiting.totals.total })
    })

    it('with a card that is declined cancels the order', async () => {
      const waiting = await placed(null)
      const { body } = await pay(waiting, { paymentMethodId: 'sim_decline' })
      expect(body).to.deep.nested.include({ status: 'DECLINED', 'failure.code': 'card_declined' })
      await inStatus(waiting.id, 'cancelled')
    })

    it('is refused where it is not for this order, this sum or this way', async () => {
      const waiting = await placed(null)
      const type = async (answer: Promise<Answer<OrderView>>): Promise<unknown> =>
        ((await answer).body as unknown as { type: string }).type.replace('urn:orderstream:problem:', '')
      expect(await type(pay(waiting, { amount: { amount: 1, currency: 'EUR' } }))).to.equal('amount-differs')
      expect(await type(pay(waiting, { paymentMethodId: 'gold' }))).to.equal('unknown-payment-method')
      expect(await type(pay(waiting, {}, people.ben))).to.equal('not-found')
      expect((await pay(waiting)).status).to.equal(200)
      expect(await type(pay(waiting, { paymentMethodId: 'sim_slow' }))).to.be.oneOf([
        'payment-method-differs',
        'command-rejected',
      ])
    })
  })
})
