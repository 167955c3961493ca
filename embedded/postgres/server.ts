import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Account } from './account.ts'
import type { Installation } from './binaries.ts'
import { cannotRun, SERVER_ENVIRONMENT } from './cluster.ts'
import { PostgresEndedError, PostgresPortInUseError, PostgresStartError } from './errors.ts'
import { watch } from './watchdog.ts'

export interface ServerOptions {
  readonly installation: Installation
  readonly account: Account | undefined
  /** The data directory, without links. */
  readonly cluster: string
  readonly port: number
  readonly maxConnections: number
  /** Without it a power cut loses data: for tests. */
  readonly durable: boolean
  readonly logger: Logger
}

export interface Server {
  readonly pid: number
  /** Where its Unix socket is; undefined where there can be none. */
  readonly socketDirectory: string | undefined
  /** Ends once all sessions are closed and everything is written. */
  stop(): Promise<void>
  /** Resolves when it ends without having been told to. */
  readonly died: Promise<Error>
  /** Lets this process end while the server still runs; the server then ends a moment later. */
  unref(): void
}

/** Two cores and little memory, shared with everything else. */
const settings = (
  { port, maxConnections, durable }: ServerOptions,
  socketDirectory: string | undefined,
): string[] => {
  const onOff = durable ? 'on' : 'off'
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketDirectory ?? '',
    // for the account that runs the server, and root
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    // nobody replicates from it
    wal_level: 'minimal',
    max_wal_senders: 0,
    // no helper processes of its own for reading
    io_method: 'sync',
    jit: 'off',
    fsync: onOff,
    full_page_writes: onOff,
    synchronous_commit: onOff,
    // a statement may hold personal data
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** What a socket's address holds on every system, less the name of the file itself: `/.s.PGSQL.65535`. */
const LONGEST_SOCKET_DIRECTORY = 103 - 15

/** How long what is left of a killed server may take to notice that and go. */
const PREDECESSOR_MS = 10_000

/**
 * Starts the server and waits until it takes connections.
 *
 * @throws PostgresPortInUseError
 * @throws PostgresStartError with Postgres's own reason
 */
export const runServer = async (options: ServerOptions): Promise<Server> => {
  const deadline = Date.now() + PREDECESSOR_MS
  const { cluster } = options
  let socketDirectory = Buffer.byteLength(cluster) <= LONGEST_SOCKET_DIRECTORY ? cluster : undefined
  for (;;) {
    const outcome = await attempt(options, socketDirectory)
    if (outcome.kind === 'ready') return outcome.server
    // some file systems hold none: then loopback alone has to do
    if (socketDirectory !== undefined && /could not create any Unix-domain sockets/.test(outcome.output)) {
      socketDirectory = undefined
      continue
    }
    if (/Address already in use/.test(outcome.output)) throw new PostgresPortInUseError(options.port)
    // killed with SIGKILL, the server's own children live on for a moment
    const leftovers = /pre-existing shared memory block/.test(outcome.output)
    if (!leftovers || Date.now() > deadline) {
      throw new PostgresStartError(`The embedded Postgres did not start: ${reason(outcome.output)}.`)
    }
    await delay(50)
  }
}

type Attempt = { kind: 'ready'; server: Server } | { kind: 'failed'; output: string }

const attempt = (options: ServerOptions, socketDirectory: string | undefined): Promise<Attempt> =>
  new Promise((resolve, reject) => {
    const { installation, account, cluster, logger } = options
    const child = spawn(
      join(installation.directory, 'bin', 'postgres'),
      ['-D', cluster, ...settings(options, socketDirectory)],
      {
        ...account,
        cwd: '/',
        env: SERVER_ENVIRONMENT,
        stdio: ['ignore', 'ignore', 'pipe'],
        // Ctrl-C at the terminal is for this process, which stops its parts in order
        detached: true,
      },
    )
    child.on('error', (error) => {
      reject(cannotRun(error))
    })
    let output = ''
    let ready = false
    createInterface({ input: child.stderr }).on('line', (line) => {
      logger.debug(line)
      if (ready) return
      output += `${line}\n`
      if (!line.includes('database system is ready to accept connections')) return
      ready = true
      resolve({ kind: 'ready', server: { ...supervise(child, logger), socketDirectory } })
    })
    child.on('close', () => {
      if (!ready) resolve({ kind: 'failed', output })
    })
  })

const supervise = (child: ChildProcess, logger: Logger): Omit<Server, 'socketDirectory'> => {
  const { pid } = child
  if (pid === undefined) throw new PostgresStartError('The embedded Postgres has no process number.')
  const watchdog = watch(pid)
  let stopping = false
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      watchdog.dismiss()
      resolve()
    })
  })
  const died = new Promise<Error>((resolve) => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      resolve(new PostgresEndedError(signal ?? `exit code ${code ?? 'unknown'}`))
    })
  })
  const stop = async (): Promise<void> => {
    if (stopping) return ended
    stopping = true
    const overdue = setTimeout(() => {
      logger.warn('the embedded Postgres does not stop: it will recover at the next start')
      child.kill('SIGQUIT')
    }, 10_000)
    // fast shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
    child.kill('SIGINT')
    await ended
    clearTimeout(overdue)
  }
  const unref = (): void => {
    child.unref()
    if (child.stderr instanceof Socket) child.stderr.unref()
  }
  return { pid, stop, died, unref }
}

const reason = (output: string): string => {
  const lines = output.split('\n').filter((line) => line !== '')
  const telling =
    lines.findLast((line) => /(FATAL|PANIC|ERROR):/.test(line)) ?? lines.at(-1) ?? 'no reason given'
  return telling.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '').replace(/\.$/, '')
}
