import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { z } from 'zod'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { EventStore } from '../../eventstore/types.ts'
import { png } from '../../platform/png.ts'
import { SERVICE_SCOPES } from '../../supporting/accounts/roles.ts'
import { eventually } from '../../test/support/eventually.ts'
import { DEFAULT_LIMITS } from '../deps.ts'
import { formOf } from './forms.ts'
import { PASSWORD, startShopApi, type Answer, type Person, type ShopApi } from './shop-api.ts'

/** Whoever may call: each finds other doors open. */
export const CALLERS = [
  ...['nobody', 'customer', 'other customer', 'support', 'warehouse', 'admin', 'service'],
] as const
export type CallerKind = (typeof CALLERS)[number]

/** Names of things that are there, by kind, and those of somebody once more by `kind of somebody`; the newest last. */
export type KnownThings = Readonly<Record<string, readonly string[]>>

/** What follows the kind of things that are somebody's. */
export const ofOwner = (who: CallerKind): string => ` of ${who}`

export interface FuzzedShop {
  readonly shop: ShopApi
  readonly store: EventStore
  /** Puts one more of everything into the shop, and names all that is there. */
  fill(): Promise<KnownThings>
  /** Who is signed in; somebody else, once `signOut` was told of him. */
  caller(who: CallerKind): Promise<Person | undefined>
  signOut(who: CallerKind): void
}

/** Whose pages may call the shop. */
export const BROWSER_ORIGIN = 'https://shop.test'

const ADDRESS = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' }
const EUR = { amount: 1_000, currency: 'EUR' }

/** A shop that has orders in every state, accounts of every kind, and events that nobody can read. */
export const startFuzzedShop = async (): Promise<FuzzedShop> => {
  let store: EventStore | undefined
  const shop = await startShopApi((deps) => {
    store = deps.store as EventStore
    return {
      ...deps,
      inbox: () => Promise.resolve([{ at: 'now', to: 'a@b.test', subject: '<b>', body: '&' }]),
      corsOrigins: [BROWSER_ORIGIN],
      // what is followed or waited for ends soon
      limits: { positionMs: 20, waitSeconds: 1, live: { ...DEFAULT_LIMITS.live, lastMs: 20 } },
    }
  })
  if (store === undefined) throw new Error('The shop has no event store')
  const people = new Map<CallerKind, Person>()
  const admin = await shop.person('admin')
  const known = new Map<string, string[]>()
  const note = (kind: string, ...names: readonly unknown[]): void => {
    known.set(kind, [...(known.get(kind) ?? []), ...names.map(String)])
  }

  const post = async (as: Person | undefined, path: string, body: unknown = {}): Promise<Answer> => {
    const call = { method: 'POST', url: `/api/v1${path}`, body } as const
    const answer = await shop.call({ ...call, ...(as && { as }) })
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  const service = async (): Promise<Person> => {
    const { body } = await post(admin, '/service-accounts', {
      name: ulid().toLowerCase(),
      scopes: SERVICE_SCOPES,
    })
    note('service', body['id'])
    note('serviceSecret', body['secret'])
    const credentials = { client_id: body['id'], client_secret: body['secret'] }
    const token = await post(undefined, '/auth/token', { grant_type: 'client_credentials', ...credentials })
    const id = String(body['id'])
    return { id, email: `${id}@none.test`, token: String(token.body['access_token']) }
  }

  const caller = async (who: CallerKind): Promise<Person | undefined> => {
    if (who === 'nobody') return undefined
    const signedIn = people.get(who)
    if (signedIn !== undefined) return signedIn
    const role = who === 'other customer' ? 'customer' : who
    const person = role === 'service' ? await service() : await shop.person(role)
    people.set(who, person)
    if (role !== 'service') for (const kind of ['account', `account${ofOwner(who)}`]) note(kind, person.id)
    note('email', person.email)
    return person
  }

  const order = async (as: Person, productId: string, paymentMethodId?: string): Promise<string> => {
    const wish = { items: [{ productId, quantity: 2 }], shippingAddress: ADDRESS }
    const { body } = await post(as, '/orders', { ...wish, ...(paymentMethodId && { paymentMethodId }) })
    return String(body['id'])
  }
  const until = (id: string, isSo: (body: Answer['body']) => boolean): Promise<unknown> =>
    eventually(async () =>
      isSo((await shop.call({ method: 'GET', url: `/api/v1/orders/${id}`, as: admin })).body),
    )

  const unreadable = async (): Promise<void> => {
    const registry = createRegistry({ OrderPlaced: { version: 1, schema: z.object({}) } })
    const strange = connectEventStore({
      ...{ connectionString: shop.eventStoreUrl, registry, logger: pino({ level: 'silent' }) },
    })
    try {
      const metadata = {
        ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c' },
        actor: { kind: 'system', id: 'test' } as const,
      }
      const event = { type: 'OrderPlaced', data: {}, id: randomUUID(), metadata }
      await strange.append(`order-${ulid()}`, [event], 'no_stream')
    } finally {
      await strange.close()
    }
  }

  const goods = async (): Promise<{ readonly id: string; readonly sku: string }> => {
    const category = await post(admin, '/categories', { name: `C ${ulid()}` })
    note('category', category.body['id'])
    const product = await shop.product(1_000)
    const form = formOf({ file: png(2, 2, () => [1, 2, 3]), alt: 'A thing' })
    const upload = await shop.app.inject({
      ...{ method: 'POST', url: `/api/v1/products/${product.id}/images`, payload: form.payload },
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': form.type },
    })
    const { images } = upload.json<{ readonly images: readonly { readonly id: string }[] }>()
    note('product', product.id)
    note('sku', product.sku)
    note('image', ...images.map(({ id }) => id))
    return product
  }

  const orders = async (
    who: CallerKind,
    customer: Person,
    { id: productId, sku }: { readonly id: string; readonly sku: string },
  ): Promise<void> => {
    const waiting = await order(customer, productId)
    const paid = await order(customer, productId, 'sim_approve')
    const refunded = await order(customer, productId, 'sim_fail_refund')
    const shipped = await order(customer, productId, 'sim_approve')
    for (const id of [paid, refunded, shipped]) await until(id, ({ status }) => status === 'paid')
    await post(admin, `/orders/${refunded}/refunds`, { refundId: 'R-1', amount: EUR, reason: 'Late' })
    const shipment = { shipmentId: 'S-1', carrier: 'DHL', trackingNumber: '1' }
    await post(admin, `/orders/${shipped}/ship`, { ...shipment, items: [{ sku, quantity: 1 }] })
    for (const kind of ['order', `order${ofOwner(who)}`]) note(kind, waiting, paid, shipped, refunded)
    for (const kind of ['payment', `payment${ofOwner(who)}`]) note(kind, paid, refunded, shipped)
    for (const kind of ['unpaid', `unpaid${ofOwner(who)}`]) note(kind, waiting)
  }

  const session = async (customer: Person): Promise<void> => {
    const { body } = await post(undefined, '/auth/login', { email: customer.email, password: PASSWORD })
    note('refreshToken', body['refreshToken'])
  }

  const cartOf = async (productId: string, as?: Person): Promise<void> => {
    const { headers } = await post(as, '/cart/items', { productId, quantity: 1 })
    if (headers['cart-token'] !== undefined) note('cartToken', headers['cart-token'])
  }

  return {
    shop,
    store,
    caller,
    signOut: (who) => people.delete(who),
    fill: async () => {
      const product = await goods()
      for (const who of ['customer', 'other customer'] as const) {
        const customer = await caller(who)
        if (customer === undefined) continue
        await orders(who, customer, product)
        await cartOf(product.id, customer)
        await session(customer)
        const amount = { amount: 10_000, currency: 'EUR' }
        await post(admin, '/wallet/top-ups', {
          customerId: customer.id,
          amount,
          topUpId: ulid(),
          reference: 'T',
        })
      }
      await cartOf(product.id)
      note('account', (await shop.person('customer')).id)
      await service()
      await unreadable()
      const letters = await eventually(async () => {
        const url = '/api/v1/admin/dead-letters?limit=100'
        const { body } = await shop.call<{ items: readonly { readonly id: string }[] }>({
          ...{ method: 'GET', url, as: admin },
        })
        return body.items.length > 0 && body.items
      })
      note('deadLetter', ...letters.map(({ id }) => id))
      return Object.fromEntries(known)
    },
  }
}
