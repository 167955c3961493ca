import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { EventStore } from '../eventstore/types.ts'
import { png } from '../platform/png.ts'
import { eventually } from '../test/support/eventually.ts'
import type { ApiDeps } from './deps.ts'
import type { Person, ShopApi } from './testing/shop-api.ts'
import { startShopApi } from './testing/shop-api.ts'

/** POSTs that take no Idempotency-Key, and why each needs none. One that is missing here has to take it. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  register:
    'nobody is signed in whose key it would be; at most five mails an hour, and one account an address',
  verifyEmail: 'its token can be used once',
  login: 'the answer holds secrets that must not be kept; a session more does no harm',
  refresh: 'its token can be used once, and a second use has to end the session',
  logout: 'what has ended stays ended',
  forgotPassword: 'nobody is signed in whose key it would be; at most five mails an hour',
  resetPassword: 'its token can be used once',
  getServiceToken: 'the answer is a secret that must not be kept; it changes nothing',
  createServiceAccount:
    'the answer is a secret that must not be kept; a second one is told that the name is taken',
  receiveWebhook: 'the provider’s own id of the event is its key',
  getUsers: 'it reads',
  getStocks: 'it reads',
  resumeSaga: 'it asks for one more attempt now, which changes nothing twice: a kept answer would prevent it',
  replayDeadLetter: 'it asks for one more attempt now; what was handled is gone',
  replayDeadLetters: 'it asks for one more attempt now; what was handled is gone',
}

/** Changes of what is there already that take no If-Match, and why. POSTs that make something new are not among them. */
const WITHOUT_VERSION: Readonly<Record<string, string>> = {
  clearCart: 'a cart is one person’s, and changes for its lines are merged by compare-and-set',
  setCartItem: 'the quantity that is named counts, whatever it was before',
  removeCartItem: 'it is gone afterwards, whatever it was before',
  setLowStockThreshold: 'the threshold that is named counts, whatever it was before',
  discardDeadLetter: 'a dead letter does not change: it is there or not',
  revokeServiceAccount: 'a service account does not change: it is there or not',
  eraseProfile: 'whoever wants to be erased is, whatever has changed',
}

interface Request {
  readonly as: Person
  readonly url: string
  readonly body: object | Buffer
  readonly contentType?: string
}
/** A request that is carried out, and another one of the same operation. */
interface Pair extends Request {
  readonly other: Partial<Request>
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const BOUNDARY = 'x-boundary-x'
const upload = (alt: string): Buffer =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="alt"\r\n\r\n${alt}\r\n`),
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`,
    ),
    png(2, 2, () => [1, 2, 3]),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ])

describe('every request that changes something', function () {
  this.timeout(120_000)
  let shop: ShopApi
  let store: ApiDeps['store']
  let people: Readonly<Record<'ada' | 'support' | 'warehouse' | 'admin', Person>>
  let operations: readonly { readonly method: string; readonly operation: OpenAPIV3_1.OperationObject }[]

  before(async () => {
    shop = await startShopApi((deps) => {
      store = deps.store
      return deps
    })
    people = {
      ada: await shop.person('customer'),
      support: await shop.person('support'),
      warehouse: await shop.person('warehouse'),
      admin: await shop.person('admin'),
    }
    const { paths = {} } = shop.app.swagger() as OpenAPIV3_1.Document
    operations = Object.values(paths).flatMap((item = {}) =>
      (['post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
        const operation = item[method]
        return operation === undefined ? [] : [{ method, operation }]
      }),
    )
  })
  after(() => shop.stop())

  const takes = ({ parameters = [] }: OpenAPIV3_1.OperationObject, name: string): boolean =>
    parameters.some((parameter) =>
      '$ref' in parameter ? parameter.$ref.endsWith(`/${name}`) : parameter.name === name,
    )

  const ADDRESS = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' }
  const post = async <Body>(url: string, as: Person, body: object = {}, prefer?: string): Promise<Body> => {
    const headers = prefer === undefined ? {} : { prefer }
    const answer = await shop.call<Body>({ method: 'POST', url: `/api/v1${url}`, as, body, headers })
    expect(answer.status, `${url}: ${JSON.stringify(answer.body)}`).to.be.lessThan(300)
    return answer.body
  }
  interface OrderView {
    readonly id: string
    readonly status: string
    readonly items: readonly { readonly sku: string }[]
    readonly totals: { readonly total: { readonly amount: number; readonly currency: string } }
    readonly refunds: readonly { readonly refundId: string; readonly status: string }[]
  }
  const orderBody = async (paymentMethodId: string | null = 'sim_approve', quantity = 2): Promise<object> => {
    const { id } = await shop.product(10)
    return { items: [{ productId: id, quantity }], shippingAddress: ADDRESS, paymentMethodId }
  }
  const seen = async (id: string): Promise<OrderView> =>
    (await shop.call<OrderView>({ method: 'GET', url: `/api/v1/orders/${id}`, as: people.ada })).body
  const until = (id: string, isThere: (order: OrderView) => boolean): Promise<OrderView> =>
    eventually(async () => {
      const order = await seen(id)
      return isThere(order) ? order : undefined
    })
  const paid = async (method = 'sim_approve'): Promise<OrderView> => {
    const { id } = await post<{ id: string }>('/orders', people.ada, await orderBody(method), 'wait=10')
    return until(id, ({ status }) => status === 'paid')
  }
  const waiting = async (): Promise<OrderView> => {
    const { id } = await post<{ id: string }>('/orders', people.ada, await orderBody(null))
    return until(id, ({ status }) => status === 'reserved')
  }
  const parcel = ({ items }: OrderView, shipmentId: string): object => ({
    ...{ shipmentId, carrier: 'Post', trackingNumber: `T-${shipmentId}` },
    items: items.map(({ sku }) => ({ sku, quantity: 2 })),
  })
  const shipped = async (): Promise<OrderView> => {
    const order = await paid()
    await post(`/orders/${order.id}/ship`, people.warehouse, parcel(order, 'S1'))
    return order
  }
  const delivered = async (): Promise<OrderView> => {
    const order = await shipped()
    await post(`/orders/${order.id}/deliver`, people.warehouse, { shipmentId: 'S1' })
    return order
  }
  const refundRefused = async (): Promise<{ order: OrderView; url: string }> => {
    const order = await paid('sim_fail_refund_once')
    const refundId = 'R1'
    const body = { refundId, amount: { ...order.totals.total, amount: 100 }, reason: 'x' }
    await post(`/orders/${order.id}/refunds`, people.support, body)
    await until(order.id, ({ refunds }) => refunds.some(({ status }) => status === 'failed'))
    return { order, url: `/orders/${order.id}/refunds/${refundId}/retry` }
  }

  const { ada, support, warehouse, admin } = {
    ada: (): Person => people.ada,
    support: (): Person => people.support,
    warehouse: (): Person => people.warehouse,
    admin: (): Person => people.admin,
  }
  const PAIRS: Readonly<Record<string, () => Promise<Pair>>> = {
    placeOrder: async () => ({
      ...{ as: ada(), url: '/orders', body: await orderBody() },
      other: { body: await orderBody() },
    }),
    cancelOrder: async () => ({
      ...{ as: ada(), url: `/orders/${(await paid()).id}/cancel`, body: { detail: 'one' } },
      other: { body: { detail: 'other' } },
    }),
    shipOrder: async () => {
      const order = await paid()
      return {
        ...{ as: warehouse(), url: `/orders/${order.id}/ship`, body: parcel(order, 'S1') },
        other: { body: parcel(order, 'S2') },
      }
    },
    deliverOrder: async () => ({
      ...{ as: warehouse(), url: `/orders/${(await shipped()).id}/deliver`, body: { shipmentId: 'S1' } },
      other: { body: { shipmentId: 'S2' } },
    }),
    completeOrder: async () => ({
      ...{ as: warehouse(), url: `/orders/${(await delivered()).id}/complete`, body: {} },
      other: { url: `/orders/${(await delivered()).id}/complete` },
    }),
    refundOrder: async () => {
      const order = await paid()
      const body = { refundId: 'R1', amount: { ...order.totals.total, amount: 100 }, reason: 'one' }
      return {
        ...{ as: support(), url: `/orders/${order.id}/refunds`, body },
        other: { body: { ...body, reason: 'other' } },
      }
    },
    retryRefund: async () => ({
      ...{ as: support(), url: (await refundRefused()).url, body: {} },
      other: { url: (await refundRefused()).url },
    }),
    preauthorizePayment: async () => {
      const { id, totals } = await waiting()
      const body = { orderId: id, amount: totals.total, paymentMethodId: 'sim_approve' }
      return {
        ...{ as: ada(), url: '/payments/preauth', body },
        other: { body: { ...body, paymentMethodId: 'sim_slow' } },
      }
    },
    capturePayment: async () => ({
      ...{ as: support(), url: `/payments/${(await paid()).id}/capture`, body: {} },
      other: { url: `/payments/${(await paid()).id}/capture` },
    }),
    voidPayment: async () => {
      const { id } = await post<{ id: string }>('/orders', people.ada, await orderBody('sim_webhook_approve'))
      await eventually(async () => (await shop.ledger.entries(id)).length > 0)
      return {
        ...{ as: support(), url: `/payments/${id}/void`, body: { detail: 'one' } },
        other: { body: { detail: 'other' } },
      }
    },
    topUpWallet: () => {
      const body = {
        ...{ customerId: people.ada.id, topUpId: randomUUID(), reference: 'one' },
        amount: { amount: 500, currency: 'EUR' },
      }
      return Promise.resolve({
        ...{ as: support(), url: '/wallet/top-ups', body },
        other: { body: { ...body, topUpId: randomUUID() } },
      })
    },
    receiveStock: async () => ({
      ...{ as: warehouse(), url: `/inventory/${(await shop.product(1)).sku}/receive` },
      ...{ body: { quantity: 5, reference: 'one' }, other: { body: { quantity: 6, reference: 'one' } } },
    }),
    adjustStock: async () => ({
      ...{ as: warehouse(), url: `/inventory/${(await shop.product(9)).sku}/adjust` },
      ...{ body: { delta: -2, reason: 'one' }, other: { body: { delta: -3, reason: 'one' } } },
    }),
    createProduct: () => {
      const body = {
        ...{ sku: `NEW-${randomUUID()}`, name: 'New', description: 'A new thing', categoryId: 'things' },
        ...{ price: { amount: 100, currency: 'EUR' }, active: true },
      }
      return Promise.resolve({
        ...{ as: admin(), url: '/products', body },
        other: { body: { ...body, name: 'Newer' } },
      })
    },
    createCategory: () =>
      Promise.resolve({
        ...{ as: admin(), url: '/categories', body: { name: `New ${randomUUID()}` } },
        other: { body: { name: `Other ${randomUUID()}` } },
      }),
    addProductImage: async () => ({
      ...{ as: admin(), url: `/products/${(await shop.product(0)).id}/images`, body: upload('one') },
      ...{ contentType: `multipart/form-data; boundary=${BOUNDARY}`, other: { body: upload('other') } },
    }),
    addCartItem: async () => {
      const { id } = await shop.product(50)
      return {
        ...{ as: await shop.person('customer'), url: '/cart/items', body: { productId: id, quantity: 2 } },
        other: { body: { productId: id, quantity: 3 } },
      }
    },
    checkOutCart: async () => {
      const person = await shop.person('customer')
      await post('/cart/items', person, { productId: (await shop.product(9)).id, quantity: 2 })
      // once it is paid, the cart's process takes its lines out
      const body = { shippingAddress: ADDRESS, paymentMethodId: 'sim_decline' }
      return {
        ...{ as: person, url: '/cart/checkout', body },
        other: { body: { ...body, paymentMethodId: 'sim_slow' } },
      }
    },
  }

  const send = async (
    request: Request,
    key: string,
    correlationId: string = randomUUID(),
  ): Promise<Reply> => {
    const { as, url, body, contentType = 'application/json' } = request
    const answer = await shop.app.inject({
      ...{ method: 'POST', url: `/api/v1${url}` },
      headers: {
        ...{ authorization: `Bearer ${as.token}`, 'content-type': contentType },
        ...{ 'idempotency-key': key, 'x-correlation-id': correlationId },
      },
      payload: Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
    return { status: answer.statusCode, headers: answer.headers, body: answer.body }
  }

  /** Whether anything in the event store goes back to a request. */
  const hasCaused = async (correlationId: string): Promise<boolean> => {
    const stop = new AbortController()
    let found = false
    for await (const item of (store as EventStore).subscribeToAll({
      ...{ from: 'start', signal: stop.signal },
      streamPrefixes: ['order-', 'payment-', 'inventory-', 'wallet-'],
    })) {
      if (item.kind === 'caught_up') stop.abort()
      else if (item.kind === 'event') found ||= item.event.metadata.$correlationId === correlationId
    }
    return found
  }
  /** What requests themselves write to Postgres, and no process does. */
  const written = async ({ as }: Request): Promise<unknown> => {
    const tables = ['accounts', 'categories', 'prices', 'product_images', 'products', 'service_accounts']
    const counts = tables.map(
      (table) =>
        `(select concat(count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), ''))) from shop.${table} t)`,
    )
    const { rows } = await shop.pool.query(
      `select ${counts.map((text, at) => `${text} as t${at}`).join(', ')}`,
    )
    const cart = await shop.pool.query<{ value: string }>(
      'select value from shop.key_values where key = $1',
      [`cart:account:${as.id}`],
    )
    const lines = (JSON.parse(cart.rows[0]?.value ?? '{}') as { readonly lines?: unknown }).lines ?? []
    return { rows, lines }
  }
  /** The attempt with this key has no answer, and may go on for so long. */
  const forgetAnswer = async (key: string, leaseSeconds: number): Promise<void> => {
    const { rowCount } = await shop.pool.query(
      `update shop.idempotency_keys set status = null, headers = null, body = null,
         lease_until = now() + $2 * interval '1 second' where key = $1`,
      [key, leaseSeconds],
    )
    expect(rowCount, 'the key is kept').to.equal(1)
  }

  it('takes an Idempotency-Key if it is a POST, or has a reason', () => {
    const posts = operations.filter(({ method }) => method === 'post').map(({ operation }) => operation)
    const ids = (some: typeof posts): string[] => some.map(({ operationId = '' }) => operationId).toSorted()
    const [withKey, without] = [
      posts.filter((operation) => takes(operation, 'IdempotencyKey')),
      posts.filter((operation) => !takes(operation, 'IdempotencyKey')),
    ]
    expect(ids(without)).to.deep.equal(Object.keys(WITHOUT_KEY).toSorted())
    expect(ids(withKey), 'each is tried below').to.deep.equal(Object.keys(PAIRS).toSorted())
    for (const { responses = {} } of withKey) expect(responses).to.include.keys('409', '422')
  })

  it('takes If-Match if it changes what has a version, or has a reason', () => {
    const changes = operations.filter(({ method }) => method !== 'post').map(({ operation }) => operation)
    const without = changes.filter((operation) => !takes(operation, 'if-match'))
    expect(without.map(({ operationId = '' }) => operationId).toSorted()).to.deep.equal(
      Object.keys(WITHOUT_VERSION).toSorted(),
    )
    const ofOrders = operations.filter(({ operation: { operationId = '' } }) =>
      /^(cancel|ship|deliver|complete|refund)Order$|^retryRefund$/.test(operationId),
    )
    expect(ofOrders).to.have.length(6)
    for (const { operation } of [
      ...ofOrders,
      ...operations.filter((one) => takes(one.operation, 'if-match')),
    ]) {
      expect(takes(operation, 'if-match'), operation.operationId).to.equal(true)
      expect(operation.responses, operation.operationId).to.include.keys('412')
    }
  })

  for (const [operationId, pair] of Object.entries(PAIRS)) {
    it(`is carried out once for a key: ${operationId}`, async () => {
      const { other, ...request } = await pair()
      const key = randomUUID()
      const first = await send(request, key)
      expect(first.status, first.body).to.be.within(200, 202)
      const before = await written(request)

      const repetition = randomUUID()
      const again = await send(request, key, repetition)
      expect([again.status, again.body]).to.deep.equal([first.status, first.body])
      expect(again.headers).to.include({ 'idempotency-replayed': 'true' })
      for (const name of ['location', 'position', 'etag']) {
        expect(again.headers[name], name).to.equal(first.headers[name])
      }
      expect(await hasCaused(repetition), 'it caused nothing').to.equal(false)
      expect(await written(request)).to.deep.equal(before)

      const mixedUp = await send({ ...request, ...other }, key)
      expect([mixedUp.status, (JSON.parse(mixedUp.body) as { type: string }).type]).to.deep.equal([
        422,
        'urn:orderstream:problem:idempotency-key-reused',
      ])

      await forgetAnswer(key, 60)
      const early = await send(request, key)
      expect([early.status, (JSON.parse(early.body) as { type: string }).type]).to.deep.equal([
        409,
        'urn:orderstream:problem:idempotency-in-flight',
      ])
      expect(Number(early.headers['retry-after'])).to.be.greaterThan(0)
      expect(await written(request)).to.deep.equal(before)
    })

    it(`is carried out once where the answer was lost: ${operationId}`, async () => {
      const request = await pair()
      const key = randomUUID()
      const first = await send(request, key)
      expect(first.status, first.body).to.be.within(200, 202)
      const before = await written(request)
      // the process ended after what was asked for was done, and before the answer was kept
      await forgetAnswer(key, 0)

      const attempt = randomUUID()
      const second = await send(request, key, attempt)
      expect(second.status, second.body).to.be.within(200, 202)
      expect(second.headers['location']).to.equal(first.headers['location'])
      expect(second.headers).to.not.have.property('idempotency-replayed')
      expect(await hasCaused(attempt), 'it caused nothing').to.equal(false)
      expect(await written(request)).to.deep.equal(before)
    })
  }

  describe('of a version that is not there any more', () => {
    const stale = async (
      method: 'POST' | 'PATCH' | 'DELETE',
      request: Omit<Request, 'body'> & { readonly body?: object | Buffer },
    ): Promise<void> => {
      const before = await written({ body: {}, ...request })
      const correlationId = randomUUID()
      const answer = await shop.call({
        ...{ method, url: `/api/v1${request.url}`, as: request.as },
        headers: { 'if-match': '"0"', 'x-correlation-id': correlationId },
        ...(request.body !== undefined && { body: request.body }),
      })
      expect([answer.status, answer.body['type']], request.url).to.deep.equal([
        412,
        'urn:orderstream:problem:precondition-failed',
      ])
      expect(await hasCaused(correlationId), 'it caused nothing').to.equal(false)
      expect(await written({ body: {}, ...request })).to.deep.equal(before)
    }

    for (const operationId of [
      ...['cancelOrder', 'shipOrder', 'deliverOrder', 'completeOrder', 'refundOrder', 'retryRefund'],
    ]) {
      it(`is refused: ${operationId}`, async () => {
        const pair = await PAIRS[operationId]?.()
        if (pair === undefined) throw new RangeError(operationId)
        await stale('POST', pair)
      })
    }

    it('is refused, of products, images, categories and accounts', async () => {
      const { id } = await shop.product(0)
      const uploaded = await send(
        {
          as: people.admin,
          url: `/products/${id}/images`,
          body: upload('one'),
          contentType: `multipart/form-data; boundary=${BOUNDARY}`,
        },
        randomUUID(),
      )
      const image = (JSON.parse(uploaded.body) as { images: { id: string }[] }).images[0]?.id ?? ''
      const category = await post<{ id: string }>('/categories', people.admin, { name: `C ${randomUUID()}` })
      const as = people.admin
      const changes = [
        [`/products/${id}`, { name: 'Newer' }],
        [`/products/${id}/images/${image}`, { alt: 'newer' }],
        [`/categories/${category.id}`, { name: 'Newer' }],
        ['/users/me', { name: 'Newer' }],
        [`/users/${people.ada.id}/roles`, { roles: ['support'] }],
      ] as const
      for (const [url, body] of changes) await stale('PATCH', { as, url, body })
      for (const [url] of changes.slice(0, 3)) await stale('DELETE', { as, url })
      const tried = operations.filter(
        ({ method, operation }) => method !== 'post' && takes(operation, 'if-match'),
      )
      expect(tried, 'these are all').to.have.length(changes.length + 3)
    })
  })
})
