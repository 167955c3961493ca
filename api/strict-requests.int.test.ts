import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { z } from 'zod'
import { targetsOf, type Target } from './testing/fuzz-requests.ts'
import { startShopApi, type Call, type Person, type ShopApi } from './testing/shop-api.ts'

type Json = Readonly<Record<string, unknown>>

/** What others send as they like: a provider its events. */
const OF_OTHERS = ['POST /api/v1/payments/webhooks/{provider}']

describe('unknown fields of requests', function () {
  this.timeout(60_000)
  let shop: ShopApi
  let admin: Person
  let document: OpenAPIV3_1.Document
  before(async () => {
    shop = await startShopApi()
    admin = await shop.person('admin')
    document = shop.app.swagger() as OpenAPIV3_1.Document
  })
  after(() => shop.stop())

  const isObject = (part: unknown): part is Json =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
  const resolve = (part: unknown): unknown => {
    if (!isObject(part) || typeof part['$ref'] !== 'string') return part
    const path = part['$ref'].replace(/^#\//, '').split('/')
    return resolve(path.reduce<unknown>((at, name) => (at as Json)[name], document))
  }
  const nameOf = ({ method, path }: Target): string => `${method} ${path}`
  const bodiesOf = ({ operation }: Target): [string, Json][] =>
    Object.entries((resolve(operation?.requestBody) as { content?: Json } | undefined)?.content ?? {}).filter(
      (entry): entry is [string, Json] => isObject(entry[1]),
    )
  const owned = (): Target[] => targetsOf(document).filter((target) => !OF_OTHERS.includes(nameOf(target)))

  /** Where a schema lets through what it does not name. */
  const looseIn = (part: unknown, at: string, seen: readonly unknown[] = []): string[] => {
    const schema = resolve(part)
    if (Array.isArray(schema)) return schema.flatMap((each, index) => looseIn(each, `${at}/${index}`, seen))
    if (!isObject(schema) || seen.includes(schema)) return []
    const isLoose = schema['type'] === 'object' && schema['additionalProperties'] !== false
    return [
      ...(isLoose ? [at] : []),
      ...['properties', 'items', 'anyOf', 'oneOf', 'allOf'].flatMap((key) => {
        const below = schema[key]
        if (key !== 'properties' || !isObject(below)) return looseIn(below, `${at}/${key}`, [...seen, schema])
        return Object.entries(below).flatMap(([name, each]) =>
          looseIn(each, `${at}/${name}`, [...seen, schema]),
        )
      }),
    ]
  }

  it('are in no schema of a body, at any depth', () => {
    const bodies = owned().flatMap((target) =>
      bodiesOf(target).map(([type, media]) => [`${nameOf(target)} ${type}`, media['schema']] as const),
    )
    expect(bodies.length).to.be.above(25)
    expect(bodies.flatMap(([name, schema]) => looseIn(schema, name))).to.deep.equal([])
  })

  it('are in no schema of a query', () => {
    const routes = shop.app.routeTable.filter(({ url }) => url.startsWith('/api/v1/'))
    const queries = routes.flatMap(({ method, url, schema }) =>
      schema?.querystring instanceof z.ZodType
        ? [
            [
              `${String(method)} ${url}`,
              z.toJSONSchema(schema.querystring, { io: 'input', unrepresentable: 'any' }),
            ] as const,
          ]
        : [],
    )
    expect(queries.length).to.be.above(70)
    expect(queries.flatMap(([name, schema]) => looseIn(schema, name))).to.deep.equal([])
    const without = routes.filter(({ schema }) => schema?.querystring === undefined).map(({ url }) => url)
    expect([...new Set(without)]).to.have.members([
      '/api/v1/images/:id',
      '/api/v1/payments/webhooks/:provider',
    ])
  })

  /** An example with one more field in it, once for each object that it is made of. */
  const spoiled = (example: unknown): unknown[] => {
    if (Array.isArray(example))
      return (example as unknown[]).flatMap((each, index) =>
        spoiled(each).map((one) => (example as unknown[]).toSpliced(index, 1, one)),
      )
    if (!isObject(example)) return []
    return [
      { ...example, unheardOf: 1 },
      ...Object.entries(example).flatMap(([name, each]) =>
        spoiled(each).map((one) => ({ ...example, [name]: one })),
      ),
    ]
  }

  /** Something that an address may name, whether or not it is there. */
  const nameFor = ({ operation }: Target, name: string): string => {
    const parameters = (operation?.parameters ?? []).map(resolve).filter(isObject)
    const schema = resolve(parameters.find((each) => each['name'] === name)?.['schema'])
    const pattern = isObject(schema) && typeof schema['pattern'] === 'string' ? schema['pattern'] : ''
    const ulid = '01KAJ5Z4QW8X2N6T3R9V7C1B0D'
    const fitting = [ulid, ulid.toLowerCase(), 'x', `service-${ulid}`].find((each) =>
      new RegExp(pattern, 'u').test(each),
    )
    if (fitting === undefined) throw new Error(`Nothing fits ${pattern}`)
    return fitting
  }

  it('are refused by every route, wherever they stand', async () => {
    let refused = 0
    for (const target of owned()) {
      const [media] = bodiesOf(target).flatMap(([type, each]) => (type === 'application/json' ? [each] : []))
      if (media === undefined) continue
      const url = target.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => nameFor(target, name))
      for (const body of spoiled(media['example'])) {
        const headers = { 'if-match': '"1"' }
        const call = { method: target.method as Call['method'], url, as: admin, headers, body }
        const { status, body: problem } = await shop.call(call)
        expect([status, problem['type']], `${nameOf(target)} ${JSON.stringify(body)}`).to.deep.equal([
          400,
          'urn:orderstream:problem:invalid-request',
        ])
        expect(JSON.stringify(problem)).to.contain('unheardOf')
        refused += 1
      }
    }
    expect(refused).to.be.above(40)
  })
})
