import type { PoolClient } from 'pg'

/** What a query needs: a pool, or the one connection of a transaction. */
export type Database = Pick<PoolClient, 'query'>

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

const violates = (error: unknown, code: string, constraint: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === code &&
  'constraint' in error &&
  error.constraint === constraint

/** Whether Postgres refused a row because of this unique constraint or index. */
export const violatesUnique = (error: unknown, constraint: string): boolean =>
  violates(error, UNIQUE_VIOLATION, constraint)

/** Whether Postgres refused a row because what this foreign key names is not there. */
export const violatesForeignKey = (error: unknown, constraint: string): boolean =>
  violates(error, FOREIGN_KEY_VIOLATION, constraint)

/** Connections that broke or were refused, a server that starts or stops, and no connection to be had in time. */
const UNAVAILABLE =
  /^(08\w{3}|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)$/

const UNAVAILABLE_MESSAGES = /^(timeout exceeded when trying to connect|Connection terminated)/

/** Whether an error says that Postgres can't be reached now, rather than that it refused something. */
export const isDatabaseUnavailable = (error: Error): boolean =>
  ('code' in error && typeof error.code === 'string' && UNAVAILABLE.test(error.code)) ||
  UNAVAILABLE_MESSAGES.test(error.message)

/** One `Made` for each database: for what its users share, such as statements. */
export const perDatabase = <Made>(make: (db: Database) => Made): ((db: Database) => Made) => {
  const made = new WeakMap<Database, Made>()
  return (db) => {
    const known = made.get(db) ?? make(db)
    made.set(db, known)
    return known
  }
}
