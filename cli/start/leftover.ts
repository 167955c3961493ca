import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { startOf } from '../../embedded/eventstore-node/log/directory-lock.ts'
import { StartError } from './start-error.ts'

/** A child process that is written down in a file, so that it is found should this process be killed. */
export interface Record {
  /** Call it when the child has ended. */
  erase(): Promise<void>
}

/** Number and time of start together name a process for good: numbers are given again. */
const nameOf = (pid: number): string => `${pid} ${startOf(pid)}`

export const recordChild = async (file: string, pid: number): Promise<Record> => {
  await writeFile(file, nameOf(pid), { mode: 0o600 })
  return { erase: () => rm(file, { force: true }) }
}

/**
 * Ends the child that an instance which was killed left behind. It ends by itself soon after, but not soon enough for
 * who starts again at once.
 *
 * @throws StartError where it does not end
 */
export const endLeftover = async (file: string, logger: Logger): Promise<void> => {
  const name = await readName(file)
  const pid = Number(name.split(' ')[0])
  if (!Number.isSafeInteger(pid) || pid <= 1) return
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let waited = 0; waited < 5_000; waited += 20) {
      if (nameOf(pid) !== name) {
        await rm(file, { force: true })
        return
      }
      if (waited === 0) {
        logger.info({ pid, signal }, 'ending what an earlier run left behind')
        signalTo(pid, signal)
      }
      await delay(20)
    }
  }
  throw new StartError(`Process ${pid} of an earlier run does not end: stop it.`)
}

const signalTo = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // it ended in between, or is not ours to end: the caller looks again
  }
}

const readName = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    // nothing was left behind
    return ''
  }
}
