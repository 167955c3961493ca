import { eventually } from '../support/eventually.ts'

/** What the end-to-end tests look at in the API's answers. */
export interface OrderView {
  readonly id: string
  readonly status: string
  readonly payment: { readonly status: string; readonly captured: { readonly amount: number } }
  readonly totals: { readonly total: { readonly amount: number } }
}

export interface StockView {
  readonly sku: string
  readonly onHand: number
  readonly available: number
  readonly reserved: number
}

export interface ProductView {
  readonly id: string
  readonly sku: string
}

export interface Wish {
  readonly items: readonly { readonly productId: string; readonly quantity: number }[]
  readonly paymentMethodId: string
}

export interface Answer {
  readonly status: number
  readonly body: OrderView
}

export interface Client {
  readonly products: () => Promise<ProductView[]>
  readonly order: (id: string) => Promise<OrderView>
  readonly orders: () => Promise<OrderView[]>
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

/** A client of the API at `url` (with its version), signed in to one of the demo accounts. */
export const signIn = async (url: string, email: string): Promise<Client> => {
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'orderstream-demo' }),
  })
  if (!login.ok) throw new Error(`could not sign in: ${login.status} ${await login.text()}`)
  const { accessToken } = (await login.json()) as { accessToken: string }
  const authorization = `Bearer ${accessToken}`

  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(url + path, { headers: { authorization } })
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const post = async (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  return {
    products: async () => ((await get('/products')) as { items: ProductView[] }).items,
    order: async (id) => (await get(`/orders/${id}`)) as OrderView,
    orders: async () => ((await get('/orders?limit=100')) as { items: OrderView[] }).items,
    eventTypes: async (orderId) => {
      const { items } = (await get(`/orders/${orderId}/events`)) as { items: { type: string }[] }
      return items.map(({ type }) => type)
    },
    stock: (sku) => eventually(async () => (await get(`/inventory/${sku}`)) as StockView),
    adjustStock: async (sku, delta, key) => {
      const reason = 'counted'
      return (await post(`/inventory/${sku}/adjust`, { delta, reason }, { 'Idempotency-Key': key })).status
    },
    placeOrder: async (wish, key, headers = {}) => {
      const response = await post(
        '/orders',
        { ...wish, shippingAddress },
        { 'Idempotency-Key': key, ...headers },
      )
      return { status: response.status, body: (await response.json()) as OrderView }
    },
  }
}
