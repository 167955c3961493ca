import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { DataKey } from './keys.ts'

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

/**
 * A value as it is stored: its JSON text, encrypted with AES-256-GCM (NIST SP 800-38D). Events are full of these for good: a change
 * of the form is a new `v`.
 */
export const sealedValueSchema = z
  .strictObject({
    $encrypted: z.strictObject({
      v: z.literal(1),
      key: z.uuid().describe('id of the key'),
      nonce: base64url.describe('96 random bits, base64url'),
      data: base64url.describe('the ciphertext and after it the authentication tag of 128 bits, base64url'),
    }),
  })
  .describe(
    'The JSON text of a value, encrypted with AES-256-GCM by a key of the customer whose it is; the additional data names the type, stream and id of the event, the field and the key. Once the key is destroyed it counts as null.',
  )
export type SealedValue = z.output<typeof sealedValueSchema>

/** Where a value stands. A sealed value can be opened nowhere else. */
export interface Place {
  readonly type: string
  readonly stream: string
  readonly eventId: string
  /** Path in the event's data, for example `shippingAddress` or `contacts.0.phone`. */
  readonly field: string
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param value anything that JSON can hold */
export const sealValue = (value: unknown, key: DataKey, place: Place): SealedValue => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(place, key.id))
  const data = Buffer.concat([
    cipher.update(JSON.stringify(value), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return {
    $encrypted: {
      v: 1,
      key: key.id,
      nonce: nonce.toString('base64url'),
      data: data.toString('base64url'),
    },
  }
}

/** @throws Error where it was not sealed with this key, or not at this place, or was changed since */
export const openValue = ({ $encrypted }: SealedValue, key: DataKey, place: Place): unknown => {
  const nonce = Buffer.from($encrypted.nonce, 'base64url')
  const data = Buffer.from($encrypted.data, 'base64url')
  const decipher = createDecipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(place, key.id))
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES))
  const text = Buffer.concat([
    decipher.update(data.subarray(0, data.length - TAG_BYTES)),
    decipher.final(),
  ]).toString('utf8')
  const value: unknown = JSON.parse(text)
  return value
}

const boundTo = ({ type, stream, eventId, field }: Place, keyId: string): Buffer =>
  Buffer.from(JSON.stringify(['orderstream personal data', 1, type, stream, eventId, field, keyId]), 'utf8')

/** Whether this is a value that some version of this program has sealed. */
export const isSealed = (value: object): value is { readonly $encrypted: unknown } =>
  Object.hasOwn(value, '$encrypted')

/** Whether this version can open it. */
export const isReadable = (value: { readonly $encrypted: unknown }): value is SealedValue =>
  sealedValueSchema.safeParse(value).success
