import type { Pool, QueryResultRow } from 'pg'
import { coalesced } from '../../platform/coalesce.ts'
import { prepared } from '../../platform/prepared.ts'
import { isDatabaseUnavailable } from '../database.ts'
import type { KeyValueStore } from './key-value.ts'
import { KeyValueUnavailableError } from './key-value.ts'

const anew: typeof prepared = (text, values) => ({ text, values: [...values] })

const ENDS = (parameter: string): string => `now() + ${parameter} * interval '1 ms'`

const told = (error: unknown): never => {
  if (error instanceof Error && isDatabaseUnavailable(error)) throw new KeyValueUnavailableError(error)
  throw error
}

/** In Postgres, by its clock. `sweepKeyValues` removes what has expired. */
export const postgresKeyValue = (pool: Pool): KeyValueStore => {
  const run = async <Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
    statement: typeof prepared = prepared,
  ): Promise<Row[]> => {
    const { rows } = await pool.query<Row>(statement(text, values)).catch(told)
    return rows
  }

  const valuesOf = async (keys: readonly string[]): Promise<{ key: string; value: string }[]> => {
    const columns = 'select key, value from shop.key_values'
    if (keys.length === 1) return run(`${columns} where key = $1 and expires_at > now()`, keys)
    // planned anew each time: a plan for many keys that was made while the table was small would read all of it later
    return run(`${columns} where key = any($1) and expires_at > now()`, [keys], anew)
  }
  /** What all ask for at the same time, in one statement: it begins after the last of them has asked. */
  const read = coalesced<string, string | undefined>(async (keys) => {
    const found = new Map((await valuesOf(keys)).map(({ key, value }) => [key, value]))
    return keys.map((key) => found.get(key))
  })

  return {
    get: (key) => read(key).catch(told),
    put: async (key, value, ttlMs) => {
      await run(
        `insert into shop.key_values (key, value, expires_at) values ($1, $2, ${ENDS('$3')})
         on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`,
        [key, value, ttlMs],
      )
    },
    add: async (key, value, ttlMs) => {
      const added = await run(
        `insert into shop.key_values as held (key, value, expires_at) values ($1, $2, ${ENDS('$3')})
         on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
         where held.expires_at <= now() returning key`,
        [key, value, ttlMs],
      )
      return added.length > 0
    },
    replace: async (key, expected, value, ttlMs) => {
      const replaced = await run(
        `update shop.key_values set value = $3, expires_at = ${ENDS('$4')}
         where key = $1 and value = $2 and expires_at > now() returning key`,
        [key, expected, value, ttlMs],
      )
      return replaced.length > 0
    },
    take: async (key) => {
      const [taken] = await run<{ value: string; is_live: boolean }>(
        'delete from shop.key_values where key = $1 returning value, expires_at > now() as is_live',
        [key],
      )
      return taken?.is_live === true ? taken.value : undefined
    },
    delete: async (key) => {
      await run('delete from shop.key_values where key = $1', [key])
    },
    count: async (counter, by, ttlMs) => {
      const [counted] = await run<{ value: string; ends_in_ms: number }>(
        `insert into shop.counters as held (key, value, expires_at) values ($1, $2, ${ENDS('$3')})
         on conflict (key) do update set
           value = excluded.value + case when held.expires_at <= now() then 0 else held.value end,
           expires_at = case when held.expires_at <= now() then excluded.expires_at else held.expires_at end
         returning value, greatest(1, ceil(extract(epoch from expires_at - now()) * 1000))::int as ends_in_ms`,
        [counter, by, ttlMs],
      )
      if (counted === undefined) throw new Error('A counter that was written was not returned')
      // a statement that began before another one and came after it sees more than the whole time left
      return { value: Number(counted.value), endsInMs: Math.min(counted.ends_in_ms, ttlMs) }
    },
  }
}

/** Deletes what has expired, at most `limit` of each kind. Returns how many. */
export const sweepKeyValues = async (pool: Pool, limit = 10_000): Promise<number> => {
  let swept = 0
  for (const table of ['shop.key_values', 'shop.counters']) {
    const { rowCount } = await pool.query(
      `delete from ${table} where ctid in (select ctid from ${table} where expires_at <= now() limit $1)`,
      [limit],
    )
    swept += rowCount ?? 0
  }
  return swept
}
