import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import type { DataKey } from './keys.ts'

/** A key that only wraps the keys of customers. It is kept apart from the database that these stand in. */
export interface MasterKey {
  /** Tells which key has wrapped something, and nothing of the key itself. */
  readonly id: string
  /** AES, 256 bits. */
  readonly secret: KeyObject
}

const CIPHER = 'aes-256-gcm'
export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param secret 32 bytes */
export const masterKeyOf = (secret: Buffer): MasterKey => ({
  id: createHmac('sha256', secret).update('orderstream master key').digest('hex').slice(0, 16),
  secret: createSecretKey(secret),
})

/** A new key for a customer. */
export const makeDataKey = (id: string): DataKey => ({ id, secret: createSecretKey(randomBytes(KEY_BYTES)) })

/** The customer's key, encrypted: nonce, ciphertext, tag. It can be unwrapped for this customer and under this id only. */
export const wrapKey = (master: MasterKey, { id, secret }: DataKey, customerId: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, master.secret, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(id, customerId))
  return Buffer.concat([nonce, cipher.update(secret.export()), cipher.final(), cipher.getAuthTag()])
}

/** @throws Error where it was wrapped by another key, for another customer, or was changed since */
export const unwrapKey = (master: MasterKey, wrapped: Buffer, id: string, customerId: string): DataKey => {
  const nonce = wrapped.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, master.secret, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(id, customerId))
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES))
  const secret = Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  return { id, secret: createSecretKey(secret) }
}

const boundTo = (id: string, customerId: string): Buffer =>
  Buffer.from(JSON.stringify(['orderstream data key', 1, id, customerId]), 'utf8')
