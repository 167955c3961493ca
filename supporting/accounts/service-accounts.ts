import { sameSecret } from '../../platform/same-secret.ts'
import type { Database } from '../database.ts'
import { violatesUnique } from '../database.ts'
import { revocationEnd, revoking } from './revocations.ts'
import type { Scope } from './roles.ts'
import { digestOf, newSecret } from './secrets.ts'

/** A service that calls on its own behalf, with client credentials (RFC 6749, section 4.4). */
export interface ServiceAccount {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
}

export class ServiceNameTakenError extends Error {
  override readonly name = 'ServiceNameTakenError'
  readonly service: string

  constructor(service: string) {
    super(`There is a service account with the name ${service} already`)
    this.service = service
  }
}

interface ServiceAccountRow {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly created_at: Date
  readonly secret_hash: Buffer
}

const COLUMNS = 'id, name, scopes, created_at, secret_hash'

const toServiceAccount = ({ id, name, scopes, created_at }: ServiceAccountRow): ServiceAccount => ({
  id,
  name,
  scopes,
  createdAt: created_at,
})

const hashOf = (secret: string): Buffer => Buffer.from(digestOf(secret), 'base64url')

/** The secret is told this once: only its hash is kept. @throws ServiceNameTakenError */
export const createServiceAccount = async (
  db: Database,
  { id, name, scopes, createdAt }: ServiceAccount,
): Promise<string> => {
  const secret = newSecret()
  try {
    await db.query(
      'insert into shop.service_accounts (id, name, secret_hash, scopes, created_at) values ($1, $2, $3, $4, $5)',
      [id, name, hashOf(secret), scopes, createdAt],
    )
  } catch (error) {
    if (violatesUnique(error, 'service_accounts_name_unique')) throw new ServiceNameTakenError(name)
    throw error
  }
  return secret
}

const NOBODYS = hashOf(newSecret())

/** The account that id and secret belong to; undefined where they belong to none, or to one that was revoked. */
export const authenticateService = async (
  db: Database,
  { id, secret }: { readonly id: string; readonly secret: string },
): Promise<ServiceAccount | undefined> => {
  const { rows } = await db.query<ServiceAccountRow>(
    `select ${COLUMNS} from shop.service_accounts where id = $1 and revoked_at is null`,
    [id],
  )
  const [row] = rows
  const matches = sameSecret(row?.secret_hash ?? NOBODYS, hashOf(secret))
  return matches && row !== undefined ? toServiceAccount(row) : undefined
}

/** Those that were not revoked, by name. */
export const listServiceAccounts = async (db: Database): Promise<ServiceAccount[]> => {
  const { rows } = await db.query<ServiceAccountRow>(
    `select ${COLUMNS} from shop.service_accounts where revoked_at is null order by name`,
  )
  return rows.map(toServiceAccount)
}

/** From then on it gets no tokens any more, and those that it has are not good. Whether there was one. */
export const revokeServiceAccount = async (db: Database, id: string, now: Date): Promise<boolean> => {
  const { rowCount } = await db.query(
    `with changed as (
       update shop.service_accounts set revoked_at = $2 where id = $1 and revoked_at is null returning id
     ), ${revoking('true', '$2', '$3')}
     select id from changed`,
    [id, now, revocationEnd(now)],
  )
  return rowCount === 1
}
