import type { Knex } from 'knex'
import pg from 'pg'
import type { Logger } from 'pino'

export interface PostgresOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string
  readonly logger: Logger
  /** Connections at most. Default 10. */
  readonly max?: number
  /** A statement that takes longer is cancelled by the server. Default 30,000 ms; 0 for no limit. */
  readonly statementTimeoutMs?: number
}

/**
 * A pool of connections to the Postgres at `url`; nothing is connected before the first query. The caller ends it.
 * A lost idle connection is logged and replaced at the next query: it must not end the process.
 */
export const connectPostgres = (
  url: string,
  { applicationName, logger, max = 10, statementTimeoutMs = 30_000 }: PostgresOptions,
): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', (error) => {
    // whoever ends it may stop the server at once
    if (pool.ending) return
    logger.warn({ err: error }, 'an idle Postgres connection was lost')
  })
  // between two owners nobody listens to a connection for a moment; an error that arrives just then would end the process
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}

/** One step of a schema's history. Applied once, in the order of the list; a step that was published never changes. */
export interface Migration {
  /** Unique for good, for example `0001_accounts`. */
  readonly name: string
  readonly up: (knex: Knex) => Promise<void>
}

/** A migration that did not go through. Nothing is left of it, nor of those that were to be applied with it. */
export class MigrationError extends Error {
  readonly migration: string

  constructor(migration: string, options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause)
    super(`Migration ${migration} failed: ${reason}`, options)
    this.name = 'MigrationError'
    this.migration = migration
  }
}

const HISTORY = { schemaName: 'shop', tableName: 'migrations' } as const

/** Key of the advisory lock; any number that nothing else in this database uses. */
const MIGRATION_LOCK = 7_203_511

/**
 * Brings the database at `url` up to the last of `migrations`, in one transaction. Instances that start together take
 * turns.
 * The turn is an advisory lock, which goes with its connection: one that is killed in the middle blocks nobody.
 *
 * @returns names of the migrations that were applied now
 * @throws MigrationError when one fails
 */
export const migrate = async (url: string, migrations: readonly Migration[]): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url, application_name: 'migrations' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const applied = await appliedMigrations(client)
    const missing = migrations.filter(({ name }) => !applied.has(name))
    if (missing.length > 0) await applyAll(url, migrations)
    return missing.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

const appliedMigrations = async (client: pg.Client): Promise<Set<string>> => {
  await client.query(`create schema if not exists ${HISTORY.schemaName}`)
  const { rows } = await client.query<{ history: string | null }>('select to_regclass($1)::text as history', [
    `${HISTORY.schemaName}.${HISTORY.tableName}`,
  ])
  if (!rows[0]?.history) return new Set()
  const names = await client.query<{ name: string }>(
    `select name from ${HISTORY.schemaName}.${HISTORY.tableName}`,
  )
  return new Set(names.rows.map(({ name }) => name))
}

const applyAll = async (url: string, migrations: readonly Migration[]): Promise<void> => {
  // loaded only when there is something to do: it costs a tenth of a second at every start
  const { default: knex } = await import('knex')
  const database = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 }, log: thrownAnyway })
  try {
    const config: Knex.MigratorConfig = {
      ...HISTORY,
      migrationSource: {
        getMigrations: () => Promise.resolve([...migrations]),
        getMigrationName: ({ name }: Migration) => name,
        getMigration: (migration: Migration) => Promise.resolve({ up: named(migration), down: noWayBack }),
      },
    }
    // knex's own lock is a row that a killed process leaves behind; the advisory lock above stands for it
    await database.migrate.forceFreeMigrationsLock(config)
    await database.migrate.latest(config)
  } finally {
    await database.destroy()
  }
}

const named =
  ({ name, up }: Migration) =>
  async (knex: Knex): Promise<void> => {
    try {
      await up(knex)
    } catch (error) {
      throw new MigrationError(name, { cause: error })
    }
  }

/** What knex would print is in the error that it throws. */
const thrownAnyway = { warn() {}, error() {}, debug() {}, deprecate() {} }

const noWayBack = (): Promise<void> =>
  Promise.reject(new Error('Migrations only go forward: write a new one that undoes it'))
