import type { Pool } from 'pg'
import { wrapKey } from './master-key.ts'
import { unwrapOne, type MasterKeys, type WrappedKey } from './master-keys.ts'

const BATCH = 500

/**
 * Wraps with the first master key whatever another one has wrapped. Any number of processes may do so at once.
 * @returns how many keys were wrapped anew
 * @throws MasterKeyMissingError @throws Error where a key was changed since it was wrapped
 */
export const rewrapKeys = async (pool: Pool, masters: MasterKeys): Promise<number> => {
  const [current] = masters
  let done = 0
  let after = ''
  for (;;) {
    const { rows } = await pool.query<WrappedKey>(
      `select customer_id, key_id, master_key, wrapped_key from shop.personal_data_keys
        where customer_id > $1 and master_key <> $2 order by customer_id limit ${BATCH}`,
      [after, current.id],
    )
    const last = rows.at(-1)
    if (last === undefined) return done
    const wrapped = rows.map((row) => wrapKey(current, unwrapOne(masters, row), row.customer_id))
    // one that was erased meanwhile stays so
    const { rowCount } = await pool.query(
      `update shop.personal_data_keys as kept set wrapped_key = anew.wrapped_key, master_key = $3
         from unnest($1::text[], $2::bytea[]) as anew (customer_id, wrapped_key)
        where kept.customer_id = anew.customer_id and kept.master_key <> $3`,
      [rows.map((row) => row.customer_id), wrapped, current.id],
    )
    done += rowCount ?? 0
    after = last.customer_id
  }
}
