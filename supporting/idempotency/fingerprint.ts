import { createHash } from 'node:crypto'

/**
 * JSON with the keys of every object in one order, so that two spellings of one request are one text. Numbers and strings as
 * JSON.stringify writes them, which is what RFC 8785 asks for. Members that are undefined are left out, as JSON does.
 */
export const canonicalJson = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(value, (_key, member: unknown) => inOrder(member))

const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** SHA-256 of a request: equal where the requests ask for the same. */
export const fingerprintOf = (request: Readonly<Record<string, unknown>>): Buffer =>
  createHash('sha256').update(canonicalJson(request)).digest()
