import { createClient, type OrderstreamClient, type Schema } from '../../client/index.ts'
import { eventually } from '../support/eventually.ts'

export type OrderView = Schema<'Order'>
export type StockView = Schema<'StockLevel'>
export type ProductView = Schema<'Product'>

export interface Wish {
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
  readonly paymentMethodId: string
}

export interface Answer {
  readonly status: number
  /** All of the order where it settled within the time that was asked for. */
  readonly body: OrderView | Schema<'PlacedOrder'>
}

/** What the end-to-end tests do with the API, through the client that a shop would use. */
export interface Client {
  readonly products: () => Promise<readonly ProductView[]>
  readonly order: (id: string) => Promise<OrderView>
  readonly orders: () => Promise<readonly Schema<'OrderSummary'>[]>
  readonly eventTypes: (orderId: string) => Promise<string[]>
  /** Waits for the read model to have it. */
  readonly stock: (sku: string) => Promise<StockView>
  readonly adjustStock: (sku: string, delta: number, key: string) => Promise<number>
  readonly placeOrder: (
    wish: Wish,
    key: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
}

const shippingAddress = {
  name: 'Ada Buyer',
  line1: 'Main Street 1',
  city: 'Townsville',
  postalCode: '12345',
  country: 'DE',
}

/** What an API's answer holds. @throws Error with the problem where it is one */
export const dataOf = <Data>(call: {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}): Data => {
  const { data, error, response } = call
  if (data !== undefined) return data
  throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`)
}

/** A client of the API at `url`, signed in to one of the demo accounts. */
export const signIn = async (url: string, email: string): Promise<Client> => {
  const baseUrl = new URL(url).origin
  const login = await createClient({ baseUrl }).POST('/api/v1/auth/login', {
    body: { email, password: 'orderstream-demo' },
  })
  const { accessToken } = dataOf(login)
  return clientOf(createClient({ baseUrl, accessToken: () => accessToken }))
}

const clientOf = (api: OrderstreamClient): Client => ({
  products: async () => dataOf(await api.GET('/api/v1/products')).items,
  order: async (id) => dataOf(await api.GET('/api/v1/orders/{id}', { params: { path: { id } } })),
  orders: async () => dataOf(await api.GET('/api/v1/orders', { params: { query: { limit: 100 } } })).items,
  eventTypes: async (id) => {
    const { items } = dataOf(await api.GET('/api/v1/orders/{id}/events', { params: { path: { id } } }))
    return items.map(({ type }) => type)
  },
  stock: (sku) =>
    eventually(async () => dataOf(await api.GET('/api/v1/inventory/{sku}', { params: { path: { sku } } }))),
  adjustStock: async (sku, delta, key) => {
    const { response } = await api.POST('/api/v1/inventory/{sku}/adjust', {
      params: { path: { sku }, header: { 'Idempotency-Key': key } },
      body: { delta, reason: 'counted' },
    })
    return response.status
  },
  placeOrder: async (wish, key, headers = {}) => {
    const answer = await api.POST('/api/v1/orders', {
      params: { header: { 'Idempotency-Key': key } },
      headers,
      body: { ...wish, items: [...wish.items], shippingAddress },
    })
    // a problem too: whoever looks at the status decides what it means
    return { status: answer.response.status, body: answer.data ?? dataOf<OrderView>({ ...answer }) }
  },
})
