import { readFile, rm } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { PostgresStartError } from './errors.ts'

const run = promisify(execFile)

/**
 * Makes way for a new server on a cluster that nobody else may use by now: stops the server that a killed parent left
 * behind, and removes a pid file whose number meanwhile belongs to another program, which Postgres would take for a
 * server.
 *
 * @param cluster the data directory, without links
 * @throws PostgresStartError when that server does not end
 */
export const stopOrphan = async (cluster: string, logger: Logger): Promise<void> => {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = await readPid(pidFile)
  if (pid === undefined) return
  if (await serves(pid, cluster)) {
    logger.info({ pid }, 'stopping the Postgres that an earlier run left behind')
    await end(pid, cluster)
  }
  await rm(pidFile, { force: true })
}

const readPid = async (pidFile: string): Promise<number | undefined> => {
  try {
    const [firstLine = ''] = (await readFile(pidFile, 'utf8')).split('\n')
    const pid = Number.parseInt(firstLine, 10)
    return pid > 1 ? pid : undefined
  } catch {
    // no pid file: it was shut down in order
    return undefined
  }
}

/** Whether the process with this number is a Postgres server on this cluster. */
const serves = async (pid: number, cluster: string): Promise<boolean> => {
  const command = await commandLine(pid)
  return command.includes('postgres') && command.includes(cluster)
}

const commandLine = async (pid: number): Promise<string> => {
  try {
    if (process.platform === 'linux')
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    // there is no such process
    return ''
  }
}

/** Fast shutdown, then immediate shutdown, then the end: https://www.postgresql.org/docs/current/server-shutdown.html */
const end = async (pid: number, cluster: string): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      // it went in between, or it is not ours to end: the wait below tells
    }
    for (let waited = 0; waited < 10_000; waited += 20) {
      if (!(await serves(pid, cluster))) return
      await delay(20)
    }
  }
  throw new PostgresStartError(`A Postgres of an earlier run (process ${pid}) does not end: stop it.`)
}
