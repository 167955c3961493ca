import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { createClient, type OrderstreamClient } from '../../client/index.ts'
import { eventually } from '../support/eventually.ts'
import { startShop, type RunningShop } from '../support/running-shop.ts'
import { freePort } from '../support/servers.ts'
import { signIn } from './client.ts'

const NAME = 'Wilhelmina Erasmus-Tacheles'
const shippingAddress = {
  name: NAME,
  line1: 'Invalidenstraße 116',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

/** What an API's answer holds. @throws Error where it is a problem */
const dataOf = <Data>({ data, error }: { readonly data?: Data; readonly error?: unknown }): Data => {
  if (data !== undefined) return data
  throw new Error(JSON.stringify(error))
}

/** Signed in to one of the demo accounts. */
const apiFor = async (shop: RunningShop, email: string): Promise<OrderstreamClient> => {
  const baseUrl = new URL(shop.url).origin
  const login = await createClient({ baseUrl }).POST('/api/v1/auth/login', {
    body: { email, password: 'orderstream-demo' },
  })
  const { accessToken } = dataOf(login)
  return createClient({ baseUrl, accessToken: () => accessToken })
}

describe('a customer who has personal data erased, in the product as it is started', function () {
  this.timeout(120_000)
  let dataDir: string
  let postgresPort: number
  let shop: RunningShop

  const start = (): Promise<RunningShop> => startShop(dataDir, { POSTGRES_PORT: String(postgresPort) })
  const placeOrder = async (customer: OrderstreamClient, key: string): Promise<string> => {
    const [product] = await (await signIn(shop.url, 'admin@demo.test')).products()
    const placed = await customer.POST('/api/v1/orders', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        ...{ items: [{ productId: product?.id ?? '', quantity: 1 }], shippingAddress },
        paymentMethodId: 'sim_approve',
      },
    })
    const { id } = dataOf(placed)
    await eventually(
      async () =>
        (await customer.GET('/api/v1/orders/{id}', { params: { path: { id } } })).data?.status === 'paid',
      { withinMs: 60_000 },
    )
    return id
  }

  /** All that staff can see of an order. */
  const seenOf = async (id: string) => {
    const staff = await apiFor(shop, 'admin@demo.test')
    const params = { path: { id } }
    const [order, asItWas, events, payments] = await Promise.all([
      staff.GET('/api/v1/orders/{id}', { params }).then(dataOf),
      staff.GET('/api/v1/orders/{id}', { params: { ...params, query: { revision: '0' } } }).then(dataOf),
      staff.GET('/api/v1/orders/{id}/events', { params }).then(dataOf),
      staff.GET('/api/v1/payments', { params: { query: { orderId: id } } }).then(dataOf),
    ])
    return { order, asItWas, events, payments }
  }

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orderstream-erasure-'))
    postgresPort = await freePort()
    shop = await start()
  })
  after(async () => {
    await shop.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('is null in orders, payments, events and the audit trail, and nothing else is lost', async () => {
    const customer = await apiFor(shop, 'customer@demo.test')
    const other = await apiFor(shop, 'admin@demo.test')
    const [erased, kept] = [await placeOrder(customer, 'erased'), await placeOrder(other, 'kept')]
    const before = await seenOf(erased)
    expect(before.order.shippingAddress).to.include({ name: NAME })
    expect(before.asItWas.shippingAddress).to.include({ name: NAME })

    expect((await customer.DELETE('/api/v1/users/me')).response.status).to.equal(204)

    const after = await seenOf(erased)
    expect(JSON.stringify(after)).not.to.include(NAME)
    expect(after).to.deep.equal({
      ...before,
      order: { ...before.order, shippingAddress: null },
      asItWas: { ...before.asItWas, shippingAddress: null },
    })
    // nobody else is concerned
    expect((await seenOf(kept)).order.shippingAddress).to.include({ name: NAME })

    const password = (await readFile(join(dataDir, 'postgres/password'), 'utf8')).trim()
    const client = new pg.Client({
      connectionString: `postgres://orderstream:${password}@127.0.0.1:${postgresPort}/orderstream`,
    })
    await client.connect()
    const { rows } = await client.query<{ key_is_gone: boolean }>(
      'SELECT wrapped_key IS NULL AS key_is_gone FROM shop.personal_data_keys WHERE customer_id = $1',
      [before.order.customerId],
    )
    await client.end()
    expect(rows).to.deep.equal([{ key_is_gone: true }])

    // an instance that has never held the key
    await shop.stop()
    shop = await start()
    expect(await seenOf(erased)).to.deep.equal(after)
    const login = await createClient({ baseUrl: new URL(shop.url).origin }).POST('/api/v1/auth/login', {
      body: { email: 'customer@demo.test', password: 'orderstream-demo' },
    })
    expect(login.response.status).to.equal(401)
  })
})
