import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

interface Order {
  readonly id: string
  readonly status: string
  readonly revision: string
  readonly payment: { readonly status: string }
}
type Trail = readonly { readonly type: string; readonly at: string }[]

describe('an order as it was', () => {
  let shop: ShopApi
  let ada: Person
  let order: Order
  let trail: Trail
  before(async () => {
    shop = await startShopApi()
    ada = await shop.person('customer')
    const { id: productId } = await shop.product(5)
    const placed = await shop.call<Order>({
      method: 'POST',
      url: '/api/v1/orders',
      as: ada,
      headers: { prefer: 'wait=10' },
      body: {
        items: [{ productId, quantity: 2 }],
        shippingAddress: {
          name: 'Ada',
          line1: 'Main Street 1',
          city: 'Berlin',
          postalCode: '10115',
          country: 'DE',
        },
        paymentMethodId: 'sim_approve',
      },
    })
    order = placed.body
    expect(order.status).to.equal('paid')
    const { body } = await get<{ items: Trail }>(`/events`)
    trail = body.items
  })
  after(() => shop.stop())

  const get = <Body = Order>(rest: string, as = ada): Promise<Answer<Body>> =>
    shop.call<Body>({ method: 'GET', url: `/api/v1/orders/${order.id}${rest}`, as })

  it('at a revision', async () => {
    const placed = await get('?revision=0')
    expect(placed.status).to.equal(200)
    expect(placed.body).to.include({ status: 'placed', revision: '0' })
    expect(placed.headers, 'what was can not be changed: there is nothing for If-Match').to.not.have.property(
      'etag',
    )
    expect((await get('?revision=1')).body).to.include({ status: 'reserved' })
  })

  it('is at its last revision, and from then on, exactly what the read model shows', async () => {
    const shown = await eventually(async () => {
      const { body } = await get('')
      return body.payment.status === 'captured' && body
    })
    expect((await get(`?revision=${shown.revision}`)).body).to.deep.equal(shown)
    expect((await get('?asOf=2999-01-01T00:00:00.000Z')).body).to.deep.equal(shown)
  })

  it('at a time, in any time zone', async () => {
    const [first] = trail
    expect(first?.type).to.equal('OrderPlaced')
    const time = new Date(first?.at ?? '')
    expect((await get(`?asOf=${time.toISOString()}`)).body.status).to.be.oneOf(['placed', 'reserved', 'paid'])
    const before = new Date(time.getTime() - 1)
    expect((await get(`?asOf=${before.toISOString()}`)).status).to.equal(404)
    // a time two hours to the east of Greenwich
    const east = `${new Date(before.getTime() + 2 * 3_600_000).toISOString().slice(0, -1)}%2B02:00`
    expect((await get(`?asOf=${east}`)).status).to.equal(404)
  })

  it('is not there at a revision that it has not reached', async () => {
    expect(await get<object>('?revision=99')).to.have.nested.property(
      'body.detail',
      'It has not reached this revision',
    )
    expect((await get('?revision=99')).status).to.equal(404)
  })

  it('is refused for what is no time and no revision, and for both at once', async () => {
    for (const query of [
      '?asOf=yesterday',
      '?revision=-1',
      '?revision=1.5',
      '?revision=0&asOf=2030-01-01T00:00:00Z',
    ]) {
      expect((await get(query)).status, query).to.equal(400)
    }
  })

  it('is there for those only who may see it now', async () => {
    const [eve, support] = [await shop.person('customer'), await shop.person('support')]
    expect((await get('?revision=0', eve)).status).to.equal(404)
    expect((await get(`?asOf=${trail[0]?.at ?? ''}`, eve)).status).to.equal(404)
    expect((await get('?revision=0', support)).status).to.equal(200)
    expect(
      (await shop.call({ method: 'GET', url: `/api/v1/orders/${order.id}?revision=0` })).status,
    ).to.equal(401)
  })
})
