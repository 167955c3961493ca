import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { TooManyLoginsError } from './errors.ts'

/** What is kept of a password, by the names that EventStoreDB's `$user-…` streams have for it. */
export interface PasswordHash {
  /** Base64. */
  readonly hash: string
  /** Base64. */
  readonly salt: string
  /** How it was hashed; undefined as EventStoreDB does it, which has one way only. */
  readonly algorithm?: string | undefined
}

const SALT_LENGTH = 16
const SCRYPT = 'scrypt-32768-8-1'
const SCRYPT_OPTIONS = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const SCRYPT_LENGTH = 32
/** EventStoreDB 23.10: PBKDF2 with SHA-1, 1,000 iterations, 20 bytes. */
const PBKDF2_ITERATIONS = 1000
const PBKDF2_LENGTH = 20

const derivePbkdf2 = promisify(pbkdf2)
const deriveScrypt = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, SCRYPT_LENGTH, SCRYPT_OPTIONS, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })

/** Checks passwords, one at a time: guessing may cost neither the log its threads nor the machine its processors. */
export interface Passwords {
  /** @throws TooManyLoginsError */
  hash(password: string): Promise<PasswordHash>
  /**
   * Takes as long for a user that is not there.
   * @throws TooManyLoginsError
   */
  verify(password: string, stored: PasswordHash | undefined): Promise<boolean>
}

const WAITING = 64

export function createPasswords(): Passwords {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (waiting >= WAITING) return Promise.reject(new TooManyLoginsError())
    waiting++
    const run = last.then(act).finally(() => {
      waiting--
    })
    last = run.catch(() => undefined)
    return run
  }

  const derive = (password: string, { salt, algorithm }: PasswordHash): Promise<Buffer> => {
    const bytes = Buffer.from(salt, 'base64')
    return algorithm === undefined
      ? derivePbkdf2(password, bytes, PBKDF2_ITERATIONS, PBKDF2_LENGTH, 'sha1')
      : deriveScrypt(password, bytes)
  }

  const nobody: PasswordHash = {
    hash: '',
    salt: randomBytes(SALT_LENGTH).toString('base64'),
    algorithm: SCRYPT,
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_LENGTH)
        const key = await deriveScrypt(password, salt)
        return { hash: key.toString('base64'), salt: salt.toString('base64'), algorithm: SCRYPT }
      }),
    verify: (password, stored = nobody) =>
      inTurn(async () => {
        if (stored.algorithm !== undefined && stored.algorithm !== SCRYPT) return false
        const key = await derive(password, stored)
        const expected = Buffer.from(stored.hash, 'base64')
        return expected.length === key.length && timingSafeEqual(expected, key)
      }),
  }
}
