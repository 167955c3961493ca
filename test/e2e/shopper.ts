import { eventually } from '../support/eventually.ts'

/** An answer of the API, whatever it is. */
export interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** What a test sees of an order. */
export interface OrderSeen {
  readonly status: string
  readonly cancellation: { readonly reason: string; readonly detail: string | null } | null
  readonly payment: {
    readonly status: string
    readonly captured: { readonly amount: number }
    readonly refunded: { readonly amount: number }
  }
  readonly totals: { readonly total: { readonly amount: number; readonly currency: string } }
  readonly refunds: readonly {
    readonly id: string
    readonly status: string
    readonly failure: { readonly code: string } | null
  }[]
  readonly history: readonly {
    readonly status: string
    readonly at: string
    readonly cause: { readonly type: string; readonly id: string }
    readonly actor: { readonly kind: string; readonly id: string }
  }[]
}

/** Somebody who is signed in at a shop that runs, and speaks to it over HTTP. */
export interface Shopper {
  readonly id: string
  /** For requests of its own. */
  readonly headers: Readonly<Record<string, string>>
  readonly call: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Reply>
  /** Places an order for one piece of a product, without a method where it is paid later. @throws where it is not taken */
  readonly place: (productId: string, paymentMethodId?: string, quantity?: number) => Promise<string>
  /** Waits until an order has one of the statuses. */
  readonly until: (orderId: string, ...statuses: readonly string[]) => Promise<OrderSeen>
  /** Waits until as many pieces are available and none is kept. */
  readonly untilStock: (sku: string, available: number) => Promise<void>
}

const shippingAddress = {
  ...{ name: 'Ada Buyer', line1: 'Main Street 1', city: 'Townsville', postalCode: '12345', country: 'DE' },
}
/** A program that starts on a machine with other things to do may take its time. */
const LONG = { withinMs: 40_000 }

/** @param url of the API, with its version; the account is one of the demo shop's */
export const signedIn = async (url: string, email: string): Promise<Shopper> => {
  const headers: Record<string, string> = {}
  const call: Shopper['call'] = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Reply['body']) }
  }
  const login = await call('POST', '/auth/login', { email, password: 'orderstream-demo' })
  headers['authorization'] = `Bearer ${String(login.body['accessToken'])}`
  const { body: me } = await call('GET', '/users/me')

  return {
    id: String(me['id']),
    headers,
    call,
    place: async (productId, paymentMethodId, quantity = 1) => {
      const { status, body } = await call('POST', '/orders', {
        ...{ items: [{ productId, quantity }], shippingAddress },
        ...(paymentMethodId !== undefined && { paymentMethodId }),
      })
      if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`)
      return String(body['id'])
    },
    until: (orderId, ...statuses) =>
      eventually(async () => {
        const { body } = await call('GET', `/orders/${orderId}`)
        const order = body as unknown as OrderSeen
        return statuses.includes(order.status) && order
      }, LONG),
    untilStock: async (sku, available) => {
      await eventually(async () => {
        const { body } = await call('GET', `/inventory/${sku}`)
        return body['available'] === available && body['reserved'] === 0
      }, LONG)
    },
  }
}
