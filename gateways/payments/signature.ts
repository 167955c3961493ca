import { createHmac } from 'node:crypto'
import { sameSecret } from '../../platform/same-secret.ts'

/** `t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>", hex>`: the scheme of Stripe's webhooks. */
export const sign = (secret: string, body: Buffer | string, at: Date): string => {
  const seconds = Math.floor(at.getTime() / 1_000)
  return `t=${seconds},v1=${digest(secret, seconds, body).toString('hex')}`
}

export interface SignatureCheck {
  /** Any of them will do: while a secret is replaced there are two. */
  readonly secrets: readonly string[]
  readonly now: Date
  readonly windowMs: number
}

/** Whether `signature` was made of `body` with one of the secrets, not longer ago than the window, nor as far ahead. */
export const checkSignature = (
  signature: string,
  body: Buffer,
  { secrets, now, windowMs }: SignatureCheck,
): 'valid' | 'wrong_signature' | 'outside_window' => {
  const [, time, mac] = /^t=(\d{1,11}),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  if (time === undefined || mac === undefined) return 'wrong_signature'
  const seconds = Number(time)
  const given = Buffer.from(mac, 'hex')
  // anybody can sign with an empty one
  const isSigned = secrets.some((secret) => secret !== '' && sameSecret(given, digest(secret, seconds, body)))
  if (!isSigned) return 'wrong_signature'
  return Math.abs(now.getTime() - seconds * 1_000) > windowMs ? 'outside_window' : 'valid'
}

const digest = (secret: string, seconds: number, body: Buffer | string): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()
