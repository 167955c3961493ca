import { readdirSync, readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { copyTemplate } from './copy-template.ts'
import { eventually } from './eventually.ts'
import { startOrderstream } from './orderstream.ts'
import { isRunning } from './processes.ts'

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

/**
 * Starts it on a directory that exists and waits until it answers. Where that is empty the demo shop may be a copy of one that was opened
 * before: whoever tests how it comes about uses startOrderstream. @throws where it ends first, with what it has said
 */
export const startShop = async (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningShop> => {
  // where root runs the tests, the account of the embedded Postgres has to pass through
  await chmod(dataDir, 0o711)
  await copyTemplate(dataDir)
  const shop = startOrderstream({ dataDir, env: { LOG_LEVEL: 'warn', RATE_LIMITS: 'off', ...env } })
  return {
    url: `${await shop.ready()}/api/v1`,
    pid: shop.pid,
    output: () => `${shop.output()}${shop.complaints()}`,
    killAll: async () => {
      const tree = processTree(shop.pid)
      for (const member of tree) if (isRunning(member)) process.kill(member, 'SIGKILL')
      await eventually(() => tree.every((member) => !isRunning(member)))
    },
    stop: async () => {
      shop.process.kill('SIGINT')
      return (await shop.ended).code
    },
  }
}
