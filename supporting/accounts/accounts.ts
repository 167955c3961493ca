import type { Database } from '../database.ts'
import { violatesUnique } from '../database.ts'
import type { Passwords } from './passwords.ts'
import type { Role } from './roles.ts'

export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly emailVerifiedAt: Date | null
  readonly createdAt: Date
}

export interface NewAccount {
  /** ULID. Customers are known by it in every event. */
  readonly id: string
  readonly email: string
  readonly name: string
  readonly password: string
  readonly roles: readonly Role[]
  /** null: the address is yet to be verified. */
  readonly emailVerifiedAt: Date | null
  readonly createdAt: Date
}

export class EmailTakenError extends Error {
  readonly email: string
  constructor(email: string) {
    super('There is an account with this e-mail address already')
    this.name = 'EmailTakenError'
    this.email = email
  }
}

interface AccountRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly email_verified_at: Date | null
  readonly created_at: Date
  readonly password_hash: string
}

const COLUMNS = 'id, email, name, roles, email_verified_at, created_at, password_hash'

const toAccount = (row: AccountRow): Account => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  emailVerifiedAt: row.email_verified_at,
  createdAt: row.created_at,
})

/** How an e-mail address is stored and looked up: nobody means two accounts by two spellings of one address. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase()

/** @throws EmailTakenError */
export const createAccount = async (
  db: Database,
  passwords: Passwords,
  account: NewAccount,
): Promise<Account> => {
  const email = normalizeEmail(account.email)
  const passwordHash = await passwords.hash(account.password)
  try {
    const { rows } = await db.query<AccountRow>(
      `insert into shop.accounts (id, email, name, password_hash, roles, email_verified_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7) returning ${COLUMNS}`,
      [
        account.id,
        email,
        account.name,
        passwordHash,
        account.roles,
        account.emailVerifiedAt,
        account.createdAt,
      ],
    )
    const [row] = rows
    if (row === undefined) throw new Error('An inserted account was not returned')
    return toAccount(row)
  } catch (error) {
    if (violatesUnique(error, 'accounts_email_unique')) throw new EmailTakenError(email)
    throw error
  }
}

export const findByEmail = async (db: Database, email: string): Promise<Account | undefined> => {
  const row = await rowByEmail(db, email)
  return row && toAccount(row)
}

export const findById = async (db: Database, id: string): Promise<Account | undefined> => {
  const { rows } = await db.query<AccountRow>(`select ${COLUMNS} from shop.accounts where id = $1`, [id])
  return rows[0] && toAccount(rows[0])
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
  const matched = await passwords.matches(credentials.password, row?.password_hash)
  return matched && row !== undefined ? toAccount(row) : undefined
}

const rowByEmail = async (db: Database, email: string): Promise<AccountRow | undefined> => {
  const { rows } = await db.query<AccountRow>(`select ${COLUMNS} from shop.accounts where email = $1`, [
    normalizeEmail(email),
  ])
  return rows[0]
}
