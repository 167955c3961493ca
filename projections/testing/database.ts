import pg from 'pg'
import { createDatabase } from '../../test/support/servers.ts'

/** A pool on an empty database of the caller's own. */
export interface TestDatabase {
  readonly url: string
  readonly pool: pg.Pool
  /** A connection of its own; whoever asks for it ends it. */
  connect(): Promise<pg.Client>
  /** Ends the pool and drops the database. */
  stop(): Promise<void>
}

export const startDatabase = async (): Promise<TestDatabase> => {
  const database = await createDatabase()
  const pool = openPool(database.url)
  return {
    url: database.url,
    pool,
    connect: async () => {
      const client = new pg.Client({ connectionString: database.url })
      client.on('error', () => undefined)
      await client.connect()
      return client
    },
    stop: async () => {
      await pool.end()
      await database.stop()
    },
  }
}

/** A pool whose lost connections are found out by whoever uses them. */
export const openPool = (url: string): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => undefined)
  // between two owners nobody listens to a connection for a moment
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}

/** The rows of all tables of a schema, in the order of their keys: to compare what two ways of making them gave. */
export const rowsOf = async (
  pool: pg.Pool,
  schema: string,
  tables: readonly { readonly name: string; readonly key: readonly string[] }[],
): Promise<Record<string, unknown[]>> => {
  const found: Record<string, unknown[]> = {}
  for (const { name, key } of tables) {
    const { rows } = await pool.query<Record<string, unknown>>(
      `SELECT * FROM "${schema}"."${name}" ORDER BY ${key.map((column) => `"${column}"`).join(', ')}`,
    )
    found[name] = rows
  }
  return found
}

/** Longer than any condition takes on a slow machine, and shorter than a test may take. */
const LIMIT_MS = 20_000

/**
 * Resolves once `condition` holds.
 * @throws Error where it takes too long, so that nothing is left that goes on asking
 */
export const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + LIMIT_MS
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it is still not so: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
