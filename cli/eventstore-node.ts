import { parseArgs } from 'node:util'
import {
  CertificateError,
  DataDirectoryInUseError,
  DEFAULT_PROJECTIONS,
  LogDamagedError,
  startNode,
  SYSTEM_PROJECTION_NAMES,
  UnsafeExposureError,
  type AuthOptions,
  type CertificateFiles,
  type EventStoreNode,
} from '../embedded/eventstore-node/index.ts'
import { giveBackMemoryWhenIdle } from '../platform/idle-memory.ts'
import { UsageError } from './eventstore-node/subcommand.ts'
import { runSubcommand, subcommandOf } from './eventstore-node/subcommands.ts'

const USAGE = `Usage: eventstore-node (--data DIR | --in-memory) [options]
       eventstore-node backup | verify | export | import [--help]

An event store node for development and tests. It serves EventStoreDB's gRPC services to the official client.

  --data DIR          keep events in DIR
  --in-memory         keep events in memory only
  --port PORT         port to listen on (2113; 0 takes a free one)
  --host HOST         address to listen on (127.0.0.1)
  --run-projections none|system
                      with EventStoreDB's system projections (system), or without any
  --start-projections all|none|NAME,…
                      those that run where nobody has enabled or disabled them yet ($by_category)
  --tls-cert FILE     serve TLS with this certificate (PEM, with those of who signed it)
  --tls-key FILE      and this key of it (PEM); both are read again on SIGHUP
  --auth              ask callers for user name and password, honour access control lists;
                      admin and ops get the passwords in EVENTSTORE_DEFAULT_ADMIN_PASSWORD and
                      EVENTSTORE_DEFAULT_OPS_PASSWORD, or made-up ones that are shown once
  --allow-anonymous-stream-access
                      let callers without a name use streams that are open to everybody
  --insecure          serve other machines without TLS or without --auth
  --keep-alive-interval MS, --keep-alive-timeout MS
                      ask a silent client after MS whether it is there (10000), and end its calls
                      where no answer comes within MS (10000)
  --chunk-size BYTES  begin a new file of the log after so many bytes (33554432)
  --exit-with-parent  end when the process that started this one is gone
  --help              show this text`

interface Arguments {
  readonly dataDir: string | undefined
  readonly inMemory: boolean
  readonly host: string
  readonly port: number
  readonly runProjections: 'none' | 'system'
  readonly startProjections: readonly string[]
  readonly tls: CertificateFiles | undefined
  readonly auth: AuthOptions | undefined
  readonly insecure: boolean
  readonly segmentLength: number | undefined
  readonly keepAliveInterval: number | undefined
  readonly keepAliveTimeout: number | undefined
  readonly exitWithParent: boolean
  readonly help: boolean
}

function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      data: { type: 'string' },
      'in-memory': { type: 'boolean', default: false },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '2113' },
      'run-projections': { type: 'string', default: 'system' },
      'start-projections': { type: 'string', default: DEFAULT_PROJECTIONS.join(',') },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      auth: { type: 'boolean', default: false },
      'allow-anonymous-stream-access': { type: 'boolean', default: false },
      insecure: { type: 'boolean', default: false },
      'keep-alive-interval': { type: 'string' },
      'keep-alive-timeout': { type: 'string' },
      'chunk-size': { type: 'string' },
      'exit-with-parent': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65535) throw new UsageError(`--port: '${values.port}' is no port.`)
  const inMemory = values['in-memory']
  if (!values.help && (values.data === undefined) !== inMemory) {
    throw new UsageError('Give either --data DIR or --in-memory.')
  }
  const runProjections = values['run-projections']
  if (runProjections !== 'none' && runProjections !== 'system')
    throw new UsageError(`--run-projections: '${runProjections}' is neither 'none' nor 'system'.`)
  return {
    runProjections,
    startProjections: projectionsOf(values['start-projections']),
    dataDir: values.data,
    inMemory,
    host: values.host,
    port,
    tls: certificateFilesOf(values['tls-cert'], values['tls-key']),
    auth: values.auth ? authOf(values['allow-anonymous-stream-access']) : undefined,
    insecure: values.insecure,
    segmentLength: wholeNumberOf('--chunk-size', 'bytes', values['chunk-size'], CHUNK_SIZE),
    keepAliveInterval: wholeNumberOf(
      '--keep-alive-interval',
      'milliseconds',
      values['keep-alive-interval'],
      KEEP_ALIVE,
    ),
    keepAliveTimeout: wholeNumberOf(
      '--keep-alive-timeout',
      'milliseconds',
      values['keep-alive-timeout'],
      KEEP_ALIVE,
    ),
    exitWithParent: values['exit-with-parent'],
    help: values.help,
  }
}

function certificateFilesOf(cert: string | undefined, key: string | undefined): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw new UsageError('--tls-key needs --tls-cert.')
  if (key === undefined) throw new UsageError('--tls-cert needs --tls-key.')
  return { cert, key }
}

/** What is allowed, both ends included. */
type Range = readonly [least: number, most: number]
const CHUNK_SIZE: Range = [4096, 1 << 30]
const KEEP_ALIVE: Range = [1, 86_400_000]

function wholeNumberOf(
  option: string,
  unit: string,
  given: string | undefined,
  [least, most]: Range,
): number | undefined {
  if (given === undefined) return undefined
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN
  if (!(value >= least && value <= most))
    throw new UsageError(`${option}: '${given}' is no number of ${unit} from ${least} to ${most}.`)
  return value
}

/** Passwords come by the environment: others on the machine can read command lines. */
function authOf(allowAnonymousStreamAccess: boolean): AuthOptions {
  const { EVENTSTORE_DEFAULT_ADMIN_PASSWORD: admin, EVENTSTORE_DEFAULT_OPS_PASSWORD: ops } = process.env
  const given = (password: string | undefined): string | undefined => (password === '' ? undefined : password)
  return { allowAnonymousStreamAccess, initialPasswords: { admin: given(admin), ops: given(ops) } }
}

function projectionsOf(list: string): readonly string[] {
  if (list === 'all') return SYSTEM_PROJECTION_NAMES
  const names = list === 'none' ? [] : list.split(',')
  const unknown = names.find((name) => !SYSTEM_PROJECTION_NAMES.includes(name))
  if (unknown !== undefined)
    throw new UsageError(
      `--start-projections: '${unknown}' is none of ${SYSTEM_PROJECTION_NAMES.join(', ')}.`,
    )
  return names
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** One sentence on what went wrong, for the errors that a person can do something about. */
function sentenceOf(error: unknown, { host, port }: Pick<Arguments, 'host' | 'port'>): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof UnsafeExposureError)
    return `${error.message.replace('(insecure)', '(--insecure)')} See --tls-cert, --tls-key and --auth.`
  if (
    error instanceof UsageError ||
    error instanceof CertificateError ||
    error instanceof DataDirectoryInUseError ||
    error instanceof LogDamagedError
  ) {
    return error.message
  }
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is in use by another program.`
  if (code === 'EACCES') return `No permission: ${error.message}`
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine.`
  return error.message
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** Ends in order on Ctrl-C, when asked to terminate, and when the process that started this one is gone. */
function endInOrder(node: EventStoreNode, exitWithParent: boolean): () => void {
  const end = (): void => {
    node.close().then(
      () => process.exit(0),
      (error: unknown) => fail(String(error)),
    )
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (process.send !== undefined) process.once('disconnect', end)
  if (exitWithParent) watchParent(end)
  return end
}

const PARENT_CHECK = 500

/** A process whose parent ends is given another one. */
function watchParent(gone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    gone()
  }, PARENT_CHECK)
  timer.unref()
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const subcommand = subcommandOf(args)
  if (subcommand !== undefined) {
    process.exitCode = await runSubcommand(subcommand, args.slice(1)).catch((error: unknown) =>
      fail(sentenceOf(error, { host: '', port: 0 })),
    )
    return
  }
  const parsed = tryReadArguments()
  if (parsed.help) {
    say(USAGE)
    return
  }
  const { dataDir, exitWithParent, tls } = parsed
  let end = (): void => undefined
  const node = await startNode({
    ...parsed,
    log: say,
    onShutdown: () => {
      end()
    },
  }).catch((error: unknown) => fail(sentenceOf(error, parsed)))
  end = endInOrder(node, exitWithParent)
  giveBackMemoryWhenIdle()
  say(`Event store node on ${node.connectionString}, events in ${dataDir ?? 'memory'}.`)
  say('For development and tests: one node, no replacement for an EventStoreDB cluster.')
  say(securityOf(parsed))
  sayPasswords(node)
  if (tls !== undefined) reloadOnHangUp(node)
  process.send?.({ type: 'listening', port: node.port })
}

const securityOf = ({ tls, auth }: Arguments): string =>
  `${tls === undefined ? 'No TLS' : 'TLS'}, ${auth === undefined ? 'no passwords: everybody who reaches it may do everything' : 'callers need a user name and password'}.`

/** Not by the log: nobody but whoever started the node for the first time is to see them. */
function sayPasswords({ madePasswords }: EventStoreNode): void {
  for (const [login, password] of Object.entries(madePasswords))
    say(`Password of ${login}, shown this once: ${String(password)}`)
}

function reloadOnHangUp(node: EventStoreNode): void {
  process.on('SIGHUP', () => {
    try {
      node.reloadCertificate()
      say('The certificate was read again: new connections are served with it.')
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      process.stderr.write(`${error.message} The one before goes on to be served.\n`)
    }
  })
}

function tryReadArguments(): Arguments {
  try {
    return readArguments(process.argv.slice(2))
  } catch (error) {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
    if (!isUsage) throw error
    // parseArgs explains at length how to pass values that begin with a dash
    return fail(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.`)
  }
}

await main()
