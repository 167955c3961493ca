import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { pemBlocks } from '../../platform/pem.ts'

/** A key pair that access tokens are signed with (RS256). */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string
  /** PEM, PKCS #8. */
  readonly privateKey: string
  /** PEM, SPKI. */
  readonly publicKey: string
}

/** The first signs; tokens of all are good. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]]

/** A public key as a JWK set holds it (RFC 7517, RFC 7518). */
export interface PublicJwk {
  readonly kty: 'RSA'
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'RS256'
  readonly n: string
  readonly e: string
}

/** The keys that tokens are signed with and checked by. */
export interface KeyRing {
  /** Signs new tokens. */
  readonly current: () => SigningKey
  /** PEM of the public key that `kid` names; undefined where tokens signed with it are no longer good. */
  readonly publicKeyOf: (kid: string) => string | undefined
  /** Public keys of all tokens that are still good. */
  readonly jwks: () => readonly PublicJwk[]
}

/** @param keys those whose tokens are good; the first one signs */
export const createKeyRing = (keys: SigningKeys): KeyRing => {
  const byId = new Map(keys.map((key) => [key.kid, key.publicKey]))
  const jwks = keys.map(({ kid, publicKey }) => {
    const key: PublicJwk = { ...rsaMembers(publicKey), kid, use: 'sig', alg: 'RS256' }
    return key
  })
  return {
    current: () => keys[0],
    publicKeyOf: (kid) => byId.get(kid),
    jwks: () => jwks,
  }
}

/** A private key that can't sign access tokens. */
export class UnusableSigningKeyError extends Error {
  override readonly name = 'UnusableSigningKeyError'
}

const MODULUS_BITS = 2048

/**
 * The key pair of a private key.
 *
 * @param pem RSA, at least 2048 bits (RFC 7518, section 3.3), not encrypted
 * @throws UnusableSigningKeyError
 */
export const signingKeyOf = (pem: string): SigningKey => {
  const key = readPrivateKey(pem)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || bits < MODULUS_BITS) {
    throw new UnusableSigningKeyError(`The signing key must be an RSA key of at least ${MODULUS_BITS} bits`)
  }
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  return { kid: thumbprintOf(rsaMembers(publicKey)), privateKey, publicKey }
}

/**
 * The key pairs of one or several private keys, one after another as in a file: the first signs, tokens of the others are still
 * good. To change a key without a pause, all instances get the new one behind the old one, then before it, then alone.
 *
 * @throws UnusableSigningKeyError
 */
export const signingKeysOf = (pem: string): SigningKeys => {
  const [first, ...others] = pemBlocks(pem)
  return [signingKeyOf(first), ...others.map(signingKeyOf)]
}

/** A new RSA private key, as PEM in PKCS #8. */
export const generatePrivateKey = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MODULUS_BITS,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return privateKey
}

const readPrivateKey = (pem: string): KeyObject => {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new UnusableSigningKeyError('The signing key is not a private key in PEM', { cause })
  }
}

/** What makes an RSA public key, as a JWK has it (RFC 7518, section 6.3.1). */
const rsaMembers = (publicKey: string): Pick<PublicJwk, 'kty' | 'n' | 'e'> => {
  const { n, e } = createPublicKey(publicKey).export({ format: 'jwk' })
  if (n === undefined || e === undefined)
    throw new UnusableSigningKeyError('The signing key is not an RSA key')
  return { kty: 'RSA', n, e }
}

/** RFC 7638: SHA-256 of the required members in alphabetical order. */
export const thumbprintOf = ({ e, kty, n }: Pick<PublicJwk, 'kty' | 'n' | 'e'>): string =>
  createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
