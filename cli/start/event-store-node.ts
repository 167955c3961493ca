import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Logger } from 'pino'
import { endLeftover, recordChild } from './leftover.ts'
import { StartError } from './start-error.ts'
import type { Part } from './system.ts'

export interface EventStoreNodeProcess extends Part {
  readonly connectionString: string
  readonly port: number
}

export interface EventStoreNodeOptions {
  readonly dataDir: string
  /** 0 for any free one. */
  readonly port: number
  readonly logger: Logger
}

/** The same program in development and in production: this file's name tells which of the two runs. */
const PROGRAM = new URL(
  `../eventstore-node${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

/**
 * Starts the embedded event store node in a process of its own, on loopback, and waits until it listens. It ends with
 * this process, however this one ends.
 *
 * @throws StartError with the node's own reason
 */
export const startEventStoreNode = async ({
  dataDir,
  port,
  logger,
}: EventStoreNodeOptions): Promise<EventStoreNodeProcess> => {
  const pidFile = join(dataDir, 'eventstore.pid')
  await endLeftover(pidFile, logger)
  const child = fork(PROGRAM, ['--data', join(dataDir, 'eventstore'), '--port', String(port)], {
    // the loader that runs this process runs the node too
    execArgv: process.execArgv.filter((argument) => !argument.startsWith('--inspect')),
    env: withoutSecrets(process.env),
    // Ctrl-C at the terminal is for this process, which stops its parts in order
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const errors = logLines(child, logger)
  const listening = await Promise.race([nextPort(child), ended(child)])
  if (typeof listening !== 'number') throw new StartError(sentenceOf(errors.at(-1), port, listening.sentence))
  const record = await recordChild(pidFile, child.pid ?? 0)
  return {
    ...supervise(child, errors, () => record.erase()),
    port: listening,
    connectionString: urlOf(listening),
  }
}

/** The configuration is not the node's business: only what Node itself reads is handed on. */
const withoutSecrets = ({
  NODE_OPTIONS,
  NODE_V8_COVERAGE,
  TMPDIR,
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  NODE_OPTIONS,
  NODE_V8_COVERAGE,
  TMPDIR,
})

const urlOf = (port: number): string => `esdb://127.0.0.1:${port}?tls=false`

/** What it says goes to the log; what it complains of is kept as well. */
const logLines = (child: ChildProcess, logger: Logger): string[] => {
  const errors: string[] = []
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      logger.debug(line)
    })
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      logger.warn(line)
      errors.push(line)
      if (errors.length > 20) errors.shift()
    })
  }
  return errors
}

const nextPort = async (child: ChildProcess): Promise<number> => {
  const [message] = (await once(child, 'message')) as [unknown]
  if (
    typeof message !== 'object' ||
    message === null ||
    !('port' in message) ||
    typeof message.port !== 'number'
  ) {
    throw new Error('The event store node said something else than its port')
  }
  return message.port
}

/** `close` comes once all that it wrote was read. */
const ended = (child: ChildProcess): Promise<{ readonly sentence: string }> =>
  new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ sentence: error.message })
    })
    child.once('close', (code, signal) => {
      resolve({ sentence: signal ?? `exit code ${code ?? 'unknown'}` })
    })
  })

const sentenceOf = (complaint: string | undefined, port: number, how: string): string => {
  if (complaint?.startsWith(`Port ${port} `) && complaint.includes('in use')) {
    return `Port ${port}, meant for the embedded event store node, is in use: stop what uses it or set EVENTSTORE_PORT.`
  }
  return `The embedded event store node did not start: ${(complaint ?? how).replace(/\.$/, '')}.`
}

const supervise = (child: ChildProcess, errors: readonly string[], onEnd: () => Promise<void>): Part => {
  let stopping = false
  const gone = ended(child)
  const died = new Promise<Error>((resolve) => {
    void gone.then(({ sentence }) => {
      if (stopping) return
      const reason = errors.at(-1) ?? sentence
      resolve(new StartError(`The embedded event store node ended by itself: ${reason.replace(/\.$/, '')}.`))
    })
  })
  return {
    died,
    stop: async () => {
      stopping = true
      child.kill('SIGTERM')
      await gone
      await onEnd()
    },
  }
}
