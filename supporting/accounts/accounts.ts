import type { Database } from '../database.ts'
import { violatesUnique } from '../database.ts'
import type { Passwords } from './passwords.ts'
import { revocationEnd, revoking } from './revocations.ts'
import type { Role } from './roles.ts'

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly emailVerifiedAt: Date | null
  readonly createdAt: Date
  /** 1 at first; 1 more with every change. */
  readonly version: number
  /** Sessions that began before it are over. */
  readonly sessionsFrom: Date
}

interface AccountDetails {
  /** ULID. Customers are known by it in every event. */
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  /** null: the address is yet to be verified. */
  readonly emailVerifiedAt: Date | null
  readonly createdAt: Date
}

export type NewAccount = AccountDetails & { readonly password: string }

export class EmailTakenError extends Error {
  readonly email: string
  constructor(email: string) {
    super('There is an account with this e-mail address already')
    this.name = 'EmailTakenError'
    this.email = email
  }
}

/** The account is at another version than the one that was to be changed. */
export class AccountChangedError extends Error {
  readonly accountId: string
  constructor(accountId: string) {
    super(`The account ${accountId} was changed meanwhile`)
    this.name = 'AccountChangedError'
    this.accountId = accountId
  }
}

interface AccountRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly email_verified_at: Date | null
  readonly created_at: Date
  readonly version: number
  readonly sessions_from: Date
  readonly password_hash: string | null
}

const COLUMNS = 'id, email, name, roles, email_verified_at, created_at, version, sessions_from, password_hash'

const toAccount = (row: AccountRow): Account => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  emailVerifiedAt: row.email_verified_at,
  createdAt: row.created_at,
  version: row.version,
  sessionsFrom: row.sessions_from,
})

/** How an e-mail address is stored and looked up: nobody means two accounts by two spellings of one address. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase()

/** @throws EmailTakenError */
export const createAccount = async (
  db: Database,
  passwords: Passwords,
  { password, ...details }: NewAccount,
): Promise<Account> => insertAccount(db, { ...details, passwordHash: await passwords.hash(password) })

/** @throws EmailTakenError */
export const insertAccount = async (
  db: Database,
  account: AccountDetails & { readonly passwordHash: string },
): Promise<Account> => {
  const { id, name, passwordHash, roles, emailVerifiedAt, createdAt } = account
  const email = normalizeEmail(account.email)
  try {
    const { rows } = await db.query<AccountRow>(
      `insert into shop.accounts (id, email, name, password_hash, roles, email_verified_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7) returning ${COLUMNS}`,
      [id, email, name, passwordHash, roles, emailVerifiedAt, createdAt],
    )
    const [row] = rows
    if (row === undefined) throw new Error('An inserted account was not returned')
    return toAccount(row)
  } catch (error) {
    if (violatesUnique(error, 'accounts_email_unique')) throw new EmailTakenError(email)
    throw error
  }
}

/** Customers, many at once; whose id or address there is already is left out. All of them get the same password. */
export const insertCustomers = async (
  db: Database,
  customers: readonly Pick<AccountDetails, 'id' | 'email' | 'name' | 'createdAt'>[],
  passwordHash: string,
): Promise<void> => {
  await db.query(
    `insert into shop.accounts (id, email, name, password_hash, roles, email_verified_at, created_at, updated_at)
     select id, email, name, $5, array['customer'], at, at, at
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as customers (id, email, name, at)
     on conflict do nothing`,
    [
      customers.map(({ id }) => id),
      customers.map(({ email }) => normalizeEmail(email)),
      customers.map(({ name }) => name),
      customers.map(({ createdAt }) => createdAt),
      passwordHash,
    ],
  )
}

export const findByEmail = async (db: Database, email: string): Promise<Account | undefined> => {
  const row = await rowByEmail(db, email)
  return row && toAccount(row)
}

export const findById = async (db: Database, id: string): Promise<Account | undefined> => {
  const [found] = await findByIds(db, [id])
  return found
}

/** Those of `ids` that there are, without those that were erased, in the order of their ids. */
export const findByIds = async (db: Database, ids: readonly string[]): Promise<Account[]> => {
  const { rows } = await db.query<AccountRow>(
    `select ${COLUMNS} from shop.accounts where id = any($1) and erased_at is null order by id`,
    [ids],
  )
  return rows.map(toAccount)
}

export interface AccountFilter {
  readonly role?: Role | undefined
  /** The whole address. */
  readonly email?: string | undefined
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: { readonly createdAt: string; readonly id: string } | undefined
}

/** Accounts, newest first, without those that were erased; one more than `limit` where there is a next page. */
export const listAccounts = async (db: Database, filter: AccountFilter): Promise<Account[]> => {
  const { role, email, limit, after } = filter
  const { rows } = await db.query<AccountRow>(
    `select ${COLUMNS} from shop.accounts
     where erased_at is null
       and ($1::text is null or roles @> array[$1])
       and ($2::text is null or email = $2)
       and ($3::timestamptz is null or (created_at, id) < ($3, $4))
     order by created_at desc, id desc limit $5`,
    [
      role ?? null,
      email === undefined ? null : normalizeEmail(email),
      after?.createdAt ?? null,
      after?.id ?? null,
      limit + 1,
    ],
  )
  return rows.map(toAccount)
}

/**
 * The account that e-mail address and password belong to; undefined where they belong to none. It takes the same time and
 * gives the same answer for a wrong password and for an address that nobody has.
 */
export const signIn = async (
  db: Database,
  passwords: Passwords,
  credentials: { readonly email: string; readonly password: string },
): Promise<Account | undefined> => {
  const row = await rowByEmail(db, credentials.email)
  const matched = await passwords.matches(credentials.password, row?.password_hash ?? undefined)
  return matched && row !== undefined ? toAccount(row) : undefined
}

const rowByEmail = async (db: Database, email: string): Promise<AccountRow | undefined> => {
  const { rows } = await db.query<AccountRow>(
    `select ${COLUMNS} from shop.accounts where email = $1 and erased_at is null`,
    [normalizeEmail(email)],
  )
  return rows[0]
}

/** What of an account is to change; what is left out stays. */
export interface AccountChange {
  readonly name?: string | undefined
  readonly roles?: readonly Role[] | undefined
  readonly passwordHash?: string | undefined
}

export interface ChangeOptions {
  readonly now: Date
  /** Only if it is at this version. */
  readonly expectedVersion?: number | undefined
  /** End all sessions, and let no access token that was given before be good any more. */
  readonly endSessions?: boolean
  /** Let no access token that was given before be good any more; sessions go on. */
  readonly revokeTokens?: boolean
}

/**
 * Changes an account. undefined where there is none.
 * @throws AccountChangedError where it is not at the expected version
 */
export const changeAccount = async (
  db: Database,
  id: string,
  { name, roles, passwordHash }: AccountChange,
  { now, expectedVersion, endSessions = false, revokeTokens = endSessions }: ChangeOptions,
): Promise<Account | undefined> => {
  const { rows } = await db.query<AccountRow>(
    `with changed as (
       update shop.accounts set
         name = coalesce($2, name),
         roles = coalesce($3, roles),
         password_hash = coalesce($4, password_hash),
         sessions_from = case when $5::boolean then $6::timestamptz else sessions_from end,
         updated_at = $6::timestamptz,
         version = version + 1
       where id = $1 and erased_at is null and ($7::int is null or version = $7)
       returning ${COLUMNS}
     ), ${revoking('$9::boolean', '$6', '$8')}
     select * from changed`,
    [id, name, roles, passwordHash, endSessions, now, expectedVersion, revocationEnd(now), revokeTokens],
  )
  const [row] = rows
  if (row !== undefined) return toAccount(row)
  if ((await findById(db, id)) === undefined) return undefined
  throw new AccountChangedError(id)
}

/**
 * Erases what is known of a person: all but the id, which orders refer to. Answers that were kept for repeated requests go
 * as well: they hold addresses; so do mails that wait to be sent. Whether there was such an account.
 */
export const eraseAccount = async (db: Database, id: string, now: Date): Promise<boolean> => {
  const { rowCount } = await db.query(
    `with known as (
       select email from shop.accounts where id = $1 and erased_at is null
     ), unsent as (
       delete from shop.outgoing_mails where recipient in (select email from known)
     ), changed as (
       update shop.accounts set
         email = 'erased-' || id || '@invalid', name = '', password_hash = null, roles = '{}',
         email_verified_at = null, sessions_from = $2, updated_at = $2, erased_at = $2::timestamptz,
         version = version + 1
       where id = $1 and erased_at is null
       returning id
     ), ${revoking('true', '$2', '$3')}, forgotten as (
       delete from shop.idempotency_keys where account_id in (select id from changed)
     )
     select id from changed`,
    [id, now, revocationEnd(now)],
  )
  return rowCount === 1
}
