import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import type { NewProduct } from '../../supporting/catalogue/products.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

const shippingAddress = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' }

describe('what the read models tell', () => {
  let shop: ShopApi
  let customer: Person
  let other: Person
  let support: Person
  let product: NewProduct
  let paid: Readonly<Record<string, unknown>>

  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, limits: { positionMs: 5_000 } }))
    ;[customer, other, support] = await Promise.all([
      shop.person('customer'),
      shop.person('customer'),
      shop.person('support'),
    ])
    product = await shop.product(10, { name: '=Lamp, "fine"' })
    paid = await order('sim_approve')
    expect(paid['status']).to.equal('paid')
    await order('sim_decline')
  })
  after(() => shop.stop())

  const order = async (paymentMethodId: string): Promise<Readonly<Record<string, unknown>>> => {
    const { body } = await shop.call({
      method: 'POST',
      url: '/api/v1/orders',
      as: customer,
      headers: { prefer: 'wait=10' },
      body: { items: [{ productId: product.id, quantity: 2 }], shippingAddress, paymentMethodId },
    })
    return body
  }
  const get = (url: string, as: Person): Promise<Answer> =>
    shop.call({ method: 'GET', url: `/api/v1/${url}`, as })
  const itemsOf = ({ body }: Answer): Readonly<Record<string, unknown>>[] =>
    body['items'] as Readonly<Record<string, unknown>>[]

  it('are payments: the own ones, for staff those of everybody', async () => {
    const id = String(paid['id'])
    const { body } = await get(`payments/${id}`, customer)
    expect(body).to.deep.include({ id, orderId: id, customerId: customer.id, status: 'captured' })
    expect(body['captured']).to.deep.equal((paid['totals'] as Record<string, unknown>)['total'])
    expect((await get(`payments/${id}`, other)).status).to.equal(404)
    expect((await get(`payments/${id}`, support)).status).to.equal(200)

    expect(itemsOf(await get(`payments?orderId=${id}`, customer)).map((item) => item['id'])).to.deep.equal([
      id,
    ])
    expect(itemsOf(await get(`payments?orderId=${id}&customerId=${customer.id}`, other))).to.deep.equal([])
    expect(itemsOf(await get('payments', other))).to.deep.equal([])
    expect(itemsOf(await get('payments?status=declined,failed', support))).to.have.length(1)
    expect(itemsOf(await get(`payments?customerId=${other.id}`, support))).to.deep.equal([])
    expect((await get('payments?status=stolen', support)).status).to.equal(400)
  })

  it('go from page to page', async () => {
    const first = await get('payments?limit=1', customer)
    const second = await get(`payments?limit=1&cursor=${String(first.body['nextCursor'])}`, customer)
    expect(itemsOf(second)[0]?.['id']).to.equal(paid['id'])
    expect(second.body['nextCursor']).to.equal(null)
    expect((await get('payments?cursor=x', customer)).status).to.equal(400)
  })

  it('are refunds, for staff', async () => {
    const id = String(paid['id'])
    const refunded = await shop.call({
      method: 'POST',
      url: `/api/v1/orders/${id}/refunds`,
      as: await shop.person('admin'),
      body: {
        refundId: 'R-1',
        amount: { amount: 100, currency: 'EUR' },
        reason: 'scratched',
      },
    })
    expect(refunded.status).to.be.oneOf([200, 201, 202])
    const position = refunded.headers['position'] ?? ''
    const [refund] = itemsOf(await get(`refunds?orderId=${id}&position=${position}`, support))
    expect(refund).to.deep.include({ orderId: id, refundId: 'R-1', amount: { amount: 100, currency: 'EUR' } })
    // the command only asks for it: the provider is asked afterwards, and each read model hears of it by itself
    await eventually(async () => {
      const { body } = await get('analytics/dashboard', support)
      return (body['today'] as Record<string, unknown>[])[0]?.['refunds'] === 1
    })
    await eventually(async () => itemsOf(await get('refunds?status=settled', support)).length === 1)
    expect((await get('refunds?status=failed', support)).body['items']).to.deep.equal([])
  })

  it('are the wallet and its statement: empty at first, and nobody else’s', async () => {
    expect((await get('wallet', customer)).status).to.equal(404)
    expect((await get('wallet/statement', customer)).body).to.deep.equal({ items: [], nextCursor: null })
    expect((await get(`wallet?customerId=${customer.id}`, other)).status).to.equal(404)
    expect((await get(`wallet/statement?customerId=${customer.id}`, other)).status).to.equal(404)
    expect((await get(`wallet/statement?customerId=${customer.id}`, support)).status).to.equal(200)
  })

  it('are the movements of stock, for staff', async () => {
    const answer = await get(`inventory/${product.sku}/movements?limit=2`, support)
    expect(itemsOf(answer)).to.have.length(2)
    expect(itemsOf(answer)[1]).to.include({ sku: product.sku })
    expect((await get(`inventory/${product.sku}/movements`, customer)).status).to.equal(403)
  })

  it('are what a customer has ordered, and what it comes to', async () => {
    const { body } = await get(`customers/${customer.id}/orders`, support)
    expect(body['totals']).to.have.length(1)
    expect((body['totals'] as Record<string, unknown>[])[0]).to.include({ orders: 2, paid: 1, cancelled: 1 })
    expect((await get(`customers/${customer.id}/orders`, customer)).body['items']).to.have.length(2)
    expect((await get(`customers/${customer.id}/orders`, other)).status).to.equal(404)
    expect((await get(`orders?text=lamp`, customer)).body['items']).to.have.length(2)
    expect((await get(`orders?text=desk`, customer)).body['items']).to.have.length(0)
  })

  it('are sales: a dashboard, sums, series and tables', async () => {
    const today = new Date().toISOString().slice(0, 10)
    const { body } = await get('analytics/dashboard', support)
    const [sum] = body['today'] as Record<string, unknown>[]
    expect(sum).to.include({ currency: 'EUR', placed: 2, paid: 1, conversion: 0.5, cancelled: 1 })
    expect(sum?.['cancellations']).to.have.nested.property('[0].reason', 'payment_declined')
    expect(body['byDay']).to.have.length(30)
    expect(body['topProducts']).to.have.nested.property('[0].units', 2)

    const metrics = await get(`analytics/metrics?from=${today}&to=${today}`, support)
    expect(metrics.body).to.deep.equal({ from: today, to: today, items: [sum] })
    const byHour = await get(`analytics/sales?by=hour&from=${today}&to=${today}`, support)
    expect(itemsOf(byHour)).to.have.length(24)
    const csv = await shop.app.inject({
      url: '/api/v1/analytics/sales.csv?by=product',
      headers: { authorization: `Bearer ${support.token}` },
    })
    expect(csv.headers['content-type']).to.equal('text/csv; charset=utf-8')
    expect(csv.headers['content-disposition']).to.match(/^attachment; filename="sales-by-product-.*\.csv"$/)
    const [headings, row] = csv.body.split('\r\n')
    expect(headings).to.equal('sku,name,currency,orders,units,revenue')
    expect(row).to.equal(`${product.sku},"'=Lamp, ""fine""",EUR,1,2,2000`)
  })

  it('are refused for days that make no sense, or are too many', async () => {
    for (const query of [
      'from=2025-02-30',
      'from=2025-01-02&to=2025-01-01',
      'by=hour&from=2025-01-01&to=2025-03-01',
      'by=week',
    ]) {
      expect((await get(`analytics/sales?${query}`, support)).status, query).to.equal(400)
    }
  })
})
