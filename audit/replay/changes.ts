import { isDeepStrictEqual } from 'node:util'

/** One thing that is not as it was. */
export interface Change {
  /** Where it stands: `status`, `refunds.r-1.status`. */
  readonly path: string
  /** Undefined where it was not there. */
  readonly before: unknown
  /** Undefined where it is no longer there. */
  readonly after: unknown
}

/** What changed between two plain values. Lists whose members have ids are compared by id, so that an addition is one change. */
export const changesBetween = (before: unknown, after: unknown, path: readonly string[] = []): Change[] => {
  if (Object.is(before, after)) return []
  const [was, is] = [membersOf(before), membersOf(after)]
  if (was === undefined || is === undefined) {
    return isDeepStrictEqual(before, after) ? [] : [{ path: path.join('.'), before, after }]
  }
  const keys = [...new Set([...is.keys(), ...was.keys()])]
  return keys.flatMap((key) => changesBetween(was.get(key), is.get(key), [...path, key]))
}

const ID_FIELDS = ['refundId', 'shipmentId', 'sku']

/** The named parts of a value; undefined where it is to be seen as one: a plain value, money, a list of such. */
const membersOf = (value: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (Array.isArray(value)) {
    const named = value.map((member: unknown) => [idOf(member), member] as const)
    const ids = named.flatMap(([id]) => (id === undefined ? [] : [id]))
    return ids.length === value.length ? new Map(named.map(([id = '', member]) => [id, member])) : undefined
  }
  if (typeof value !== 'object' || value === null || isMoney(value)) return undefined
  return new Map(Object.entries(value))
}

const idOf = (member: unknown): string | undefined => {
  if (typeof member !== 'object' || member === null) return undefined
  for (const field of ID_FIELDS) {
    const id: unknown = Reflect.get(member, field)
    if (typeof id === 'string') return id
  }
  return undefined
}

export const isMoney = (value: object): value is { readonly amount: number; readonly currency: string } =>
  'amount' in value && 'currency' in value && Object.keys(value).length === 2
