import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import type { Installation } from './binaries.ts'
import { PostgresStartError } from './errors.ts'
import { directoryFor } from './reach.ts'

/** The role that the product works as: it owns the database of the same name and may do nothing else. */
export const ROLE = 'orderstream'

/** A Postgres data directory, ready to be served. */
export interface Cluster {
  /** Without links. */
  readonly directory: string
  readonly password: string
}

export interface ClusterOptions {
  /** Where the cluster and its password are kept; made where it does not exist. */
  readonly dataDir: string
  readonly installation: Installation
  readonly account: Account | undefined
  /** Whether the role may make databases of its own, for tests. */
  readonly mayCreateDatabases: boolean
  /** See EmbeddedPostgresOptions. */
  readonly durable: boolean
  /** See reach.ts. */
  readonly commonPlace: string | undefined
}

/** Where the cluster of a data directory stands. It may be a link. */
export const clusterPath = (dataDir: string): string => join(dataDir, 'cluster')

/**
 * The cluster in `dataDir`; a new one where there is none. It gets its final name last, so that one that was killed
 * half-way is begun anew.
 *
 * The superuser can't sign in at all. The product's role has a random password, kept beside the cluster for the
 * owner's eyes only.
 *
 * @throws PostgresStartError where it can't be made
 */
export const openCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { dataDir, account } = options
  const path = clusterPath(dataDir)
  if (!existsSync(path)) await createCluster(options, path)
  const directory = await realpath(path)
  // also of one that an older version has made
  await writeFile(join(directory, 'pg_hba.conf'), WHO_MAY_CONNECT)
  return { directory, password: await readPassword(dataDir, account) }
}

const passwordPath = (dataDir: string): string => join(dataDir, 'password')

const readPassword = async (dataDir: string, account: Account | undefined): Promise<string> => {
  try {
    return (await readFile(passwordPath(dataDir), 'utf8')).trim()
  } catch (error) {
    const who = account ? 'root' : 'this user'
    throw new PostgresStartError(
      `The password of the embedded Postgres, ${passwordPath(dataDir)}, can't be read by ${who}: restore it, or remove ${dataDir} to begin anew.`,
      { cause: error },
    )
  }
}

const createCluster = async (options: ClusterOptions, path: string): Promise<void> => {
  const { dataDir, account, commonPlace } = options
  // root's account has to pass through it
  await mkdir(dataDir, { recursive: true, mode: account ? 0o711 : 0o700 })
  const password = randomBytes(24).toString('base64url')
  await writeSecret(passwordPath(dataDir), password)
  const unfinished = `${path}.unfinished`
  await discard(unfinished)
  const directory = account ? await directoryFor(unfinished, account, commonPlace) : unfinished
  await initialise(options, directory)
  await addRole(options, directory, password)
  // a link whose target was removed stands in the way
  await rm(path, { force: true })
  await rename(unfinished, path)
}

const discard = async (unfinished: string): Promise<void> => {
  if (existsSync(unfinished)) await rm(await realpath(unfinished), { recursive: true, force: true })
  await rm(unfinished, { recursive: true, force: true })
}

const writeSecret = async (path: string, secret: string): Promise<void> => {
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${secret}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The same collation on every machine, whatever locales it has: the one that is built into Postgres 17 and later. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

const initialise = async (
  { installation, account, durable }: ClusterOptions,
  directory: string,
): Promise<void> => {
  const result = await run(installation, account, 'initdb', [
    `--pgdata=${directory}`,
    '--username=postgres',
    '--auth=reject',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
    ...LOCALE,
  ])
  if (result.code !== 0) {
    throw new PostgresStartError(
      `The embedded Postgres could not be set up in ${directory}: ${lastLine(result.output)}.`,
    )
  }
}

/** See https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */
const WHO_MAY_CONNECT = [
  '# database user address method',
  `local all ${ROLE} scram-sha-256`,
  `host all ${ROLE} 127.0.0.1/32 scram-sha-256`,
  '',
].join('\n')

/**
 * Removes the sockets of servers that were killed. Each has a file beside it with the number of its process; where another one has
 * that number by now, Postgres would not start. Nobody may serve the cluster meanwhile.
 */
export const removeSockets = async ({ directory }: Pick<Cluster, 'directory'>): Promise<void> => {
  const sockets = (await readdir(directory)).filter((file) => file.startsWith('.s.PGSQL.'))
  await Promise.all(sockets.map((file) => rm(join(directory, file), { force: true })))
}

const addRole = async (
  { installation, account, mayCreateDatabases, durable }: ClusterOptions,
  directory: string,
  password: string,
): Promise<void> => {
  const commands = [
    `create role ${ROLE} login password '${password}' ${mayCreateDatabases ? 'createdb' : ''}`,
    `create database ${ROLE} owner ${ROLE}`,
  ]
  const settings = ['-c', 'log_min_error_statement=panic', '-c', `fsync=${durable ? 'on' : 'off'}`]
  await runAlone({ installation, account, directory, database: 'postgres', settings }, commands)
}

export interface AloneOptions extends Pick<ClusterOptions, 'installation' | 'account'> {
  /** Of the cluster, without links. */
  readonly directory: string
  readonly database: string
  /** Parameters of the server. */
  readonly settings?: readonly string[]
}

/**
 * Does what only the superuser may, who can't sign in: by a server that talks to its standard input alone, one command a line. Nobody
 * may serve the cluster meanwhile.
 * @throws PostgresStartError with what Postgres said
 */
export const runAlone = async (
  { installation, account, directory, database, settings = [] }: AloneOptions,
  commands: readonly string[],
): Promise<void> => {
  const single = ['--single', '-D', directory, ...settings, database]
  const result = await run(installation, account, 'postgres', single, `${commands.join('\n')}\n`)
  if (result.code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(result.output)) {
    throw new PostgresStartError(
      `The embedded Postgres could not be set up in ${directory}: ${lastLine(result.output)}.`,
    )
  }
}

const lastLine = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const telling =
    lines.findLast((line) => /(error|FATAL|PANIC|ERROR):/.test(line)) ?? lines.at(-1) ?? 'no reason given'
  return telling.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, '').replace(/\.$/, '')
}

/** Nothing of our own environment, which holds secrets; messages in English, since they are read. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' } as const

const run = async (
  { directory }: Installation,
  account: Account | undefined,
  program: 'initdb' | 'postgres',
  parameters: readonly string[],
  input = '',
): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(directory, 'bin', program), parameters, {
      ...account,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => {
      reject(cannotRun(error))
    })
    child.on('close', (code) => {
      resolve({ code, output })
    })
    child.stdin.on('error', () => {
      // it ended before it read all: `close` tells how
    })
    child.stdin.end(input)
  })

/** The binaries are there but the system can't run them. */
export const cannotRun = (error: Error): PostgresStartError =>
  new PostgresStartError(
    'The embedded Postgres can not be run on this system, which may lack the GNU C library: set DATABASE_URL.',
    { cause: error },
  )
