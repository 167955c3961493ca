import { z } from 'zod'
import type { EventContract } from '../../domain/contract.ts'
import { sealedValueSchema } from '../../eventstore/personal-data/sealed-value.ts'
import { metadataSchema } from '../../eventstore/registry.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A contract that can't be published. */
export class UnpublishableContractError extends Error {
  override readonly name = 'UnpublishableContractError'
  readonly eventType: string

  constructor(eventType: string, detail: string) {
    super(`${eventType}: ${detail}`)
    this.eventType = eventType
  }
}

const ENCRYPTED_VALUE = 'encrypted-value.v1.json'

/** As JSON Schema 2020-12, without what differs from one release of zod to the next. */
export const jsonSchemaOf = (schema: z.ZodType): JsonObject => {
  const generated = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      // zod's own expression knows of leap years, and changes
      if (jsonSchema.format === 'date-time')
        jsonSchema.pattern = String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$`
    },
  })
  return JSON.parse(JSON.stringify(generated)) as JsonObject
}

/**
 * What is published of the current version of an event: the shape of its data as it is stored.
 * @throws UnpublishableContractError where a personal field does not allow for its erasure
 */
export const eventSchema = (
  type: string,
  { version, meaning, schema, personal }: EventContract,
): JsonObject => {
  const { $schema = '', ...shape } = jsonSchemaOf(schema)
  const fields = personal?.fields ?? []
  const stored = fields.reduce((shown, field) => withPersonalField(type, shown, field.split('.')), shape)
  return {
    $schema,
    $id: fileOf(type, version),
    title: `${type}, version ${version}`,
    description: meaning,
    ...(personal && { 'x-personal': { subject: personal.subject, fields: [...fields] } }),
    ...stored,
  }
}

export const fileOf = (type: string, version: number): string => `${type}.v${version}.json`

const withPersonalField = (type: string, shape: JsonObject, path: readonly string[]): JsonObject => {
  const [name = '', ...rest] = path
  const { properties } = shape
  const field = isJsonObject(properties) ? properties[name] : undefined
  if (!isJsonObject(properties) || !isJsonObject(field)) {
    throw new UnpublishableContractError(type, `there is no personal field ${path.join('.')}`)
  }
  const shown = rest.length === 0 ? orEncrypted(type, name, field) : withPersonalField(type, field, rest)
  return { ...shape, properties: { ...properties, [name]: shown } }
}

const orEncrypted = (type: string, name: string, field: JsonObject): JsonObject => {
  const { description, ...shape } = field
  const forms = Array.isArray(shape['anyOf']) ? (shape['anyOf'] as readonly Json[]) : [shape]
  if (!forms.some(allowsNull)) {
    throw new UnpublishableContractError(
      type,
      `the personal field ${name} can not be null, as it is once it is erased`,
    )
  }
  return { anyOf: [...forms, { $ref: ENCRYPTED_VALUE }], ...(description !== undefined && { description }) }
}

const allowsNull = (form: Json): boolean => {
  if (!isJsonObject(form)) return false
  const { type } = form
  return type === 'null' || (Array.isArray(type) && (type as readonly Json[]).includes('null'))
}

/** What every event has beside its data, and the form of an encrypted value, by file name. */
export const commonSchemas = (): ReadonlyMap<string, JsonObject> =>
  new Map([
    ['metadata.v1.json', titled('metadata.v1.json', 'Metadata of every event, version 1', metadataSchema)],
    [ENCRYPTED_VALUE, titled(ENCRYPTED_VALUE, 'An encrypted value, version 1', sealedValueSchema)],
  ])

const titled = ($id: string, title: string, schema: z.ZodType): JsonObject => {
  const { $schema = '', ...shape } = jsonSchemaOf(schema)
  return { $schema, $id, title, ...shape }
}
