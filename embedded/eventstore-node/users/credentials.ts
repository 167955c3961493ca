import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Identity } from './access.ts'
import { NotAuthenticatedError } from './errors.ts'
import type { Passwords } from './passwords.ts'
import type { StoredUser, UserStore } from './store.ts'

export interface NameAndPassword {
  readonly name: string
  readonly password: string
}

/** @throws NotAuthenticatedError where the header has no name and password in it */
export function parseBasic(authorization: string): NameAndPassword {
  const [, encoded] = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization) ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw new NotAuthenticatedError()
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Who has proved to be somebody, and as of which state of that user. */
export interface Proof extends Identity {
  readonly hash: string
}

/** Tells callers apart by name and password. */
export interface Credentials {
  /** @throws NotAuthenticatedError, TooManyLoginsError */
  check(given: NameAndPassword): Promise<Proof>
}

const REMEMBERED = 1000

/**
 * Hashing a password takes a while, on purpose. So who was right once is known by a quick hash, with a key that is gone when
 * the node ends, for as long as the user stays as it is.
 */
export function createCredentials(store: UserStore, passwords: Passwords): Credentials {
  const key = randomBytes(32)
  const known = new Map<string, { readonly revision: number; readonly quick: Buffer }>()

  const quickHash = (password: string): Buffer => createHmac('sha256', key).update(password).digest()

  const proofOf = ({ loginName, groups, hash }: StoredUser): Proof => ({
    name: loginName,
    groups,
    authenticated: true,
    hash,
  })

  return {
    async check({ name, password }) {
      const user = store.find(name)
      const before = known.get(name)
      const quick = quickHash(password)
      if (
        user !== undefined &&
        !user.disabled &&
        before?.revision === user.revision &&
        timingSafeEqual(before.quick, quick)
      )
        return proofOf(user)
      const isRight = await passwords.verify(password, user)
      if (!isRight || user === undefined || user.disabled) throw new NotAuthenticatedError()
      if (known.size >= REMEMBERED) known.clear()
      known.set(name, { revision: user.revision, quick })
      return proofOf(user)
    },
  }
}
