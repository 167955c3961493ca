import type { Pool } from 'pg'

/** Those of the keys that were destroyed: for whoever has to tell "erased" from "encrypted" and may see neither. */
export const erasedKeysIn = async (pool: Pool, keyIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ key_id: string }>(
    'select key_id from shop.personal_data_keys where key_id = any ($1::uuid[]) and wrapped_key is null',
    [keyIds],
  )
  return new Set(rows.map(({ key_id }) => key_id))
}
