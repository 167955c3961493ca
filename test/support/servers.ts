import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { pino } from 'pino'
import { startPostgres } from '../../embedded/postgres.ts'
import { freePort } from '../../embedded/postgres/free-port.ts'
import * as containers from './containers.ts'
import { eventually } from './eventually.ts'

export { freePort }

/** A server that a test was given. `stop` leaves nothing behind, and does nothing to one that is not ours. */
export interface TestServer {
  readonly url: string
  stop(): Promise<void>
}

/**
 * An event store: the one at `ESDB_URL`; else a container of the real image where `TEST_CONTAINERS=1` and Docker
 * answers; else an embedded node in memory of the caller's own.
 *
 * Only the embedded node is empty: a test takes ids of its own and starts to read `$all` at its head.
 */
export const startEventStore = async (): Promise<TestServer> => {
  const given = process.env['ESDB_URL']
  if (given) return notOurs(given)
  if (await containers.wanted()) return notOurs(await containers.eventStoreUrl())
  // loaded only where it is used: tests of other parts do without
  const { startNode } = await import('../../embedded/eventstore-node/index.ts')
  const node = await startNode({ inMemory: true, port: 0 })
  return { url: node.connectionString, stop: () => node.close() }
}

/**
 * A database of the caller's own, empty: on the server at `DATABASE_URL`, whose role may then make databases; else in
 * a container as above; else in an embedded Postgres that all callers in this process share. `stop` drops it.
 */
export const createDatabase = async (): Promise<TestServer> => {
  const server = await postgresUrl()
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, stop: () => dropDatabase(server, name) }
}

const INSUFFICIENT_PRIVILEGE = '42501'

/** While a worker of Postgres's own vacuums it, only a superuser may end that; the worker is soon done. */
const dropDatabase = (server: string, name: string): Promise<void> =>
  eventually(async () => {
    try {
      await execute(server, `drop database if exists ${name} with (force)`)
      return true
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) return false
      throw error
    }
  }).then(() => undefined)

/** A Redis: the one at `REDIS_URL`; else a `redis-server` of the caller's own; undefined where none is installed. */
export const startRedis = async (): Promise<TestServer | undefined> => {
  const given = process.env['REDIS_URL']
  return given ? notOurs(given) : ownRedis()
}

const notOurs = (url: string): TestServer => ({ url, stop: () => Promise.resolve() })

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

let sharedPostgres: Promise<string> | undefined

const postgresUrl = async (): Promise<string> => {
  const given = process.env['DATABASE_URL']
  if (given) return given
  if (await containers.wanted()) return containers.postgresUrl()
  sharedPostgres ??= throwawayPostgres()
  return sharedPostgres
}

/** Ends with this process, however that ends, and leaves nothing behind. */
const throwawayPostgres = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
  // where root runs the tests, the server's account has to pass through
  await chmod(dataDir, 0o711)
  clearAfterwards(dataDir)
  const server = await startPostgres({
    dataDir,
    port: 0,
    logger: pino({ level: 'silent' }),
    maxConnections: 200,
    durable: false,
    mayCreateDatabases: true,
  })
  server.unref()
  process.once('exit', () => process.kill(server.pid, 'SIGQUIT'))
  return server.url
}

/** A shell that waits for the end of this process, and then removes the directory, however little of it was made. */
const clearAfterwards = (dataDir: string): void => {
  const script = `read -r _
    for _ in $(seq 100); do sleep 0.05; rm -rf "$1" && break; done`
  spawn('/bin/sh', ['-c', script, 'clear', dataDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C at the terminal is not for it
    detached: true,
  }).unref()
}

const ownRedis = async (): Promise<TestServer | undefined> => {
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'], cwd: tmpdir() })
  const ended = new Promise<void>((resolve) =>
    server.once('close', () => {
      resolve()
    }),
  )
  const ready = new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false)
    })
    server.once('exit', () => {
      resolve(false)
    })
    createInterface({ input: server.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!(await ready)) return undefined
  process.once('exit', () => server.kill('SIGKILL'))
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      server.kill('SIGTERM')
      await ended
    },
  }
}
