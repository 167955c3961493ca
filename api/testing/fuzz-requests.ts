import type { OpenAPIV3_1 } from 'openapi-types'

/** Numbers from 0 to 1. */
export type Random = () => number

export interface FuzzedRequest {
  readonly operation: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly payload?: string
}

type Json = Readonly<Record<string, unknown>>

const LONG = 'x'.repeat(70_000)
const DEEP = `${'['.repeat(5_000)}${']'.repeat(5_000)}`

/** What breaks careless code. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 2 ** 63, Number.MIN_VALUE],
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '😀'.repeat(100),
    '\u202eabc',
    'é'.normalize('NFD'),
    '%00',
    '%',
  ],
  ...[
    "' or 1=1 --",
    '$1',
    '${7*7}',
    '../../etc/passwd',
    '<script>',
    'null',
    'NaN',
    '-0',
    '1e999',
    '9'.repeat(400),
  ],
  ...['__proto__', 'constructor', 'x'.repeat(300), 'x'.repeat(5_000), '2025-02-30T25:61:00Z', '0000-00-00'],
  ...[
    [],
    {},
    [[]],
    [null],
    { __proto__: null, toString: 1 },
    JSON.parse('{"__proto__":{"admin":true}}') as unknown,
  ],
]

const BROKEN_BODIES = [
  '',
  '{',
  '{"a":',
  'null',
  '[]',
  '"',
  '{"a":1}{"b":2}',
  '\ufeff{}',
  LONG,
  DEEP,
  '{"a":1e999}',
]
const BROKEN_BODIES_OF_TYPES = ['text/plain', 'application/xml', 'application/json;charset=utf-16', 'x', '']

/** Makes up requests of an OpenAPI document: valid, nearly valid and hostile ones. */
export const createFuzzer = (
  document: OpenAPIV3_1.Document,
  random: Random,
  /** Values that name something, by the parameter's or member's name. */
  known: Readonly<Record<string, readonly string[]>>,
): (() => FuzzedRequest) => {
  const chance = (probability: number): boolean => random() < probability
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined) throw new Error('There is nothing to pick from')
    return item
  }
  const resolve = (part: unknown): Json => {
    const json = (typeof part === 'object' && part !== null ? part : {}) as Json
    if (typeof json['$ref'] !== 'string') return json
    const path = json['$ref'].replace(/^#\//, '').split('/')
    return resolve(path.reduce<unknown>((at, name) => (at as Json)[name], document))
  }

  const valueOf = (part: unknown, name: string, depth: number): unknown => {
    if (chance(0.08)) return pick(HOSTILE.filter((value) => value !== undefined))
    const names = known[name]
    if (names !== undefined && chance(0.6)) return pick(names)
    const schema = resolve(part)
    const examples = schema['examples']
    if (Array.isArray(examples) && examples.length > 0 && chance(0.5)) return pick(examples as unknown[])
    const choices = schema['anyOf'] ?? schema['oneOf'] ?? schema['enum']
    if (Array.isArray(choices)) {
      const chosen: unknown = pick(choices as unknown[])
      return schema['enum'] === choices ? chosen : valueOf(chosen, name, depth + 1)
    }
    if ('const' in schema) return schema['const']
    const types = [schema['type'] ?? 'string'].flat() as string[]
    return typedValue(pick(types), schema, name, depth)
  }

  const typedValue = (type: string, schema: Json, name: string, depth: number): unknown => {
    switch (type) {
      case 'object':
        return objectOf(schema, depth)
      case 'array':
        return Array.from({ length: depth > 6 ? 0 : Math.floor(random() * 4) }, () =>
          valueOf(schema['items'], name, depth + 1),
        )
      case 'integer':
      case 'number': {
        const minimum = typeof schema['minimum'] === 'number' ? schema['minimum'] : 0
        return pick([minimum, minimum + 1, minimum + Math.floor(random() * 100), minimum - 1, 2 ** 40])
      }
      case 'boolean':
        return chance(0.5)
      case 'null':
        return null
      default:
        return pick([
          'text',
          'Ä ö ü',
          'a-b',
          '42',
          'ada@example.com',
          '2025-11-21T09:30:00.000Z',
          'DE',
          'EUR',
        ])
    }
  }

  const objectOf = (schema: Json, depth: number): unknown => {
    const members = Object.entries((schema['properties'] ?? {}) as Json)
      .filter(() => chance(0.92))
      .map(([member, each]) => [member, valueOf(each, member, depth + 1)] as const)
    const strange = chance(0.06)
      ? [[pick(['extra', '__proto__', 'constructor', '']), pick(HOSTILE)] as const]
      : []
    return Object.fromEntries([...members, ...strange])
  }

  const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

  /** As it stands in an address: sometimes not even encoded. */
  const encoded = (value: unknown): string => {
    const text = textOf(value)
    if (chance(0.02)) return '%E0%A4%A'
    return encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/gu, '?')).slice(0, 3_000)
  }

  const headerValue = (value: unknown): string =>
    textOf(value)
      .replaceAll(/[^\x20-\x7e]/g, '?')
      .slice(0, 2_000)

  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item = {}]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ path, method, operation }]
    }),
  )

  return () => {
    const { path, method, operation } = pick(operations)
    const parameters = (operation.parameters ?? []).map(resolve)
    const ofKind = (kind: string): Json[] => parameters.filter((parameter) => parameter['in'] === kind)
    const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const parameter = ofKind('path').find((each) => each['name'] === name)
      return encoded(valueOf(parameter?.['schema'], name, 0)) || '-'
    })
    const query = ofKind('query')
      .filter(() => chance(0.3))
      .map((each) => `${String(each['name'])}=${encoded(valueOf(each['schema'], String(each['name']), 0))}`)
    if (chance(0.03))
      query.push(pick(['extra=1', 'limit=1&limit=2', '__proto__[x]=1', '%', 'a[b]=c', '&&==']))
    const headers: Record<string, string | string[]> = {}
    for (const each of ofKind('header').filter(() => chance(0.25))) {
      headers[String(each['name']).toLowerCase()] = headerValue(
        valueOf(each['schema'], String(each['name']), 0),
      )
    }
    if (chance(0.02)) headers['idempotency-key'] = ['one', 'two']
    const content = Object.entries((resolve(operation.requestBody)['content'] ?? {}) as Json)
    const [type, media] = content[0] ?? []
    const request = {
      operation: `${method.toUpperCase()} ${path}`,
      method: chance(0.02) ? pick(['HEAD', 'OPTIONS', 'PUT', 'TRACE', 'DELETE']) : method.toUpperCase(),
      url: query.length === 0 ? url : `${url}?${query.join('&')}`,
    }
    if (type === undefined) {
      if (!chance(0.05)) return { ...request, headers }
      return {
        ...request,
        headers: { ...headers, 'content-type': 'application/json' },
        payload: pick(BROKEN_BODIES),
      }
    }
    if (chance(0.06)) {
      const broken = chance(0.5) ? type : pick(BROKEN_BODIES_OF_TYPES)
      return { ...request, headers: { ...headers, 'content-type': broken }, payload: pick(BROKEN_BODIES) }
    }
    const body = valueOf(resolve(media)['schema'], 'body', 0)
    const payload = type.includes('urlencoded')
      ? new URLSearchParams(
          Object.entries(body as Json).map(([name, value]): [string, string] => [name, textOf(value)]),
        ).toString()
      : JSON.stringify(body)
    return { ...request, headers: { ...headers, 'content-type': type }, payload }
  }
}
