import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'
import { isRunning } from './processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The whole program in processes of its own, as `npm start` runs it, on free ports. */
export interface RunningShop {
  /** Of the API, with its version: `http://127.0.0.1:12345/api/v1`. */
  readonly url: string
  readonly pid: number
  /** Everything it has written so far. */
  readonly output: () => string
  /** SIGKILL to every process of the tree at once. */
  readonly killAll: () => Promise<void>
  /** As Ctrl-C does. Resolves with the exit code. */
  readonly stop: () => Promise<number | null>
}

/** Processes that descend from `pid`, itself among them. */
export const processTree = (pid: number): number[] => {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]))
    } catch {
      // it has ended since the folder was listed
    }
  }
  const children = (of: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === of ? [child, ...children(child)] : []))
  return [pid, ...children(pid)]
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode)
    else child.once('exit', resolve)
  })

/** Starts it and waits until it answers. @throws where it ends first, with what it has said */
export const startShop = async (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningShop> => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/start.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: dataDir,
      PORT: '0',
      EVENTSTORE_PORT: '0',
      POSTGRES_PORT: '0',
      LOG_LEVEL: 'warn',
      RATE_LIMITS: 'off',
      ...env,
    },
  })
  let output = ''
  const pid = child.pid
  if (pid === undefined) throw new Error('the program could not be started')
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
      const announced = /^ *API +(http\S+)$/m.exec(output)?.[1]
      if (announced !== undefined) resolve(announced)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => {
      reject(new Error(`the program ended with ${code ?? 'a signal'} before it was ready:\n${output}`))
    })
  })
  return {
    url,
    pid,
    output: () => output,
    killAll: async () => {
      const tree = processTree(pid)
      for (const member of tree) if (isRunning(member)) process.kill(member, 'SIGKILL')
      await eventually(() => tree.every((member) => !isRunning(member)))
    },
    stop: async () => {
      child.kill('SIGINT')
      return ended(child)
    },
  }
}
