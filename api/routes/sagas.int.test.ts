import { expect } from 'chai'
import { ulid } from 'ulid'
import { placeOrder } from '../../commands/place-order.ts'
import type { ApiDeps } from '../deps.ts'
import { eventually } from '../../test/support/eventually.ts'
import { startShopApi, type Person, type ShopApi } from '../testing/shop-api.ts'

interface Page {
  readonly items: readonly { readonly orderId: string; readonly step: string; readonly state: string }[]
}

describe('sagas over HTTP', () => {
  let shop: ShopApi
  let deps: ApiDeps
  let admin: Person
  /** Minutes that the clock of the API is ahead. */
  let ahead = 0

  before(async () => {
    shop = await startShopApi((given) => {
      deps = { ...given, clock: { now: () => new Date(Date.now() + ahead * 60_000) } }
      return deps
    })
    admin = await shop.person('admin')
  })
  after(() => shop.stop())

  const unpaidOrder = async (): Promise<string> => {
    const { id: productId, sku, name, price: unitPrice } = await shop.product(1)
    const orderId = ulid()
    const context = { correlationId: 'c', causationId: 'c', commandId: orderId }
    const shippingAddress = { name: 'A', line1: 'S', city: 'T', postalCode: '1', country: 'DE' }
    const lines = [{ productId, sku, name, quantity: 1, unitPrice }]
    await placeOrder(
      deps.commands,
      { orderId, customerId: 'c1', lines, shippingAddress, paymentMethodId: null },
      { ...context, actor: { kind: 'customer', id: 'c1' } },
    )
    return orderId
  }
  const list = async (query: string): Promise<Page['items']> =>
    (await shop.call<Page>({ method: 'GET', url: `/api/v1/admin/sagas${query}`, as: admin })).body.items
  const resume = (orderId: string) =>
    shop.call({ method: 'POST', url: `/api/v1/admin/sagas/${orderId}/resume`, as: admin })

  it('are listed with the step at which they stand, and tell which of them are stuck', async () => {
    const orderId = await unpaidOrder()
    await eventually(async () =>
      (await list('?state=in_flight')).some(
        (saga) => saga.orderId === orderId && saga.step === 'await_payment',
      ),
    )
    expect((await list('?state=stuck')).map((saga) => saga.orderId)).to.not.include(orderId)
    ahead = 18
    expect(await list('?state=stuck&step=await_payment')).to.deep.include.members([
      (await list('')).find((saga) => saga.orderId === orderId),
    ])
    ahead = 0
    const strange = await shop.call({ method: 'GET', url: '/api/v1/admin/sagas?cursor=x', as: admin })
    expect(strange.status).to.equal(400)
  })

  it('are resumed by hand: one that only waits for its customer stays where it is', async () => {
    const orderId = await unpaidOrder()
    await eventually(async () => (await list('?step=await_payment')).some((saga) => saga.orderId === orderId))
    const { status, body } = await resume(orderId)
    expect(status).to.equal(200)
    expect(body).to.deep.include({ orderId, outcome: 'waiting', status: 'reserved', reason: null })
    expect(body['saga']).to.deep.include({ step: 'await_payment', waitsFor: 'customer' })
    expect(shop.logged.some((line) => line['by'] === admin.id && line['orderId'] === orderId)).to.equal(true)
  })

  it('are not there where there is no such order', async () => {
    expect((await resume(ulid())).status).to.equal(404)
  })
})
