import type { OpenAPIV3_1 } from 'openapi-types'
import { z } from 'zod'

/** The parts of a JSON Schema that an example is made from. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
})
type Schema = z.output<typeof Schema>

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2025-11-21T09:30:00.000Z',
  date: '2025-11-21',
  email: 'ada@example.com',
  uuid: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
  uri: 'https://shop.example.com/',
}

/**
 * Gives every request and answer an example: composed of those that the schemas of its parts have, so that a route needs
 * none of its own. Where nothing can be made up that would fit, there is none, and the linter says so.
 */
export const withExamples = (document: OpenAPIV3_1.Document): OpenAPIV3_1.Document => {
  const schemas = document.components?.schemas ?? {}
  return mapMediaTypes(document, (media) => {
    const { example, examples, schema } = media as { example?: unknown; examples?: unknown; schema?: unknown }
    if (example !== undefined || examples !== undefined || schema === undefined) return media
    const made = exampleFor(schema, schemas, { name: 'text', open: [] })
    return made === undefined ? media : { ...media, example: made }
  })
}

const mapMediaTypes = (
  document: OpenAPIV3_1.Document,
  map: (media: object) => object,
): OpenAPIV3_1.Document => {
  const within = (part: unknown, key?: string): unknown => {
    if (Array.isArray(part)) return part.map((item) => within(item))
    if (typeof part !== 'object' || part === null) return part
    const entries = Object.entries(part).map(([name, value]) => [name, within(value, name)] as const)
    if (key !== 'content') return Object.fromEntries(entries)
    return Object.fromEntries(entries.map(([type, media]) => [type, map(media as object)] as const))
  }
  return { ...document, paths: within(document.paths) as NonNullable<OpenAPIV3_1.Document['paths']> }
}

interface Place {
  /** Of the property. */
  readonly name: string
  /** References that are being followed: a schema that holds itself ends there. */
  readonly open: readonly string[]
}

const exampleFor = (part: unknown, schemas: Readonly<Record<string, unknown>>, place: Place): unknown => {
  const parsed = Schema.safeParse(part)
  if (!parsed.success) return undefined
  const schema = parsed.data
  const [given] = schema.examples ?? []
  if (given !== undefined) return given
  if (schema.$ref !== undefined) return exampleOfReference(schema.$ref, schemas, place)
  if (schema.const !== undefined) return schema.const
  const [first] = schema.enum ?? []
  if (first !== undefined) return first
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return firstThatFits(choices, schemas, place)
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((each) => exampleFor(each, schemas, place))) as unknown
  }
  return exampleOfType(schema, schemas, place)
}

const exampleOfReference = (
  reference: string,
  schemas: Readonly<Record<string, unknown>>,
  { name, open }: Place,
): unknown => {
  if (open.includes(reference)) return undefined
  const target = schemas[reference.slice(reference.lastIndexOf('/') + 1)]
  return exampleFor(target, schemas, { name, open: [...open, reference] })
}

const firstThatFits = (
  choices: readonly unknown[],
  schemas: Readonly<Record<string, unknown>>,
  place: Place,
): unknown => {
  for (const choice of choices) {
    const made = exampleFor(choice, schemas, place)
    if (made !== undefined && made !== null) return made
  }
  return null
}

const exampleOfType = (
  schema: Schema,
  schemas: Readonly<Record<string, unknown>>,
  { name, open }: Place,
): unknown => {
  const types = [schema.type ?? []].flat()
  const type = types.find((each) => each !== 'null') ?? types[0]
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).flatMap(([property, each]) => {
          const made = exampleFor(each, schemas, { name: property, open })
          return made === undefined ? [] : [[property, made]]
        }),
      )
    case 'array': {
      const item = schema.items === undefined ? undefined : exampleFor(schema.items, schemas, { name, open })
      return item === undefined ? [] : [item]
    }
    case 'string':
      return exampleText(schema, name)
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return schema.default ?? true
    case 'null':
      return null
    default:
      return undefined
  }
}

/** undefined where there is a pattern: no text is made up for those. */
const exampleText = ({ format, pattern, minLength = 0 }: Schema, name: string): string | undefined => {
  const formatted = FORMATS[format ?? '']
  if (formatted !== undefined) return formatted
  return pattern === undefined ? name.padEnd(minLength, '-') : undefined
}
