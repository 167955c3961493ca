import { ulid } from 'ulid'
import { z } from 'zod'
import type { Database } from '../database.ts'
import type { KeyValueStore } from '../key-value/key-value.ts'
import type { Mail } from '../mail/outbox.ts'
import { postMail } from '../mail/outbox.ts'
import type { Account } from './accounts.ts'
import {
  changeAccount,
  EmailTakenError,
  findByEmail,
  findById,
  insertAccount,
  normalizeEmail,
} from './accounts.ts'
import type { MailLinks } from './mails.ts'
import { alreadyRegisteredMail, passwordChangedMail, passwordResetMail, verificationMail } from './mails.ts'
import type { Passwords } from './passwords.ts'
import { digestOf, newSecret } from './secrets.ts'

// None of the answers tells whether an address has an account: that is told to the address alone, by mail, and the work
// that is done is the same.

export interface RegistrationDeps {
  readonly db: Database
  readonly store: KeyValueStore
  readonly passwords: Passwords
  readonly links: MailLinks
  readonly now: () => Date
}

export interface Registration {
  readonly email: string
  readonly name: string
  readonly password: string
}

const VERIFICATION_MS = 24 * 3_600_000
const RESET_MS = 3_600_000

/** Mails of these kinds to one address within an hour: enough for who lost one, too few to be a nuisance. */
const MAILS_AN_HOUR = 5

const PendingRegistration = z.strictObject({ email: z.string(), name: z.string(), passwordHash: z.string() })
const PendingReset = z.strictObject({ accountId: z.string(), version: z.int() })

const registrationKey = (token: string): string => `registration:${digestOf(token)}`
const resetKey = (token: string): string => `password-reset:${digestOf(token)}`

/** Begins a registration: the account is made once its address is verified. */
export const register = async (deps: RegistrationDeps, registration: Registration): Promise<void> => {
  const { db, store, passwords, links } = deps
  const email = normalizeEmail(registration.email)
  const passwordHash = await passwords.hash(registration.password)
  const token = newSecret()
  const pending = JSON.stringify({ email, name: registration.name, passwordHash })
  await store.put(registrationKey(token), pending, VERIFICATION_MS)
  const isTaken = (await findByEmail(db, email)) !== undefined
  await postWithinLimit(
    deps,
    email,
    isTaken ? alreadyRegisteredMail(links, email) : verificationMail(links, email, token),
  )
}

/** Makes the account that a registration was for; undefined where the token is not good, or not any more. */
export const verifyEmail = async (
  { db, store, now }: RegistrationDeps,
  token: string,
): Promise<Account | undefined> => {
  const raw = await store.get(registrationKey(token))
  if (raw === undefined) return undefined
  const { email, name, passwordHash } = PendingRegistration.parse(JSON.parse(raw))
  const at = now()
  const account = await insertAccount(db, {
    ...{ id: ulid(at.getTime()), email, name, passwordHash, roles: ['customer'] },
    ...{ emailVerifiedAt: at, createdAt: at },
  }).catch((error: unknown) => {
    if (error instanceof EmailTakenError) return undefined
    throw error
  })
  // last, so that whoever was interrupted can use the token again
  await store.delete(registrationKey(token))
  return account
}

/** Sends whoever has an account with this address a token to choose a new password with. */
export const forgotPassword = async (deps: RegistrationDeps, address: string): Promise<void> => {
  const { db, store, links } = deps
  const email = normalizeEmail(address)
  const account = await findByEmail(db, email)
  const token = newSecret()
  const pending = JSON.stringify({ accountId: account?.id ?? '', version: account?.version ?? 0 })
  await store.put(resetKey(token), pending, RESET_MS)
  // a mail to nobody is written like any other, and dropped by who sends them
  await postWithinLimit(deps, email, {
    ...passwordResetMail(links, email, token),
    to: account === undefined ? '' : email,
  })
}

/** Sets a new password and ends all sessions; undefined where the token is not good, or not any more. */
export const resetPassword = async (
  { db, store, passwords, now }: RegistrationDeps,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<Account | undefined> => {
  const raw = await store.take(resetKey(token))
  if (raw === undefined) return undefined
  const { accountId, version } = PendingReset.parse(JSON.parse(raw))
  const current = await findById(db, accountId)
  // the account was changed since: the password, by another token, or the roles
  if (current?.version !== version) return undefined
  const passwordHash = await passwords.hash(password)
  const options = { now: now(), expectedVersion: version, endSessions: true }
  const account = await changeAccount(db, accountId, { passwordHash }, options)
  if (account !== undefined) await postMail(db, passwordChangedMail(account.email))
  return account
}

const postWithinLimit = async (
  { db, store }: Pick<RegistrationDeps, 'db' | 'store'>,
  email: string,
  mail: Mail,
): Promise<void> => {
  const { value } = await store.count(`account-mails:${digestOf(email)}`, 1, 3_600_000)
  await postMail(db, value > MAILS_AN_HOUR ? { ...mail, to: '' } : mail)
}
