import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { PersonalDataKeys } from '../../eventstore/personal-data/keys.ts'
import { personalDataMigration } from '../../eventstore/personal-data/tables.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { Config } from '../../platform/config.ts'
import { connectPostgres, migrate, MigrationError } from '../../platform/postgres.ts'
import { shopMigrations } from '../../supporting/migrations.ts'
import type { Server } from './servers.ts'
import type { Part } from './system.ts'
import { waitFor } from './wait-for.ts'

/** How long servers that are started together with this program may take. */
const PATIENCE_MS = 30_000

/** Every event that this program writes and reads. */
const registry = createRegistry(orderContracts, inventoryContracts, paymentContracts, walletContracts)

/** @param deadlineMs time limit of each append and read @throws StartError where the store does not answer in time */
export const connectStore = async (
  { url }: Pick<Server, 'url'>,
  signal: AbortSignal,
  logger: Logger,
  personalData?: PersonalDataKeys,
  deadlineMs?: number,
): Promise<Part & { readonly store: ConnectedEventStore }> => {
  const store = connectEventStore({
    connectionString: url,
    registry,
    personalData,
    logger: logger.child({ room: 'eventstore' }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  })
  try {
    await waitFor(() => store.headPosition(), {
      what: 'the event store (ESDB_URL)',
      logger,
      withinMs: PATIENCE_MS,
      signal,
    })
  } catch (error) {
    await store.close()
    throw error
  }
  return { store, stop: () => store.close() }
}

/** A pool of its own for each purpose, so that none can starve the others. */
export const connectPool = (
  { url }: Pick<Server, 'url'>,
  { postgres }: Pick<Config, 'postgres'>,
  purpose: string,
  logger: Logger,
): Part & { readonly pool: Pool } => {
  const pool = connectPostgres(url, {
    applicationName: `orderstream-${purpose}`,
    logger: logger.child({ room: 'postgres' }),
    max: postgres.maxConnections,
  })
  return { pool, stop: () => pool.end() }
}

/**
 * Brings the shop's own tables up to date. Read models see to theirs themselves.
 * @throws MigrationError @throws StartError where the database does not answer in time
 */
export const migrateShop = async ({ url }: Server, signal: AbortSignal, logger: Logger): Promise<void> => {
  let failure: MigrationError | undefined
  const attempt = async (): Promise<void> => {
    try {
      const applied = await migrate(url, [...shopMigrations, personalDataMigration])
      if (applied.length > 0) logger.info({ applied }, 'the database is up to date')
    } catch (error) {
      // trying again would not help
      if (!(error instanceof MigrationError)) throw error
      failure = error
    }
  }
  await waitFor(attempt, { what: 'the database (DATABASE_URL)', logger, withinMs: PATIENCE_MS, signal })
  if (failure) throw failure
}
