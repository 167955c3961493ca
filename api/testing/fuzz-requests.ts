import type { OpenAPIV3_1 } from 'openapi-types'
import { png } from '../../platform/png.ts'
import { formOf } from './forms.ts'
import { FIXED, kindOf } from './fuzz-kinds.ts'
import { BROKEN_BODIES, BROKEN_QUERIES, HEADERS, HOSTILE, WRONG_TYPES } from './fuzz-values.ts'
import type { KnownThings } from './fuzzed-shop.ts'

/** Numbers from 0 to 1. */
export type Random = () => number

/** Something to send requests to; one that the document does not have is described by its address alone. */
export interface Target {
  readonly method: string
  /** With `{name}` for its parameters. */
  readonly path: string
  readonly operation?: OpenAPIV3_1.OperationObject
}

export interface FuzzedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly payload?: string | Buffer
}

type Json = Readonly<Record<string, unknown>>

/** How often a part of a request is made to do harm; `sound` ones fit, as far as chance can make them. */
export const HOSTILITY = { sound: 0, near: 0.06, hostile: 0.35 } as const
export type Mood = keyof typeof HOSTILITY

/** Every operation of a document. */
export const targetsOf = (document: OpenAPIV3_1.Document): Target[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, item = {}]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
  )

/** Makes up requests to targets of an OpenAPI document: sound, nearly sound and hostile ones. */
export const createFuzzer = (
  document: OpenAPIV3_1.Document,
  random: Random,
  known: () => KnownThings,
): ((target: Target, mood: Mood) => FuzzedRequest) => {
  const chance = (probability: number): boolean => random() < probability
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined && items.length === 0) throw new Error('There is nothing to pick from')
    return item as Item
  }
  const resolve = (part: unknown): Json => {
    const json = (typeof part === 'object' && part !== null ? part : {}) as Json
    if (typeof json['$ref'] !== 'string') return json
    const path = json['$ref'].replace(/^#\//, '').split('/')
    return resolve(path.reduce<unknown>((at, name) => (at as Json)[name], document))
  }

  /** A thing that is there: mostly of the right kind, the newest where the request is to be sound; else any. */
  const thing = (path: string, name: string, mood: Mood): string | undefined => {
    const things = { ...FIXED, ...known() }
    const kind = kindOf(path, name)
    if (kind === undefined) return undefined
    const ofKind = things[kind] ?? []
    if (mood === 'sound') return newest(kind, ofKind)
    if (chance(0.3)) return pick(Object.values(things).flat())
    return ofKind.length > 0 && chance(0.8) ? pick(ofKind) : undefined
  }

  /** Of what one fill of the shop has made: of most things one. */
  const newest = (kind: string, things: readonly string[]): string | undefined => {
    if (kind in FIXED) return pick(things)
    return ['order', 'payment'].includes(kind) && things.length > 0 ? pick(things.slice(-6)) : things.at(-1)
  }

  interface Place {
    readonly path: string
    readonly name: string
    readonly mood: Mood
    readonly depth: number
  }

  const valueOf = (part: unknown, place: Place): unknown => {
    if (chance(HOSTILITY[place.mood])) return pick(HOSTILE)
    const named = thing(place.path, place.name, place.mood)
    if (named !== undefined) return named
    const schema = resolve(part)
    const { examples } = schema
    if (Array.isArray(examples) && examples.length > 0 && (place.mood === 'sound' || chance(0.5)))
      return pick(examples as unknown[])
    const choices = schema['anyOf'] ?? schema['oneOf'] ?? schema['enum']
    if (Array.isArray(choices)) {
      const chosen: unknown = pick(choices as unknown[])
      return schema['enum'] === choices ? chosen : valueOf(chosen, { ...place, depth: place.depth + 1 })
    }
    if ('const' in schema) return schema['const']
    return typedValue(pick([schema['type'] ?? 'string'].flat() as string[]), schema, place)
  }

  const typedValue = (type: string, schema: Json, place: Place): unknown => {
    const deeper = { ...place, depth: place.depth + 1 }
    switch (type) {
      case 'object':
        return objectOf(schema, deeper)
      case 'array':
        return Array.from({ length: place.depth > 6 ? 0 : Math.floor(random() * 4) }, () =>
          valueOf(schema['items'], deeper),
        )
      case 'integer':
      case 'number': {
        const minimum = typeof schema['minimum'] === 'number' ? schema['minimum'] : 0
        const fits = [minimum, minimum + 1, minimum + Math.floor(random() * 100)]
        return pick(place.mood === 'sound' ? fits : [...fits, minimum - 1, 2 ** 40])
      }
      case 'boolean':
        return chance(0.5)
      case 'null':
        return null
      default:
        if (schema['format'] === 'date-time') return '2025-11-21T09:30:00.000Z'
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

  const objectOf = (schema: Json, place: Place): Json => {
    const required = (schema['required'] ?? []) as readonly string[]
    const members = Object.entries((schema['properties'] ?? {}) as Json)
      .filter(([name]) => (place.mood === 'sound' && required.includes(name)) || chance(0.92))
      .map(([name, each]) => [name, valueOf(each, { ...place, name })] as const)
    const strange = chance(HOSTILITY[place.mood])
      ? [[pick(['extra', '__proto__', 'constructor', '']), pick(HOSTILE)] as const]
      : []
    return Object.fromEntries([...members, ...strange])
  }

  /** An example with things that are there, where it names some that are not. */
  const filledIn = (example: unknown, path: string, name: string): unknown => {
    if (Array.isArray(example)) return example.map((each: unknown) => filledIn(each, path, name))
    if (typeof example === 'object' && example !== null)
      return Object.fromEntries(
        Object.entries(example).map(([member, each]) => [member, filledIn(each, path, member)]),
      )
    return typeof example === 'string' ? (thing(path, name, 'sound') ?? example) : example
  }

  const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

  /** As it stands in an address: sometimes not even encoded. */
  const encoded = (value: unknown, mood: Mood): string => {
    if (mood === 'hostile' && chance(0.05)) return '%E0%A4%A'
    return encodeURIComponent(textOf(value).replaceAll(/[\ud800-\udfff]/gu, '?')).slice(0, 3_000)
  }

  const headerValue = (value: unknown): string =>
    textOf(value)
      .replaceAll(/[^\x20-\x7e]/g, '?')
      .slice(0, 2_000)

  const bodyOf = (
    { path, operation }: Target,
    mood: Mood,
  ): { readonly payload?: string | Buffer; readonly headers?: FuzzedRequest['headers'] } => {
    const contents = Object.entries((resolve(operation?.requestBody)['content'] ?? {}) as Json)
    if (chance(HOSTILITY[mood])) {
      const type = contents.length > 0 && chance(0.5) ? pick(contents)[0] : pick(WRONG_TYPES)
      return { payload: pick(BROKEN_BODIES), headers: { 'content-type': type } }
    }
    if (contents.length === 0) return {}
    const [type, media] = pick(contents)
    const { schema, example } = resolve(media)
    const place = { path, name: 'body', mood, depth: 0 }
    const body = (
      mood === 'sound' && example !== undefined && chance(0.8)
        ? filledIn(example, path, 'body')
        : valueOf(schema, place)
    ) as Json
    if (type.startsWith('multipart/')) {
      const image = png(1 + Math.floor(random() * 3), 1, () => [Math.floor(random() * 256), 0, 0])
      const file = chance(HOSTILITY[mood]) ? Buffer.from(textOf(pick(HOSTILE))) : image
      const form = formOf({ ...textMembers(body, textOf), file })
      return { payload: form.payload, headers: { 'content-type': form.type } }
    }
    const payload = type.includes('urlencoded')
      ? new URLSearchParams(textMembers(body, textOf)).toString()
      : JSON.stringify(body)
    return { payload, headers: { 'content-type': type } }
  }

  return (target, mood) => {
    const { path, method, operation } = target
    const parameters = (operation?.parameters ?? []).map(resolve)
    const place = (parameter: Json | undefined, name: string): [unknown, Place] => {
      const { schema, example } = parameter ?? {}
      const examples = example === undefined ? {} : { examples: [example] }
      return [
        { ...resolve(schema), ...examples },
        { path, name, mood, depth: 0 },
      ]
    }
    const isWanted = ({ name, required, in: kind }: Json): boolean => {
      if (mood === 'sound' && name === 'cursor' && thing(path, 'cursor', mood) === undefined) return false
      if (mood === 'sound' && name === 'if-match') return chance(0.8)
      return required === true || chance(kind === 'header' ? 0.35 : 0.3)
    }
    const taken = (kind: string): Json[] =>
      parameters.filter((parameter) => parameter['in'] === kind && isWanted(parameter))
    const address = path.replaceAll(/\{(\w+)\}|\*/g, (_whole, name = 'id') => {
      const parameter = parameters.find((each) => each['in'] === 'path' && each['name'] === name)
      return encoded(valueOf(...place(parameter, String(name))), mood) || '-'
    })
    const query = taken('query').map(({ name, ...rest }) => {
      const value = valueOf(...place({ name, ...rest }, String(name)))
      return `${String(name)}=${encoded(value, mood)}`
    })
    if (chance(HOSTILITY[mood] / 3)) query.push(pick(BROKEN_QUERIES))
    const headers: Record<string, string | string[]> = {}
    for (const parameter of taken('header')) {
      const name = String(parameter['name']).toLowerCase()
      headers[name] = headerValue(valueOf(...place(parameter, name)))
    }
    if (chance(HOSTILITY[mood])) headers[pick(HEADERS)] = headerValue(pick(HOSTILE))
    if (mood === 'hostile' && chance(0.03)) headers['idempotency-key'] = ['one', 'two']
    const body = bodyOf(target, mood)
    return {
      method:
        mood === 'hostile' && chance(0.05) ? pick(['HEAD', 'OPTIONS', 'PUT', 'TRACE', 'DELETE']) : method,
      url: query.length === 0 ? address : `${address}?${query.join('&')}`,
      headers: { ...headers, ...body.headers },
      ...(body.payload !== undefined && { payload: body.payload }),
    }
  }
}

const textMembers = (body: unknown, textOf: (value: unknown) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof body === 'object' && body !== null ? body : {}).map(([name, value]) => [
      name,
      textOf(value),
    ]),
  )
