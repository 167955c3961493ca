import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, as text that fits into an address. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/**
 * SHA-256, which is what is kept of a secret. A secret of 256 random bits can't be guessed, so it needs no slow hash; and who
 * reads the store learns none.
 */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
