import { randomBytes } from 'node:crypto'
import { ADMINS, OPERATORS } from './acl.ts'
import type { UserStore } from './store.ts'

/** Passwords of the users that a node with users is never without, for when they are not there yet. */
export interface InitialPasswords {
  readonly admin?: string | undefined
  readonly ops?: string | undefined
}

const STANDARD_USERS = [
  { login: 'admin', fullName: 'Event Store Administrator', groups: [ADMINS] },
  { login: 'ops', fullName: 'Event Store Operations', groups: [OPERATORS] },
] as const

/** 120 bits, in characters that a person can copy and a URL can hold. */
const generated = (): string => randomBytes(15).toString('base64url')

/**
 * Makes `admin` and `ops` where they are missing.
 * @returns the passwords that were made up, because none was given: nobody else knows them
 */
export async function createStandardUsers(
  store: UserStore,
  given: InitialPasswords,
): Promise<InitialPasswords> {
  const made: { admin?: string; ops?: string } = {}
  for (const { login, fullName, groups } of STANDARD_USERS) {
    if (store.find(login) !== undefined) continue
    const password = given[login] ?? (made[login] = generated())
    await store.create({ login, fullName, groups, password })
  }
  return made
}
