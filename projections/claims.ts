import type { Pool } from 'pg'
import { DatabaseError } from 'pg'

/**
 * Work that a read model lists and any number of instances share. A read model says what there is to do; who has it in hand stands
 * beside it, in a table that no rebuild touches, under a key that a rebuild gives again: so a generation that goes live meanwhile
 * hands out nothing twice.
 */
export interface Work {
  /** Whose claims these are. */
  readonly purpose: string
  /** The rows, as `d`, from which is taken. */
  readonly from: string
  /** Text, of a row `d`: the same in every generation. */
  readonly key: string
  /** Which of them are to be done. Parameters from `$4` on. */
  readonly where: string
  readonly values: readonly unknown[]
  readonly orderBy: string
  /** What is taken is lent for so long, and twice as long each time that it is taken again, up to 32 times. */
  readonly leaseMs: number
}

/**
 * Takes up to `limit` rows that nobody has in hand, the first ones first: rows that another instance is just taking are passed
 * over, not waited for. They are locked for this statement only, so that whoever writes the read model is not held up.
 * What an instance has taken and not struck comes again when its lease is over. A read model that was never built lists nothing.
 */
export const take = async (
  pool: Pool,
  { purpose, from, key, where, values, orderBy, leaseMs }: Work,
  limit: number,
): Promise<Record<string, unknown>[]> => {
  const lease = (times: string): string => `clock_timestamp() + $2::float8 * ${times} * interval '1 ms'`
  try {
    const { rows } = await pool.query<Record<string, unknown>>(
      `WITH due AS (
         SELECT d.*, ${key} AS claim_key FROM ${from} d
         WHERE ${where} AND NOT EXISTS (
           SELECT FROM projections.claims c WHERE c.purpose = $1 AND c.key = ${key} AND c.until > clock_timestamp())
         ORDER BY ${orderBy} LIMIT $3 FOR UPDATE OF d SKIP LOCKED
       ), taken AS (
         INSERT INTO projections.claims AS c (purpose, key, tries, until)
         SELECT $1, claim_key, 1, ${lease('1')} FROM due
         ON CONFLICT (purpose, key) DO UPDATE SET tries = c.tries + 1, until = ${lease('2 ^ least(c.tries, 5)')}
           WHERE c.until <= clock_timestamp()
         RETURNING key
       )
       SELECT d.* FROM due d JOIN taken t ON t.key = d.claim_key ORDER BY ${orderBy}`,
      [purpose, leaseMs, limit, ...values],
    )
    return rows
  } catch (error) {
    if (isNotBuilt(error)) return []
    throw error
  }
}

/** It is done. Should the read model still list it in a day, it comes again. */
export const strike = async (pool: Pool, purpose: string, key: string): Promise<void> => {
  await pool.query(
    `UPDATE projections.claims SET until = clock_timestamp() + interval '1 day' WHERE purpose = $1 AND key = $2`,
    [purpose, key],
  )
}

/** It could not be done now: it comes again soon, and each time a little later, up to half a minute. */
export const release = async (pool: Pool, purpose: string, key: string): Promise<void> => {
  await pool.query(
    `UPDATE projections.claims SET until = clock_timestamp() + least(2 ^ tries, 30) * interval '1 s'
     WHERE purpose = $1 AND key = $2`,
    [purpose, key],
  )
}

/** Removes claims that nobody has asked for again; how many. */
export const sweepClaims = async (pool: Pool): Promise<number> => {
  try {
    const { rowCount } = await pool.query(
      `DELETE FROM projections.claims WHERE until < clock_timestamp() - interval '1 day'`,
    )
    return rowCount ?? 0
  } catch (error) {
    if (isNotBuilt(error)) return 0
    throw error
  }
}

const UNDEFINED_TABLE = '42P01'
const INVALID_SCHEMA = '3F000'

/** Whether there is no such read model yet: whoever keeps them has not started. */
export const isNotBuilt = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === UNDEFINED_TABLE || error.code === INVALID_SCHEMA)
