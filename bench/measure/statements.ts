import { appendFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { serverAccount } from '../../embedded/postgres/account.ts'
import { findInstallation } from '../../embedded/postgres/binaries.ts'
import { clusterPath, ROLE, runAlone } from '../../embedded/postgres/cluster.ts'
import { installationFor } from '../../embedded/postgres/reach.ts'
import { connectPostgres } from '../../platform/postgres.ts'

// What the embedded Postgres of a shop is asked: it counts statements itself, with pg_stat_statements
// (https://www.postgresql.org/docs/current/pgstatstatements.html), which costs it a few per cent of CPU.

/** How often a statement was executed since the server counts, and for how long. */
export interface Counted {
  /** Its text, values left out. */
  readonly query: string
  readonly calls: number
  /** In the executor, in milliseconds; neither parsing nor the network. */
  readonly ms: number
}

export interface StatementCounter {
  /** What was executed between the last look before `from` and the first one after `to`, both in milliseconds since the epoch. */
  readonly between: (
    from: number,
    to: number,
  ) => { readonly from: number; readonly to: number; readonly statements: readonly Counted[] }
  readonly stop: () => Promise<void>
}

const EVERY_MS = 1_000

const logger = pino({ level: 'error' })

/**
 * Makes the Postgres of a data directory count, from its next start on. Nobody may serve it meanwhile.
 * @throws PostgresStartError with what Postgres said
 */
export const letStatementsBeCounted = async (dataDir: string): Promise<void> => {
  const directory = await realpath(clusterPath(join(dataDir, 'postgres')))
  const account = await serverAccount(directory, logger)
  const installed = findInstallation()
  const installation = account ? await installationFor(installed, account) : installed
  const settings = "shared_preload_libraries = 'pg_stat_statements'\n"
  await appendFile(join(directory, 'postgresql.auto.conf'), settings)
  await runAlone({ installation, account, directory, database: ROLE }, [
    'create extension pg_stat_statements',
  ])
}

/** Looks again and again at what the server has counted. */
export const startStatementCounter = (databaseUrl: string): StatementCounter => {
  const pool = connectPostgres(databaseUrl, {
    ...{ applicationName: 'bench', max: 1, logger },
  })
  const looks: { readonly at: number; readonly counted: ReadonlyMap<string, Counted> }[] = []
  const look = async (): Promise<void> => {
    const { rows } = await pool.query<Counted & { readonly id: string }>(
      `select queryid::text as id, query, calls::int as calls, total_exec_time as ms from pg_stat_statements
       where query !~ 'pg_stat_statements'`,
    )
    looks.push({ at: Date.now(), counted: new Map(rows.map(({ id, ...counted }) => [id, counted])) })
  }
  let failure: unknown
  const timer = setInterval(() => {
    look().catch((error: unknown) => (failure ??= error))
  }, EVERY_MS)
  return {
    between: (from, to) => {
      const first = looks.findLast(({ at }) => at <= from)
      const last = looks.find(({ at }) => at >= to) ?? looks.at(-1)
      if (failure !== undefined || first === undefined || last === undefined || first === last)
        throw new RangeError('Postgres was not looked at in this time', { cause: failure })
      const statements = [...last.counted].flatMap(([id, { query, calls, ms }]) => {
        const before = first.counted.get(id)
        const since = { query, calls: calls - (before?.calls ?? 0), ms: ms - (before?.ms ?? 0) }
        return since.calls > 0 ? [since] : []
      })
      return { from: first.at, to: last.at, statements }
    },
    stop: async () => {
      clearInterval(timer)
      await pool.end()
    },
  }
}
