import { createClient, type OrderstreamClient, type Schema } from '../../client/index.ts'
import { eventually } from '../support/eventually.ts'
import { dataOf } from './client.ts'

/** Somebody who is signed in at a shop that runs, and speaks to it through the client that a shop front would use. */
export interface Shopper {
  readonly id: string
  readonly api: OrderstreamClient
  /** Places an order for one piece of a product, without a method where it is paid later. @throws where it is not taken */
  readonly place: (productId: string, paymentMethodId?: string, quantity?: number) => Promise<string>
  readonly cancel: (orderId: string, detail?: string) => Promise<void>
  /** Waits until an order has one of the statuses. */
  readonly until: (orderId: string, ...statuses: readonly Schema<'OrderStatus'>[]) => Promise<Schema<'Order'>>
  /** Waits until as many pieces are available and none is kept. */
  readonly untilStock: (sku: string, available: number) => Promise<void>
}

export const shippingAddress = {
  ...{ name: 'Ada Buyer', line1: 'Main Street 1', city: 'Townsville', postalCode: '12345', country: 'DE' },
}
/** A program that starts on a machine with other things to do may take its time. */
const LONG = { withinMs: 40_000 }

/** @param url of the API, with its version; the account is one of the demo shop's */
export const signedIn = async (url: string, email: string): Promise<Shopper> => {
  const { origin: baseUrl } = new URL(url)
  const login = await createClient({ baseUrl }).POST('/api/v1/auth/login', {
    body: { email, password: 'orderstream-demo' },
  })
  const { accessToken } = dataOf(login)
  const api = createClient({ baseUrl, accessToken: () => accessToken })

  return {
    id: dataOf(await api.GET('/api/v1/users/me')).id,
    api,
    place: async (productId, paymentMethodId, quantity = 1) => {
      const body = { items: [{ productId, quantity }], shippingAddress }
      const method = paymentMethodId === undefined ? {} : { paymentMethodId }
      return dataOf(await api.POST('/api/v1/orders', { body: { ...body, ...method } })).id
    },
    cancel: async (id, detail) => {
      const body = detail === undefined ? {} : { detail }
      dataOf(await api.POST('/api/v1/orders/{id}/cancel', { params: { path: { id } }, body }))
    },
    until: (id, ...statuses) =>
      eventually(async () => {
        const { data } = await api.GET('/api/v1/orders/{id}', { params: { path: { id } } })
        return data !== undefined && statuses.includes(data.status) && data
      }, LONG),
    untilStock: async (sku, available) => {
      await eventually(async () => {
        const { data } = await api.GET('/api/v1/inventory/{sku}', { params: { path: { sku } } })
        return data?.available === available && data.reserved === 0
      }, LONG)
    },
  }
}
