import type { Pool } from 'pg'
import { pino } from 'pino'
import { connectPostgres, migrate } from '../../platform/postgres.ts'
import { createDatabase } from '../../test/support/servers.ts'
import type { Passwords } from '../accounts/passwords.ts'
import { createPasswords } from '../accounts/passwords.ts'
import { shopMigrations } from '../migrations.ts'

export interface ShopDatabase {
  readonly url: string
  readonly pool: Pool
  stop(): Promise<void>
}

/** An empty shop: a database of the caller's own with the schema `shop`. */
export const createShopDatabase = async (): Promise<ShopDatabase> => {
  const database = await createDatabase()
  await migrate(database.url, shopMigrations)
  const pool = connectPostgres(database.url, {
    applicationName: 'shop-test',
    logger: pino({ level: 'silent' }),
  })
  return {
    url: database.url,
    pool,
    stop: async () => {
      await pool.end()
      await database.stop()
    },
  }
}

/** Real argon2id, as cheap as it gets. */
export const cheapPasswords = (): Promise<Passwords> => createPasswords({ memoryKiB: 64, passes: 1 })
