import { Address, Instant, Money, Quantity, Sku } from '../../domain/values.ts'
import { changesBetween } from './compatibility.ts'
import { isJsonObject, jsonSchemaOf, type Json, type JsonObject } from './json-schema.ts'

/** A field of an event's data, for people. */
export interface Field {
  /** For example `lines[].sku`. */
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
}

/** Shapes that many events share; they are described once. */
export const commonTypes: readonly { readonly name: string; readonly schema: JsonObject }[] = [
  { name: 'money', schema: jsonSchemaOf(Money) },
  { name: 'instant', schema: jsonSchemaOf(Instant) },
  { name: 'sku', schema: jsonSchemaOf(Sku) },
  { name: 'quantity', schema: jsonSchemaOf(Quantity) },
  { name: 'address', schema: jsonSchemaOf(Address) },
]

/** The fields of an object, each followed by those within it; the shapes that are given as `known` are not opened. */
export const fieldsOf = (schema: JsonObject, known = commonTypes, prefix = ''): Field[] => {
  const { properties, required } = schema
  const names = Array.isArray(required) ? (required as readonly Json[]) : []
  return Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, member]) => {
    if (!isJsonObject(member)) return []
    const path = `${prefix}${name}`
    const common = known.find((candidate) => isOf(candidate.schema, member))
    const field: Field = {
      path,
      type: typeOf(member, known),
      isRequired: names.includes(name),
      // what a common type says of itself stands where it is described
      description: descriptionOf(member) === descriptionOf(common?.schema) ? '' : descriptionOf(member),
    }
    return [field, ...innerFields(member, known, path)]
  })
}

const innerFields = (schema: JsonObject, known: typeof commonTypes, path: string): Field[] => {
  if (known.some((candidate) => isOf(candidate.schema, schema))) return []
  if (schema['type'] === 'object') return fieldsOf(schema, known, `${path}.`)
  const { items } = schema
  return isJsonObject(items) ? innerFields(items, known, `${path}[]`) : []
}

const isOf = (common: JsonObject, schema: JsonObject): boolean => changesBetween(common, schema).length === 0

const descriptionOf = (schema: JsonObject | undefined): string =>
  typeof schema?.['description'] === 'string' ? schema['description'] : ''

const typeOf = (schema: JsonObject, known: typeof commonTypes): string => {
  const common = known.find((candidate) => isOf(candidate.schema, schema))
  if (common) return common.name
  const { type, items, anyOf, const: only, enum: choices, $ref } = schema
  if (Array.isArray(anyOf)) {
    const forms = (anyOf as readonly Json[]).filter(isJsonObject)
    return forms.map((form) => typeOf(form, known)).join(' or ')
  }
  if ($ref !== undefined) return 'encrypted'
  if (only !== undefined) return JSON.stringify(only)
  if (Array.isArray(choices))
    return (choices as readonly Json[]).map((choice) => JSON.stringify(choice)).join(', ')
  if (type === 'array' && isJsonObject(items)) return `list of ${typeOf(items, known)}`
  if (Array.isArray(type))
    return (type as readonly Json[]).filter((name) => typeof name === 'string').join(' or ')
  return typeof type === 'string' ? type : 'any'
}
