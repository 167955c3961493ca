import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { findInstallation } from '../../embedded/postgres/binaries.ts'
import { clusterPath, ROLE, SERVER_ENVIRONMENT } from '../../embedded/postgres/cluster.ts'
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

/** Makes the Postgres of a data directory count, from its next start on. Nobody may serve it meanwhile. @throws Error with what Postgres said */
export const letStatementsBeCounted = async (dataDir: string): Promise<void> => {
  const cluster = await realpath(clusterPath(join(dataDir, 'postgres')))
  const { uid, gid } = await stat(cluster)
  const account = process.getuid?.() === 0 ? { uid, gid } : undefined
  const installed = findInstallation()
  const { directory } = account ? await installationFor(installed, account) : installed
  await appendFile(join(cluster, 'postgresql.auto.conf'), "shared_preload_libraries = 'pg_stat_statements'\n")
  // the product's role may not make it, and the superuser can't sign in: a server that talks to its standard input only
  const server = spawn(join(directory, 'bin', 'postgres'), ['--single', '-D', cluster, ROLE], {
    ...account,
    ...{ cwd: '/', env: SERVER_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] },
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  server.stdout.on('data', collect)
  server.stderr.on('data', collect)
  server.stdin.end('create extension pg_stat_statements\n')
  const [code] = (await once(server, 'close')) as [number | null]
  if (code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(output))
    throw new Error(`Postgres does not count statements: ${output}`)
}

/** Looks again and again at what the server has counted. */
export const startStatementCounter = (databaseUrl: string): StatementCounter => {
  const pool = connectPostgres(databaseUrl, {
    ...{ applicationName: 'bench', max: 1, logger: pino({ level: 'error' }) },
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
