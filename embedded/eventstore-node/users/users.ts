import type { NodeLog } from '../log/log.ts'
import { OPEN_ACCESS, type Access } from './access.ts'
import { createCredentials } from './credentials.ts'
import { createPasswords } from './passwords.ts'
import type { PolicyOptions } from './policy.ts'
import { createSecuredAccess } from './secured.ts'
import { createStandardUsers, type InitialPasswords } from './standard-users.ts'
import { createUserStore, type UserStore } from './store.ts'

/** How a node tells callers apart. */
export interface AuthOptions extends PolicyOptions {
  /** For `admin` and `ops` where they are not there yet; one that is not given is made up. */
  readonly initialPasswords?: InitialPasswords | undefined
}

export interface Users {
  readonly access: Access
  readonly store: UserStore
  /** Passwords that were made up for `admin` and `ops`: shown to a person once, and kept nowhere. */
  readonly madePasswords: InitialPasswords
}

/**
 * The users of a node. Without authentication they can be looked after too, and everybody may do everything.
 * @param auth undefined: nobody has to say who they are
 */
export async function openUsers(log: NodeLog, auth: AuthOptions | undefined): Promise<Users> {
  const passwords = createPasswords()
  const store = createUserStore(log, passwords)
  if (auth === undefined) return { access: OPEN_ACCESS, store, madePasswords: {} }
  const madePasswords = await createStandardUsers(store, auth.initialPasswords ?? {})
  const access = createSecuredAccess(log, store, createCredentials(store, passwords), auth)
  return { access, store, madePasswords }
}
