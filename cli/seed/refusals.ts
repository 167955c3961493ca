import type { Pool } from 'pg'
import { StartError } from '../start/start-error.ts'
import { departments } from './words.ts'

/**
 * A shop that runs would take part: at its own time, by which orders of the past are long overdue.
 * @throws StartError
 */
export const refuseRunningShop = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ connections: number }>(
    `select count(*)::int as connections from pg_stat_activity
     where datname = current_database() and application_name = 'orderstream-api'`,
  )
  if ((rows[0]?.connections ?? 0) === 0) return
  throw new StartError(
    'The shop of this database is running: stop it, all of its instances, and start it afterwards.',
  )
}

/** @throws StartError */
export const refuseSeededShop = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ seeded: boolean }>(
    'select exists (select from shop.categories where id = any($1)) as seeded',
    [departments.map(({ id }) => id)],
  )
  if (rows[0]?.seeded !== true) return
  throw new StartError(
    'This shop was seeded before. With --again the same seed and sizes go on where they were interrupted, and another --seed adds to it.',
  )
}
