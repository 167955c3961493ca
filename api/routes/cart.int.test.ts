import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Call, Person, ShopApi } from '../testing/shop-api.ts'
import { PASSWORD, startShopApi } from '../testing/shop-api.ts'

interface CartBody {
  readonly items: readonly {
    readonly productId: string
    readonly quantity: number
    readonly notices: readonly object[]
  }[]
  readonly subtotal: object | null
  readonly totals: { readonly total: { readonly amount: number } } | null
  readonly totalsRefusal: string | null
  readonly notices: readonly object[]
  readonly expiresAt: string | null
}

const ADDRESS = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' }

describe('carts', () => {
  let shop: ShopApi
  let now: Date | undefined
  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, clock: { now: () => now ?? deps.clock.now() } }))
  })
  after(() => shop.stop())
  afterEach(() => {
    now = undefined
  })

  const call = <Body = CartBody>(
    method: Call['method'],
    path: string,
    more: Partial<Call> = {},
  ): Promise<Answer<Body>> => shop.call<Body>({ method, url: `/api/v1/cart${path}`, ...more })
  const add = (productId: string, quantity: number, more: Partial<Call> = {}): Promise<Answer<CartBody>> =>
    call('POST', '/items', { body: { productId, quantity }, ...more })
  const quantities = ({ body }: Answer<CartBody>): Record<string, number> =>
    Object.fromEntries(body.items.map(({ productId, quantity }) => [productId, quantity]))
  const token = ({ headers }: Answer<CartBody>): Record<string, string> => ({
    'cart-token': headers['cart-token'] ?? '',
  })

  it('are filled, changed and emptied by whoever is signed in', async () => {
    const as = await shop.person('customer')
    const [a, b] = [await shop.product(5), await shop.product(5, { price: { amount: 250, currency: 'EUR' } })]
    expect((await call('GET', '', { as })).body).to.deep.equal({
      ...{ items: [], subtotal: null, totals: null, totalsRefusal: null, notices: [], expiresAt: null },
    })
    await add(a.id, 1, { as })
    await add(a.id, 1, { as })
    const both = await add(b.id, 4, { as })
    expect(both.headers['cache-control']).to.equal('private, no-store')
    expect(both.headers['cart-token']).to.equal(undefined)
    expect(both.body.items).to.deep.equal([
      {
        ...{
          productId: a.id,
          sku: a.sku,
          name: a.name,
          imageUrl: null,
          quantity: 2,
          available: 5,
          notices: [],
        },
        ...{ unitPrice: { amount: 1_000, currency: 'EUR' }, lineTotal: { amount: 2_000, currency: 'EUR' } },
      },
      {
        ...{
          productId: b.id,
          sku: b.sku,
          name: b.name,
          imageUrl: null,
          quantity: 4,
          available: 5,
          notices: [],
        },
        ...{ unitPrice: { amount: 250, currency: 'EUR' }, lineTotal: { amount: 1_000, currency: 'EUR' } },
      },
    ])
    expect(both.body.subtotal).to.deep.equal({ amount: 3_000, currency: 'EUR' })
    expect(quantities(await call('PUT', `/items/${a.id}`, { as, body: { quantity: 1 } }))).to.deep.equal({
      [a.id]: 1,
      [b.id]: 4,
    })
    expect(quantities(await call('DELETE', `/items/${b.id}`, { as }))).to.deep.equal({ [a.id]: 1 })
    expect((await call('DELETE', '', { as })).status).to.equal(204)
    expect((await call('GET', '', { as })).body.items).to.deep.equal([])
  })

  it('cost what the order would', async () => {
    const as = await shop.person('customer')
    const product = await shop.product(5)
    await add(product.id, 2, { as })
    const quoted = (await call('GET', '?country=DE', { as })).body
    const order = await call<{ totals: object }>('POST', '/checkout', {
      as,
      body: { shippingAddress: ADDRESS },
    })
    expect(quoted.totals).to.deep.equal(order.body.totals)

    expect((await call('GET', '?country=US', { as })).body.totalsRefusal).to.equal('not-deliverable')
    const other = await shop.person('customer')
    expect((await call('GET', '?country=DE', { as: other })).body.totalsRefusal).to.equal('empty')
    const yen = await shop.product(5, { price: { amount: 5, currency: 'JPY' } })
    const mixed = await add(yen.id, 1, { as })
    expect(mixed.body.subtotal).to.equal(null)
    expect((await call('GET', '?country=DE', { as })).body.totalsRefusal).to.equal('mixed-currencies')
    expect((await call('GET', '?country=de', { as })).status).to.equal(400)
  })

  it('tell what has become of their products', async () => {
    const as = await shop.person('customer')
    const [dearer, short, gone, deleted] = [
      await shop.product(5),
      await shop.product(1),
      await shop.product(5),
      await shop.product(5),
    ]
    for (const { id } of [dearer, short, gone, deleted]) await add(id, 2, { as })
    await shop.pool.query('update shop.products set price_amount = 1100 where id = $1', [dearer.id])
    await shop.pool.query('update shop.products set active = false where id = $1', [gone.id])
    await shop.pool.query('delete from shop.products where id = $1', [deleted.id])

    // what is in stock, a read model tells
    const body = await eventually(async () => {
      const { body: cart } = await call('GET', '', { as })
      return JSON.stringify(cart).includes('"available":1') && cart
    })
    expect(body.items.map(({ notices }) => notices)).to.deep.equal([
      [{ kind: 'price_changed', was: { amount: 1_000, currency: 'EUR' } }],
      [{ kind: 'short', available: 1 }],
      [{ kind: 'not_for_sale' }],
      [{ kind: 'not_for_sale' }],
    ])
    expect(body.subtotal, 'of what is for sale').to.deep.equal({ amount: 4_200, currency: 'EUR' })
    const seen = await call('PUT', `/items/${dearer.id}`, { as, body: { quantity: 2 } })
    expect(seen.body.items[0]?.notices).to.deep.equal([])
    expect((await add(gone.id, 1, { as })).status).to.equal(422)
    expect((await call('POST', '/checkout', { as, body: { shippingAddress: ADDRESS } })).status).to.equal(422)
  })

  it('have limits', async () => {
    const as = await shop.person('customer')
    const product = await shop.product(5)
    await add(product.id, 1_000, { as })
    const refused = await add(product.id, 1, { as })
    expect(refused.status).to.equal(422)
    expect(refused.body).to.include({ type: 'urn:orderstream:problem:cart-full' })
    for (const quantity of [0, -1, 1.5, 1_001, '1']) {
      expect((await add(product.id, quantity as number, { as })).status, String(quantity)).to.equal(400)
    }
    expect((await add('never', 1, { as })).status).to.equal(422)
    expect((await call('PUT', '/items/A%20B', { as, body: { quantity: 1 } })).status).to.equal(404)
  })

  it('of nobody in particular belong to who has the token', async () => {
    const product = await shop.product(5)
    const begun = await add(product.id, 1)
    expect(begun.headers['cart-token']).to.match(/^[\w-]{43}$/)
    const headers = token(begun)
    expect(quantities(await add(product.id, 2, { headers }))).to.deep.equal({ [product.id]: 3 })
    expect(quantities(await call('GET', '', { headers }))).to.deep.equal({ [product.id]: 3 })
    expect((await call('GET', '')).body.items).to.deep.equal([])
    expect((await call('GET', '', { headers: { 'cart-token': 'x' } })).status).to.equal(400)
    const madeUp = await add(product.id, 1, { headers: { 'cart-token': 'A'.repeat(43) } })
    expect(madeUp.headers['cart-token']).to.be.a('string').and.not.equal('A'.repeat(43))
    expect(
      (await call('POST', '/checkout', { headers, body: { shippingAddress: ADDRESS } })).status,
    ).to.equal(401)
    expect((await call('DELETE', `/items/${product.id}`)).body.items).to.deep.equal([])
    expect(
      (await call('GET', '', { headers: { authorization: 'Bearer x' } })).status,
      'not as nobody',
    ).to.equal(401)
  })

  it('keep the keys of one apart from those of others', async () => {
    const product = await shop.product(5)
    const key = { 'idempotency-key': randomUUID() }
    const [mine, other] = [await add(product.id, 1), await add(product.id, 1)]
    const first = await add(product.id, 1, { headers: { ...token(mine), ...key } })
    const again = await add(product.id, 1, { headers: { ...token(mine), ...key } })
    expect([quantities(first), quantities(again)]).to.deep.equal([{ [product.id]: 2 }, { [product.id]: 2 }])
    expect(again.headers['idempotency-replayed']).to.equal('true')
    const theirs = await add(product.id, 5, { headers: { ...token(other), ...key } })
    expect(quantities(theirs)).to.deep.equal({ [product.id]: 6 })
    // two who have no cart yet get one each, whatever their keys
    const [one, two] = [
      await add(product.id, 1, { headers: key }),
      await add(product.id, 1, { headers: key }),
    ]
    expect(one.headers['cart-token']).to.not.equal(two.headers['cart-token'])
  })

  it('end an hour after their last change', async () => {
    const as = await shop.person('customer')
    const product = await shop.product(5)
    const { body } = await add(product.id, 1, { as })
    now = new Date(Date.parse(body.expiresAt ?? '') - 1)
    expect((await call('GET', '', { as })).body.items).to.have.length(1)
    now = new Date(Date.parse(body.expiresAt ?? ''))
    expect((await call('GET', '', { as })).body.items).to.deep.equal([])
  })

  describe('of those who sign in', () => {
    const login = (person: Person, headers: Record<string, string>): Promise<Answer> =>
      shop.call({
        method: 'POST',
        url: '/api/v1/auth/login',
        headers,
        body: { email: person.email, password: PASSWORD },
      })

    it('are put together', async () => {
      const as = await shop.person('customer')
      const [a, b] = [await shop.product(5), await shop.product(5)]
      await add(a.id, 1, { as })
      const headers = token(await add(a.id, 2))
      await add(b.id, 1, { headers })
      const signedIn = await Promise.all([
        login(as, headers),
        login(as, headers),
        call('GET', '', { as, headers }),
      ])
      expect(signedIn.map(({ status }) => status)).to.deep.equal([200, 200, 200])
      expect(quantities(await call('GET', '', { as, headers }))).to.deep.equal({ [a.id]: 3, [b.id]: 1 })
      expect((await call('GET', '', { headers })).body.items).to.deep.equal([])
    })

    it('are put together by the next call where that did not happen at sign-in, and say what did not fit', async () => {
      const as = await shop.person('customer')
      const product = await shop.product(5)
      await add(product.id, 999, { as })
      const headers = token(await add(product.id, 2))
      const seen = await call('GET', '', { as, headers })
      expect(seen.body.notices).to.deep.equal([{ kind: 'quantity_limited', productId: product.id }])
      expect(quantities(seen)).to.deep.equal({ [product.id]: 1_000 })
      expect((await call('GET', '', { as, headers })).body.notices).to.deep.equal([])
    })

    it('stay as they are where the password was wrong', async () => {
      const as = await shop.person('customer')
      const product = await shop.product(5)
      const headers = token(await add(product.id, 1))
      const { status } = await shop.call({
        ...{ method: 'POST', url: '/api/v1/auth/login', headers },
        body: { email: as.email, password: 'wrong' },
      })
      expect(status).to.equal(401)
      expect((await call('GET', '', { headers })).body.items).to.have.length(1)
      expect((await call('GET', '', { as })).body.items).to.deep.equal([])
    })
  })

  describe('that are checked out', () => {
    const checkout = (as: Person, more: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
      call('POST', '/checkout', {
        ...{ as, headers },
        body: { shippingAddress: ADDRESS, paymentMethodId: 'sim_approve', ...more },
      })
    const items = async (as: Person): Promise<number> => (await call('GET', '', { as })).body.items.length

    it('become an order, and are empty once it is paid', async () => {
      const as = await shop.person('customer')
      const product = await shop.product(5)
      await add(product.id, 2, { as })
      const headers = { 'idempotency-key': randomUUID() }
      const placed = await checkout(as, {}, { ...headers, prefer: 'wait=10' })
      expect(placed.status).to.equal(201)
      expect(placed.body).to.deep.include({ status: 'paid' })
      expect(placed.headers['location']).to.equal(`/api/v1/orders/${String(placed.body['id'])}`)
      await eventually(async () => (await items(as)) === 0)

      await add(product.id, 1, { as })
      const again = await checkout(as, {}, { ...headers, prefer: 'wait=10' })
      expect(again.body['id']).to.equal(placed.body['id'])
      expect(await items(as), 'the repetition has ordered nothing').to.equal(1)
    })

    it('keep what came in since', async () => {
      const as = await shop.person('customer')
      const [a, b] = [await shop.product(9), await shop.product(9)]
      await add(a.id, 2, { as })
      const placed = await checkout(as, { paymentMethodId: null })
      expect(placed.status).to.equal(202)
      await add(a.id, 1, { as })
      await add(b.id, 1, { as })
      const orderId = String(placed.body['id'])
      await eventually(
        async () =>
          (await shop.call({ method: 'GET', url: `/api/v1/orders/${orderId}`, as })).body['status'] ===
          'reserved',
      )
      expect(quantities(await call('GET', '', { as }))).to.deep.equal({ [a.id]: 3, [b.id]: 1 })
      const { amount } = (placed.body['totals'] as { total: { amount: number } }).total
      const paid = await shop.call({
        ...{ method: 'POST', url: '/api/v1/payments/preauth', as },
        body: { orderId, amount: { amount, currency: 'EUR' }, paymentMethodId: 'sim_approve' },
      })
      expect(paid.status).to.equal(200)
      await eventually(async () => quantities(await call('GET', '', { as }))[a.id] === 1)
      expect(quantities(await call('GET', '', { as }))).to.deep.equal({ [a.id]: 1, [b.id]: 1 })
    })

    it('stay where the order is not paid, or was placed without them', async () => {
      const as = await shop.person('customer')
      const product = await shop.product(5)
      await add(product.id, 1, { as })
      const declined = await checkout(as, { paymentMethodId: 'sim_decline' }, { prefer: 'wait=10' })
      expect(declined.body).to.include({ status: 'cancelled' })
      const direct = await shop.call({
        ...{ method: 'POST', url: '/api/v1/orders', as, headers: { prefer: 'wait=10' } },
        body: {
          items: [{ productId: product.id, quantity: 1 }],
          ...{ shippingAddress: ADDRESS, paymentMethodId: 'sim_approve' },
        },
      })
      expect(direct.body).to.include({ status: 'paid' })
      const other = await shop.person('customer')
      await add(product.id, 1, { as: other })
      await checkout(other)
      // events come in the order in which they were written: this one came after the others
      await eventually(async () => (await items(other)) === 0)
      expect(await items(as)).to.equal(1)
    })

    it('find the order of an attempt that was broken off before its answer', async () => {
      const as = await shop.person('customer')
      const product = await shop.product(5)
      await add(product.id, 1, { as })
      const headers = { 'idempotency-key': randomUUID() }
      const first = await checkout(as, {}, headers)
      await eventually(async () => (await items(as)) === 0)
      await shop.pool.query(
        `update shop.idempotency_keys set status = null, headers = null, body = null, lease_until = now() where key = $1`,
        [headers['idempotency-key']],
      )
      const again = await checkout(as, {}, headers)
      expect(again.status).to.equal(202)
      expect(again.body['id']).to.equal(first.body['id'])
    })

    it('are refused where they are empty', async () => {
      const refused = await checkout(await shop.person('customer'))
      expect(refused.status).to.equal(422)
      expect(refused.body).to.include({ type: 'urn:orderstream:problem:cart-empty' })
    })
  })
})
