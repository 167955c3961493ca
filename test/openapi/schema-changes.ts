import { isDeepStrictEqual } from 'node:util'
import type { OpenAPIV3_1 } from 'openapi-types'

/** A JSON Schema within a document that it may refer to. */
export interface Schema {
  readonly document: OpenAPIV3_1.Document
  readonly schema: unknown
}

type Keywords = Readonly<Record<string, unknown>>

/** Follows a reference to where it leads. */
export const resolverOf =
  (document: OpenAPIV3_1.Document) =>
  (part: unknown): unknown => {
    const reference = keywordsOf(part)['$ref']
    if (typeof reference !== 'string') return part
    const path = reference.replace(/^#\//, '').split('/')
    const found = path.reduce<unknown>((at, name) => keywordsOf(at)[unescaped(name)], document)
    return resolverOf(document)(found)
  }

const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~')

const keywordsOf = (part: unknown): Keywords =>
  typeof part === 'object' && part !== null && !Array.isArray(part) ? (part as Keywords) : {}

/** What of that which `before` accepts `after` does not accept: of requests. */
export const lessAccepted = (before: Schema, after: Schema, at: string): string[] =>
  compare(before, after, { at, isAnswer: false, open: [] })

/** What `before` promised and `after` does not: of answers. New members are no break: clients pass over them. */
export const lessPromised = (before: Schema, after: Schema, at: string): string[] =>
  compare(after, before, { at, isAnswer: true, open: [] })

interface Place {
  readonly at: string
  readonly isAnswer: boolean
  /** Pairs that are being compared: a schema that holds itself ends there. */
  readonly open: readonly string[]
}

/** Whether all that fits `narrow` fits `wide`: a sentence for each reason why it does not. */
const compare = (narrow: Schema, wide: Schema, place: Place): string[] => {
  const pair = JSON.stringify([narrow.schema, wide.schema])
  if (place.open.includes(pair)) return []
  const within = { ...place, open: [...place.open, pair] }
  const alternatives = alternativesOf(wide)
  return alternativesOf(narrow).flatMap((each) => {
    const attempts = alternatives.map((other) => compareSingle(each, other, within))
    if (attempts.some((differences) => differences.length === 0)) return []
    const [closest = []] = attempts.sort((a, b) => a.length - b.length)
    return closest
  })
}

const compareSingle = (narrow: Schema, wide: Schema, place: Place): string[] => {
  const [a, b] = [keywordsOf(narrow.schema), keywordsOf(wide.schema)]
  return [
    ...typeDifferences(a, b, place),
    ...valueDifferences(a, b, place),
    ...(place.isAnswer ? [] : boundDifferences(a, b, place)),
    ...memberDifferences(narrow, wide, place),
    ...itemDifferences(narrow, wide, place),
  ]
}

/** One schema for each way in which a value may fit: without references, unions and intersections. */
const alternativesOf = ({ document, schema }: Schema): Schema[] => {
  const keywords = keywordsOf(resolverOf(document)(schema))
  const union = keywords['anyOf'] ?? keywords['oneOf']
  if (Array.isArray(union))
    return union.flatMap((each: unknown) => alternativesOf({ document, schema: each }))
  if (Array.isArray(keywords['allOf'])) {
    const parts = keywords['allOf'].map((each: unknown) => keywordsOf(resolverOf(document)(each)))
    return [{ document, schema: merged([keywords, ...parts]) }]
  }
  const { type } = keywords
  if (!Array.isArray(type)) return [{ document, schema: keywords }]
  return type.map((each: unknown) => ({ document, schema: { ...keywords, type: each } }))
}

const merged = (parts: readonly Keywords[]): Keywords =>
  parts.reduce((all, { allOf: _parts, ...part }) => ({
    ...all,
    ...part,
    properties: { ...keywordsOf(all['properties']), ...keywordsOf(part['properties']) },
    required: [...namesIn(all['required']), ...namesIn(part['required'])],
  }))

const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []

const typeDifferences = (a: Keywords, b: Keywords, { at, isAnswer }: Place): string[] => {
  const [given, taken] = [a['type'], b['type']]
  if (taken === undefined || given === taken || (given === 'integer' && taken === 'number')) return []
  const [from, to] = isAnswer ? [taken, given] : [given, taken]
  return [`${at} was ${nameOf(from)} and is ${nameOf(to)}`]
}

const nameOf = (type: unknown): string => (typeof type === 'string' ? type : 'anything')

const valuesOf = (keywords: Keywords): readonly unknown[] | undefined => {
  if ('const' in keywords) return [keywords['const']]
  return Array.isArray(keywords['enum']) ? (keywords['enum'] as unknown[]) : undefined
}

const valueDifferences = (a: Keywords, b: Keywords, { at, isAnswer }: Place): string[] => {
  const [given, taken] = [valuesOf(a), valuesOf(b)]
  if (taken === undefined) return []
  const strange = given?.filter((value) => !taken.some((other) => isDeepStrictEqual(value, other)))
  if (strange?.length === 0) return []
  const values = strange?.map((value) => JSON.stringify(value)).join(', ') ?? 'any value'
  return [isAnswer ? `${at} may be ${values} now` : `${at} may not be ${values} any more`]
}

/** Keywords that let less through the larger, or the smaller, they are; and those that must stay as they are. */
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const FIXED = ['pattern', 'format', 'multipleOf', 'uniqueItems']

const boundDifferences = (a: Keywords, b: Keywords, { at }: Place): string[] => {
  const number = (keywords: Keywords, name: string, otherwise: number): number =>
    typeof keywords[name] === 'number' ? keywords[name] : otherwise
  const tightened = [
    ...LOWER_BOUNDS.filter((name) => number(b, name, -Infinity) > number(a, name, -Infinity)),
    ...UPPER_BOUNDS.filter((name) => number(b, name, Infinity) < number(a, name, Infinity)),
    ...FIXED.filter((name) => b[name] !== undefined && b[name] !== a[name]),
  ]
  return tightened.map((name) => `${at} has the ${name} ${String(b[name])} now`)
}

const memberDifferences = (narrow: Schema, wide: Schema, place: Place): string[] => {
  const [a, b] = [keywordsOf(narrow.schema), keywordsOf(wide.schema)]
  if (b['type'] !== 'object') return []
  const { at, isAnswer } = place
  const [given, taken] = [keywordsOf(a['properties']), keywordsOf(b['properties'])]
  const always = new Set(namesIn(a['required']))
  const missing = namesIn(b['required'])
    .filter((name) => !always.has(name))
    .map((name) => {
      if (!isAnswer) return `${at}.${name} is required now`
      return name in given ? `${at}.${name} may be missing now` : `${at}.${name} is gone`
    })
  const isClosed = b['additionalProperties'] === false && !isAnswer
  const refused = isClosed
    ? [
        ...Object.keys(given)
          .filter((name) => !(name in taken))
          .map((name) => `${at}.${name} is not taken any more`),
        ...(a['additionalProperties'] === false ? [] : [`${at} takes no further members any more`]),
      ]
    : []
  const optionalGone = isAnswer
    ? Object.keys(taken)
        .filter((name) => !(name in given) && !namesIn(b['required']).includes(name))
        .map((name) => `${at}.${name} is gone`)
    : []
  const changed = Object.entries(given).flatMap(([name, schema]) =>
    name in taken
      ? compare(
          { document: narrow.document, schema },
          { document: wide.document, schema: taken[name] },
          { ...place, at: `${at}.${name}` },
        )
      : [],
  )
  const [extra, otherExtra] = [keywordsOf(a['additionalProperties']), keywordsOf(b['additionalProperties'])]
  const values =
    Object.keys(extra).length > 0 && Object.keys(otherExtra).length > 0
      ? compare(
          { document: narrow.document, schema: extra },
          { document: wide.document, schema: otherExtra },
          { ...place, at: `${at}.*` },
        )
      : []
  return [...missing, ...refused, ...optionalGone, ...changed, ...values]
}

const itemDifferences = (narrow: Schema, wide: Schema, place: Place): string[] => {
  const [a, b] = [keywordsOf(narrow.schema), keywordsOf(wide.schema)]
  if (b['items'] === undefined || a['items'] === undefined) return []
  return compare(
    { document: narrow.document, schema: a['items'] },
    { document: wide.document, schema: b['items'] },
    { ...place, at: `${place.at}[]` },
  )
}
