import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { ContentionError } from '../../commands/errors.ts'
import type { NewProduct } from '../../supporting/catalogue/products.ts'
import { eventually } from '../../test/support/eventually.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

const ADDRESS = {
  name: 'Ada',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
}

interface Order {
  readonly id: string
  readonly status: string
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
  readonly totals: Readonly<Record<string, { readonly amount: number; readonly currency: string }>>
  readonly payment: Readonly<Record<string, unknown>>
  readonly cancellation: Readonly<Record<string, unknown>> | null
  readonly history: readonly { readonly status: string; readonly cause: { readonly type: string } }[]
}

describe('orders', () => {
  let shop: ShopApi
  let ada: Person
  let breakNext:
    ((deps: ApiDeps['commands']['handler']) => ApiDeps['commands']['handler']['handle']) | undefined

  before(async () => {
    shop = await startShopApi((deps) => {
      const { handler } = deps.commands
      // the real handler; a test may let one command's answer get lost
      const handle: typeof handler.handle = (...args) => {
        const broken = breakNext?.(handler)
        breakNext = undefined
        return (broken ?? handler.handle)(...args)
      }
      return { ...deps, commands: { ...deps.commands, handler: { ...handler, handle } } }
    })
    ada = await shop.person('customer')
  })
  after(() => shop.stop())

  const place = (
    items: readonly { readonly productId: string; readonly quantity: number }[],
    more: { readonly as?: Person; readonly headers?: Record<string, string>; readonly body?: object } = {},
  ): Promise<Answer<Order>> =>
    shop.call<Order>({
      method: 'POST',
      url: '/api/v1/orders',
      as: more.as ?? ada,
      headers: more.headers ?? {},
      body: { items, shippingAddress: ADDRESS, paymentMethodId: 'sim_approve', ...more.body },
    })

  const settle = (product: NewProduct, quantity: number, paymentMethodId: string): Promise<Answer<Order>> =>
    place([{ productId: product.id, quantity }], {
      headers: { prefer: 'wait=10' },
      body: { paymentMethodId },
    })

  const get = <Body = Order>(
    url: string,
    as = ada,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> => shop.call<Body>({ method: 'GET', url, as, headers })

  /** Stock follows orders by a moment: each read model has its own pace. */
  const expectStock = async ({ sku }: NewProduct, levels: object): Promise<void> => {
    await eventually(async () => {
      expect((await get(`/api/v1/inventory/${sku}`)).body).to.include(levels)
      return true
    })
  }

  /** How many orders there are for a product, that of `answer` included. */
  const orderCount = async (productId: string, answer: Answer<Order> | undefined): Promise<number> => {
    const headers = { 'if-position-reached': answer?.headers['position'] ?? '' }
    const { body } = await get<{ items: Order[] }>('/api/v1/orders?limit=100', ada, headers)
    return body.items.filter(({ items }) => items.some((item) => item.productId === productId)).length
  }

  describe('are placed', () => {
    it('and found at once by who placed them', async () => {
      const { id } = await shop.product(100)
      const attempts = Array.from({ length: 10 }, async () => {
        const placed = await place([{ productId: id, quantity: 1 }])
        expect(placed.status).to.equal(202)
        expect(placed.body).to.include({ status: 'placed' })
        expect(placed.headers['location']).to.equal(`/api/v1/orders/${placed.body.id}`)
        const shown = await get(placed.headers['location'] ?? '')
        expect(shown.status).to.equal(200)
        expect(shown.body.id).to.equal(placed.body.id)
      })
      await Promise.all(attempts)
    })

    it('at the prices and with the names of the catalogue', async () => {
      const dear = await shop.product(5, { name: 'Kettle', price: { amount: 4_500, currency: 'EUR' } })
      const cheap = await shop.product(5, { price: { amount: 250, currency: 'EUR' } })
      const { body } = await place([
        { productId: dear.id, quantity: 1 },
        { productId: cheap.id, quantity: 1 },
      ])

      expect(body.items).to.deep.equal([
        { productId: dear.id, sku: dear.sku, name: 'Kettle', quantity: 1, unitPrice: dear.price },
        { productId: cheap.id, sku: cheap.sku, name: cheap.name, quantity: 1, unitPrice: cheap.price },
      ])
      expect(body.totals).to.deep.equal({
        items: { amount: 4_750, currency: 'EUR' },
        shipping: { amount: 490, currency: 'EUR' },
        tax: { amount: 996, currency: 'EUR' },
        total: { amount: 6_236, currency: 'EUR' },
      })
    })

    it('at no price that the caller names', async () => {
      const { id } = await shop.product(1)
      const items = [{ productId: id, quantity: 1, unitPrice: { amount: 1, currency: 'EUR' } }]

      expect((await place(items)).status).to.equal(400)
      expect(
        (await place([{ productId: id, quantity: 1 }], { body: { customerId: 'eve' } })).status,
      ).to.equal(400)
    })

    it('with one line for all items of a product', async () => {
      const { id } = await shop.product(10)
      const { body } = await place([
        { productId: id, quantity: 2 },
        { productId: id, quantity: 3 },
      ])

      expect(body.items.map(({ quantity }) => quantity)).to.deep.equal([5])
    })

    it('and answered when they have settled, where the caller prefers to wait', async () => {
      const product = await shop.product(5)
      const { status, headers, body } = await settle(product, 2, 'sim_approve')

      expect(status).to.equal(201)
      expect(headers).to.include({ 'preference-applied': 'wait=10', location: `/api/v1/orders/${body.id}` })
      expect(body).to.include({ status: 'paid' })
      expect(body.payment).to.include({ status: 'captured', provider: 'simulator' })
      expect(body.history.map((step) => [step.status, step.cause.type])).to.deep.equal([
        ['placed', 'OrderPlaced'],
        ['reserved', 'OrderReserved'],
        ['paid', 'OrderPaid'],
      ])
      await expectStock(product, { onHand: 3, available: 3, reserved: 0 })
    })

    it('and answered before that where the time is over', async () => {
      const product = await shop.product(5)
      const { status, headers, body } = await place([{ productId: product.id, quantity: 1 }], {
        headers: { prefer: 'wait=0' },
        body: { paymentMethodId: 'sim_slow' },
      })

      expect(status).to.equal(202)
      expect(headers['preference-applied']).to.equal('wait=0')
      expect(body.status).to.equal('placed')
    })

    it('without a payment, for which they then wait', async () => {
      const product = await shop.product(5)
      const { status, body } = await place([{ productId: product.id, quantity: 2 }], {
        headers: { prefer: 'wait=1' },
        body: { paymentMethodId: null },
      })

      expect(status).to.equal(202)
      await eventually(async () => {
        const shown = await get(`/api/v1/orders/${body.id}`)
        return shown.body.status === 'reserved'
      })
      await expectStock(product, { available: 3, reserved: 2 })
    })

    it('with the ids of the request in every event', async () => {
      const product = await shop.product(5)
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      const { headers, body } = await place([{ productId: product.id, quantity: 1 }], {
        headers: { prefer: 'wait=10', 'x-correlation-id': 'basket-7', traceparent },
      })
      const trail = await get<{ items: Record<string, unknown>[] }>(`/api/v1/orders/${body.id}/events`)

      expect(new Set(trail.body.items.map((event) => event['correlationId']))).to.deep.equal(
        new Set(['basket-7']),
      )
      expect(trail.body.items[0]).to.include({
        type: 'OrderPlaced',
        causationId: headers['x-request-id'],
        traceparent,
      })
      expect(trail.body.items[0]?.['actor']).to.deep.equal({ kind: 'customer', id: ada.id })
      expect(trail.body.items.map(({ type }) => type)).to.deep.equal([
        'OrderPlaced',
        'OrderReserved',
        'PaymentInitiated',
        'PaymentAuthorized',
        'PaymentCaptured',
        'OrderPaid',
      ])
      expect(JSON.stringify(trail.body), 'personal data').to.not.contain('Square')
    })
  })

  describe('are cancelled', () => {
    it('where the stock falls short, with the lines that did', async () => {
      const product = await shop.product(3)
      const { status, body } = await settle(product, 4, 'sim_approve')

      expect(status).to.equal(201)
      expect(body).to.include({ status: 'cancelled' })
      expect(body.cancellation).to.deep.include({
        reason: 'out_of_stock',
        shortfalls: [{ sku: product.sku, requested: 4, available: 3 }],
      })
      await expectStock(product, { onHand: 3, available: 3, reserved: 0 })
    })

    it('where the payment is declined, and the stock is back', async () => {
      const product = await shop.product(3)
      const { status, body } = await settle(product, 1, 'sim_decline')

      expect(status).to.equal(201)
      expect(body.cancellation).to.include({ reason: 'payment_declined' })
      expect(body.payment).to.include({ status: 'declined' })
      await expectStock(product, { onHand: 3, available: 3, reserved: 0 })
    })
  })

  describe('are refused', () => {
    const kindOf = ({ status, body }: Answer<object>): unknown => ({
      status,
      type: 'type' in body ? body.type : undefined,
    })
    const problem = (kind: string): unknown => ({ status: 422, type: `urn:orderstream:problem:${kind}` })

    it('for products that nobody knows or that are not for sale', async () => {
      const [sold, gone] = [await shop.product(5), await shop.product(5, { active: false })]
      const answer = await place([
        { productId: sold.id, quantity: 1 },
        { productId: gone.id, quantity: 1 },
        { productId: 'never-was', quantity: 1 },
      ])

      expect(kindOf(answer)).to.deep.equal(problem('products-unavailable'))
      expect(answer.body).to.have.property('productIds').that.deep.equals([gone.id, 'never-was'])
    })

    it('for prices in several currencies', async () => {
      const [euro, pound] = [
        await shop.product(5),
        await shop.product(5, { price: { amount: 1, currency: 'GBP' } }),
      ]
      const answer = await place([euro, pound].map(({ id }) => ({ productId: id, quantity: 1 })))

      expect(kindOf(answer)).to.deep.equal(problem('mixed-currencies'))
    })

    it('where nothing is delivered to', async () => {
      const { id } = await shop.product(5)
      const body = { shippingAddress: { ...ADDRESS, country: 'AQ' } }

      expect(kindOf(await place([{ productId: id, quantity: 1 }], { body }))).to.deep.equal(
        problem('not-deliverable'),
      )
    })

    it('for a payment method of nobody', async () => {
      const { id } = await shop.product(5)
      const body = { paymentMethodId: 'shells' }

      expect(kindOf(await place([{ productId: id, quantity: 1 }], { body }))).to.deep.equal(
        problem('unknown-payment-method'),
      )
    })

    it('for amounts that no integer holds', async () => {
      const { id } = await shop.product(5, { price: { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' } })

      expect(kindOf(await place([{ productId: id, quantity: 9 }]))).to.deep.equal(problem('order-too-large'))
    })

    it('where they say too little or too much', async () => {
      const { id } = await shop.product(5)
      const wrong: readonly object[] = [
        { items: [] },
        { items: [{ productId: id, quantity: 0 }] },
        { items: [{ productId: id, quantity: 1.5 }] },
        { items: [{ productId: id, quantity: 10_001 }] },
        { items: [{ productId: `${id}/..`, quantity: 1 }] },
        { items: Array.from({ length: 101 }, () => ({ productId: id, quantity: 1 })) },
        { shippingAddress: { ...ADDRESS, country: 'gb' } },
        { shippingAddress: { ...ADDRESS, name: 'A\u0000B' } },
        { shippingAddress: { ...ADDRESS, name: ' ' } },
        { paymentMethodId: '' },
      ]
      for (const body of wrong) {
        const { status } = await place([{ productId: id, quantity: 1 }], { body })
        expect(status, JSON.stringify(body)).to.equal(400)
      }
    })
  })

  describe('with an idempotency key', () => {
    const withKey = (key: string, more: Record<string, string> = {}): Record<string, string> => ({
      'idempotency-key': key,
      ...more,
    })

    it('are placed once and answered the same', async () => {
      const { id } = await shop.product(10)
      const headers = withKey(randomUUID(), { prefer: 'wait=10' })
      const first = await place([{ productId: id, quantity: 1 }], { headers })
      const again = await place([{ productId: id, quantity: 1 }], { headers })

      expect(first.status).to.equal(201)
      expect(again.status).to.equal(201)
      expect(again.body).to.deep.equal(first.body)
      for (const name of ['location', 'position', 'preference-applied', 'content-type']) {
        expect(again.headers[name], name).to.equal(first.headers[name])
      }
      expect(again.headers['idempotency-replayed']).to.equal('true')
      expect(first.headers).to.not.have.property('idempotency-replayed')
      expect(await orderCount(id, again)).to.equal(1)
    })

    it('refuse the key for another order', async () => {
      const { id } = await shop.product(10)
      const headers = withKey(randomUUID())
      await place([{ productId: id, quantity: 1 }], { headers })
      const { status, body } = await place([{ productId: id, quantity: 2 }], { headers })

      expect(status).to.equal(422)
      expect(body).to.include({ type: 'urn:orderstream:problem:idempotency-key-reused' })
    })

    it('mind only what is asked for, not how it is written', async () => {
      const { id } = await shop.product(10)
      const headers = withKey(randomUUID())
      const first = await place([{ productId: id, quantity: 1 }], { headers })
      const { status, body } = await shop.call<Order>({
        method: 'POST',
        url: '/api/v1/orders',
        as: ada,
        headers,
        body: `{"paymentMethodId": "sim_approve", "shippingAddress": ${JSON.stringify(ADDRESS)},
          "items": [{"quantity": 1, "productId": "${id}"}]}`,
      })

      expect({ status, body }).to.deep.equal({ status: 202, body: first.body })
    })

    it('belong to who sent them', async () => {
      const { id } = await shop.product(10)
      const eve = await shop.person('customer')
      const headers = withKey(randomUUID())
      const hers = await place([{ productId: id, quantity: 1 }], { headers })
      const his = await place([{ productId: id, quantity: 1 }], { headers, as: eve })

      expect(his.status).to.equal(202)
      expect(his.body.id).to.not.equal(hers.body.id)
    })

    it('are placed once by many at once', async () => {
      const { id } = await shop.product(10)
      const headers = withKey(randomUUID())
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => place([{ productId: id, quantity: 1 }], { headers })),
      )

      const statuses = new Set(answers.map(({ status }) => status))
      expect([...statuses].every((status) => status === 202 || status === 409)).to.be.true
      for (const { status, headers: fields } of answers) {
        if (status === 409) expect(fields).to.have.property('retry-after')
      }
      const placed = answers.find(({ status }) => status === 202)
      expect(await orderCount(id, placed)).to.equal(1)
    })

    it('are placed once where the process ended between the order and its answer', async () => {
      const { id } = await shop.product(10)
      const key = randomUUID()
      const first = await place([{ productId: id, quantity: 1 }], { headers: withKey(key) })
      // what such an end leaves behind: a claim without an answer, whose time runs out
      await shop.pool.query(
        `update shop.idempotency_keys set status = null, headers = null, body = null, lease_until = now()
         where account_id = $1 and key = $2`,
        [ada.id, key],
      )
      const again = await place([{ productId: id, quantity: 1 }], { headers: withKey(key) })

      expect(again.status).to.equal(202)
      expect(again.body.id).to.equal(first.body.id)
      expect(again.headers).to.not.have.property('idempotency-replayed')
      expect(await orderCount(id, again)).to.equal(1)
    })

    it('may be sent again at once where it was not known whether they were placed', async () => {
      const { id } = await shop.product(10)
      const headers = withKey(randomUUID())
      breakNext =
        (handler) =>
        async (aggregate, ...rest) => {
          await handler.handle(aggregate, ...rest)
          throw new ContentionError('order', 1, new Error('the answer got lost'))
        }
      const lost = await place([{ productId: id, quantity: 1 }], { headers })
      const again = await place([{ productId: id, quantity: 1 }], { headers })

      expect(lost.status).to.equal(503)
      expect(lost.headers).to.have.property('retry-after')
      expect(again.status).to.equal(202)
      expect(await orderCount(id, again)).to.equal(1)
    })

    it('keep a refusal as well', async () => {
      const headers = withKey(randomUUID())
      const first = await place([{ productId: 'never-was', quantity: 1 }], { headers })
      const again = await place([{ productId: 'never-was', quantity: 1 }], { headers })

      expect(again.status).to.equal(422)
      expect(again.body).to.deep.equal(first.body)
    })

    it('refuse a key that is none', async () => {
      const { id } = await shop.product(1)
      for (const key of [' ', 'has blanks', 'ü', 'x'.repeat(256)]) {
        const { status } = await place([{ productId: id, quantity: 1 }], { headers: withKey(key) })
        expect(status, key).to.equal(400)
      }
    })
  })

  describe('are listed', () => {
    let bob: Person
    let support: Person
    const ids: string[] = []

    before(async () => {
      bob = await shop.person('customer')
      support = await shop.person('support')
      const { id } = await shop.product(10)
      for (let count = 0; count < 5; count += 1) {
        const { body } = await place([{ productId: id, quantity: 1 }], {
          as: bob,
          headers: { prefer: 'wait=10' },
        })
        ids.unshift(body.id)
      }
    })

    const idsOf = (answer: Answer<{ items: readonly { readonly id: string }[] }>): string[] =>
      answer.body.items.map(({ id }) => id)

    it('newest first, page by page', async () => {
      const pages: string[][] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`
        const page: Answer<{ items: Order[]; nextCursor: string | null }> = await get(
          `/api/v1/orders?limit=2${query}`,
          bob,
        )
        pages.push(idsOf(page))
        cursor = page.body.nextCursor
      }

      expect(pages).to.deep.equal([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)])
    })

    it('to their customer alone, and to staff', async () => {
      expect(idsOf(await get('/api/v1/orders?limit=100', ada))).to.not.include.members(ids)
      expect(idsOf(await get(`/api/v1/orders?customerId=${bob.id}`, ada))).to.not.include(ids[0])
      expect(idsOf(await get(`/api/v1/orders?customerId=${bob.id}`, support))).to.deep.equal(ids)
    })

    it('by status and time', async () => {
      expect(idsOf(await get('/api/v1/orders?status=paid', bob))).to.deep.equal(ids)
      expect(idsOf(await get('/api/v1/orders?status=cancelled,expired', bob))).to.deep.equal([])
      expect((await get('/api/v1/orders?status=lost', bob)).status).to.equal(400)
      const before = '2020-01-01T00:00:00.000Z'
      expect(idsOf(await get(`/api/v1/orders?placedBefore=${before}`, bob))).to.deep.equal([])
      expect(idsOf(await get(`/api/v1/orders?placedFrom=${before}`, bob))).to.deep.equal(ids)
    })

    it('with where they stand', async () => {
      const { body } = await get(`/api/v1/orders/${ids[0] ?? ''}/status`, bob)

      expect(body.status).to.equal('paid')
      expect(body.history.map(({ status }) => status)).to.deep.equal(['placed', 'reserved', 'paid'])
    })
  })

  describe('are not found', () => {
    it('by ids that are none, or nobody’s', async () => {
      for (const id of ['01KAJ0000000000000000000N0', 'x', '%20', '01kaj0000000000000000000n0']) {
        expect((await get(`/api/v1/orders/${id}`)).status, id).to.equal(404)
        expect((await get(`/api/v1/orders/${id}/events`)).status, id).to.equal(404)
      }
    })
  })
})
