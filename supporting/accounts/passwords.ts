import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** Cost of a password's hash (argon2id). */
export interface PasswordCost {
  /** KiB of memory. */
  readonly memoryKiB: number
  readonly passes: number
}

/** The OWASP Password Storage Cheat Sheet's argon2id minimum: m = 19 MiB, t = 2, p = 1. */
export const DEFAULT_PASSWORD_COST: PasswordCost = { memoryKiB: 19_456, passes: 2 }

export interface Passwords {
  /** Encoded argon2id hash (PHC string) with a salt of its own. */
  hash(password: string): Promise<string>
  /**
   * Whether `password` is the one that was hashed. Without a hash (no such account) it works just as long and answers
   * false, so that the time taken does not tell which accounts exist.
   */
  matches(password: string, passwordHash: string | undefined): Promise<boolean>
}

/** @param cost tests make it cheap; nothing else should */
export const createPasswords = async (cost: PasswordCost = DEFAULT_PASSWORD_COST): Promise<Passwords> => {
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 }
  const hashOf = (password: string): Promise<string> => hash(password.normalize('NFKC'), options)
  const nobodys = await hashOf(randomBytes(32).toString('base64url'))
  return {
    hash: hashOf,
    matches: async (password, passwordHash) => {
      const matched = await verify(passwordHash ?? nobodys, password.normalize('NFKC'))
      return matched && passwordHash !== undefined
    },
  }
}
