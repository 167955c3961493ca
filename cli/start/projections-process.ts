import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Config } from '../../platform/config.ts'
import { StartError } from './start-error.ts'
import type { Part } from './system.ts'

/** All that the process has to know. It goes over the channel between the two, not into an environment that others can read. */
export interface ProjectionsOrder {
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  readonly config: Pick<Config, 'dataDir' | 'postgres' | 'masterKeys' | 'log' | 'shutdownSeconds'>
}

/** The same program in development and in production: this file's name tells which of the two runs. */
const PROGRAM = new URL(
  `../projections-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

/**
 * Keeps the read models up to date in a process of its own, so that a second core is used: it decodes every event, and writes rows,
 * while this one answers requests. It ends with this process, however this one ends.
 *
 * @returns once every read model can be read
 * @throws StartError where it ends before that; it has said why
 */
export const startProjectionsProcess = async (order: ProjectionsOrder): Promise<Part> => {
  // its argument only says whose it is, for whoever looks at a list of processes
  const child = fork(PROGRAM, [order.config.dataDir], {
    // the loader that runs this process runs that one too
    execArgv: process.execArgv.filter((argument) => !argument.startsWith('--inspect')),
    // Ctrl-C at the terminal is for this process, which stops its parts in order
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  let isStopping = false
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? `exit code ${String(code)}`))
  const died = ended.then((how) =>
    isStopping
      ? new Promise<never>(() => undefined)
      : new StartError(`The process that keeps the read models up to date ended by itself: ${how}.`),
  )
  child.send(order)
  const failure = await Promise.race([once(child, 'message').then(() => undefined), died])
  if (failure !== undefined) throw failure
  return {
    died,
    stop: async () => {
      isStopping = true
      child.kill('SIGTERM')
      await ended
    },
  }
}
