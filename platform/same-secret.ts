import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether two secrets are the same. How long that takes tells nothing of how much of them is alike, nor of how long they are. Secrets
 * are compared here and nowhere else: a lint rule sees to it.
 */
export const sameSecret = (one: string | Buffer, other: string | Buffer): boolean =>
  timingSafeEqual(sha256(one), sha256(other))

const sha256 = (secret: string | Buffer): Buffer => createHash('sha256').update(secret).digest()
