import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { copyTemplate } from './copy-template.ts'
import { eventually } from './eventually.ts'
import { programOf } from './program.ts'

/** The whole product, started as a person starts it, on free ports. */
export interface Orderstream {
  readonly process: ChildProcess
  readonly pid: number
  /** All that it has written so far. */
  readonly output: () => string
  /** Everything that it has written to standard error so far. */
  readonly complaints: () => string
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Address of the API, once it is ready. @throws Error with its output where it ends before that */
  readonly ready: () => Promise<string>
}

export interface StartOptions {
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a variable of the tests' own environment must not decide. */
const CLEAN = {
  ESDB_URL: '',
  DATABASE_URL: '',
  REDIS_URL: '',
  LOG_LEVEL: '',
  LOG_FORMAT: '',
  DEMO: '',
  HOST: '',
}

export const startOrderstream = ({ dataDir, env = {}, args = [] }: StartOptions): Orderstream => {
  const child = spawn(process.execPath, [...programOf('cli/start.ts'), ...args], {
    cwd: root,
    env: {
      ...process.env,
      ...CLEAN,
      ...{ PORT: '0', EVENTSTORE_PORT: '0', POSTGRES_PORT: '0', DATA_DIR: dataDir },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // a process group of its own, as a shell gives each of its jobs
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error('It could not be started')
  let output = ''
  let complaints = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  return {
    process: child,
    pid,
    output: () => output,
    complaints: () => complaints,
    ended,
    ready: async () => {
      const found = await eventually(
        () => {
          const [, url] = / (?:API|Health) +(http:\S+?)(?:\/api\/v1|\/health\/ready)\n/.exec(output) ?? []
          if (url !== undefined) return { url }
          return child.exitCode !== null || child.signalCode !== null ? { url: undefined } : false
        },
        { withinMs: 60_000 },
      )
      if (found.url === undefined) throw new Error(`It ended before it was ready:\n${output}${complaints}`)
      return found.url
    },
  }
}

/** A process as the system lists it. */
export interface ListedProcess {
  readonly pid: number
  readonly command: string
}

/**
 * The processes that work on a data directory, whoever started them; those that have ended but were not yet collected
 * are not among them.
 */
export const processesOn = async (dataDir: string): Promise<ListedProcess[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,stat=,args='], { maxBuffer: 1 << 24 })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, state, command] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined || command === undefined || state?.startsWith('Z')) return []
    return command.includes(dataDir) ? [{ pid: Number(pid), command }] : []
  })
}

/**
 * A directory for the data of one instance. `remove` ends what still works on it; `openedBefore` lets it be, where that is quicker, the
 * second start and not the first.
 */
export const temporaryDataDir = async (): Promise<{
  readonly path: string
  openedBefore(): Promise<void>
  remove(): Promise<void>
}> => {
  const folder = await mkdtemp(join(tmpdir(), 'orderstream-start-'))
  await chmod(folder, 0o711)
  const path = join(folder, 'data')
  return {
    path,
    openedBefore: async () => {
      await mkdir(path)
      await copyTemplate(path)
    },
    remove: async () => {
      for (const { pid } of await processesOn(path)) process.kill(pid, 'SIGKILL')
      await eventually(async () => (await processesOn(path)).length === 0)
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}
