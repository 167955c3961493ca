import type { KeyObject } from 'node:crypto'
import { createHmac, sign as signWith } from 'node:crypto'

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** The parts of a JWT, unchecked. */
export const decodeToken = (
  token: string,
): { header: Record<string, unknown>; claims: Record<string, unknown>; signature: string } => {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const decode = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  return { header: decode(header), claims: decode(claims), signature }
}

/** A JWT made by hand, with whatever its maker claims; `key` decides how it is signed: not at all, RS256, or HS256 with text. */
export const forgeToken = (header: object, claims: object, key?: KeyObject | string): string => {
  const input = `${encode(header)}.${encode(claims)}`
  if (key === undefined) return `${input}.`
  const signature =
    typeof key === 'string'
      ? createHmac('sha256', key).update(input).digest()
      : signWith('RSA-SHA256', Buffer.from(input), key)
  return `${input}.${signature.toString('base64url')}`
}
