import { seededRandom } from '../../platform/seeded-random.ts'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Pool } from 'pg'
import { PROBLEM_JSON } from '../problems.ts'
import { createFuzzer, type FuzzedRequest } from './fuzz-requests.ts'
import { answerCheck } from './openapi.ts'
import type { Person, ShopApi } from './shop-api.ts'

export interface FuzzReport {
  readonly requests: number
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>
  readonly operations: ReadonlySet<string>
  /** A sentence each. */
  readonly failures: readonly string[]
  /** Correlation ids of requests that were refused: no event may have one. */
  readonly refused: ReadonlySet<string>
}

export interface FuzzOptions {
  readonly seed: number
  readonly goesOn: (requests: number) => boolean
}

const LONGEST_MS = 20_000

/**
 * Sends made-up requests to every operation of the document, as nobody, a customer and an admin. An answer fails that the
 * document does not describe, that is a 5xx, that is an error and no problem, that takes too long, or that refuses and has
 * changed something all the same.
 */
export const fuzz = async (shop: ShopApi, { seed, goesOn }: FuzzOptions): Promise<FuzzReport> => {
  const { app, pool } = shop
  const document = app.swagger() as OpenAPIV3_1.Document
  const check = answerCheck(document)
  const random = seededRandom(seed)
  const people = new Map<string, Person>()
  const known = await knownThings(shop)
  const next = createFuzzer(document, random, known)
  const statuses = new Map<number, number>()
  const operations = new Set<string>()
  const failures: string[] = []
  const refused = new Set<string>()

  const send = async (request: FuzzedRequest, who: 'nobody' | 'customer' | 'admin'): Promise<void> => {
    const correlationId = randomUUID()
    const person = who === 'nobody' ? undefined : (people.get(who) ?? (await shop.person(who)))
    if (person !== undefined) people.set(who, person)
    const before = await digestOf(pool)
    const answer = await Promise.race([
      app.inject({
        method: request.method as 'GET',
        url: request.url,
        headers: {
          ...request.headers,
          'x-correlation-id': correlationId,
          ...(person && { authorization: `Bearer ${person.token}` }),
        } as Record<string, string>,
        ...(request.payload !== undefined && { payload: request.payload }),
      }),
      delay(LONGEST_MS, undefined, { ref: false }),
    ])
    const what = `${request.method} ${request.url.slice(0, 300)} as ${who}: ${JSON.stringify(request).slice(0, 1_500)}`
    if (answer === undefined) {
      failures.push(`no answer within ${LONGEST_MS} ms: ${what}`)
      return
    }
    const { statusCode: status, headers, body } = answer
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    operations.add(request.operation)
    // whoever erased themselves, or was signed out by a change, is replaced
    if (person !== undefined && (status === 204 || status === 401 || request.url.includes('/users/me')))
      people.delete(who)
    if (status >= 500 && status !== 504) failures.push(`${status} ${body.slice(0, 300)}: ${what}`)
    if (status >= 400) {
      const type = String(headers['content-type'])
      if (request.method !== 'HEAD' && !type.startsWith(PROBLEM_JSON))
        failures.push(`${status} as ${type}: ${what}`)
      refused.add(correlationId)
      if ((await digestOf(pool)) !== before) failures.push(`${status}, but something has changed: ${what}`)
    }
    try {
      check({ method: request.method, url: request.url, status, headers, body })
    } catch (error) {
      failures.push(`${error instanceof Error ? error.message : String(error)} ${what}`)
    }
  }

  let requests = 0
  while (goesOn(requests) && failures.length < 20) {
    requests += 1
    const at = random()
    await send(next(), at < 0.15 ? 'nobody' : at < 0.5 ? 'customer' : 'admin')
  }
  return { requests, statuses, operations, failures, refused }
}

/** Of what is kept on purpose: not of counters, keys and mails, which refusals may leave behind. */
const KEPT = ['accounts', 'categories', 'prices', 'product_images', 'products', 'service_accounts']

const digestOf = async (pool: Pool): Promise<string> => {
  const parts = KEPT.map(
    (table) => `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from shop.${table} t)`,
  )
  const { rows } = await pool.query<{ digest: string }>(`select concat(${parts.join(', ')}) as digest`)
  return rows[0]?.digest ?? ''
}

const knownThings = async (shop: ShopApi): Promise<Readonly<Record<string, readonly string[]>>> => {
  const [first, second] = [await shop.product(1_000), await shop.product(0)]
  const customer = await shop.person('customer')
  const { body } = await shop.call({
    method: 'POST',
    url: '/api/v1/orders',
    as: customer,
    body: {
      items: [{ productId: first.id, quantity: 1 }],
      shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
    },
  })
  const ids = [String(body['id']), first.id, customer.id]
  return {
    id: ids,
    ids: [customer.id],
    orderId: [String(body['id'])],
    productId: [first.id, second.id],
    sku: [first.sku, second.sku],
    customerId: [customer.id],
    categoryId: ['things'],
    category: ['things'],
    country: ['DE'],
    currency: ['EUR'],
    paymentMethodId: ['sim_approve', 'sim_decline'],
    provider: ['simulator'],
    'If-Match': ['"1"', '"0"'],
    'if-match': ['"1"', '"0"'],
  }
}
