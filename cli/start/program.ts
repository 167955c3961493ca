import { inspect } from 'node:util'
import { PostgresEndedError, PostgresStartError } from '../../embedded/postgres.ts'
import { ConfigError } from '../../platform/config.ts'
import { MigrationError } from '../../platform/postgres.ts'
import { StartError, systemCode } from './start-error.ts'
import { StoppingError } from './system.ts'

/** A terminal's Ctrl-C reaches a program that npm runs twice: from the terminal and passed on by npm. */
const ECHO_MS = 500

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program that ends by itself or when `signal` is aborted: by the first SIGINT, SIGTERM or SIGHUP. A second one
 * ends it at once. So does, in order, whoever closes the pipe of its output (`… | head`). The exit code is 0 for an end in order, `failureCode` for a failure that does not say another one, 130 for one
 * that was forced.
 */
export const runProgram = async (
  run: (signal: AbortSignal) => Promise<void>,
  { failureCode = 1 }: { readonly failureCode?: number } = {},
): Promise<never> => {
  const stop = new AbortController()
  let failure: unknown
  let toldAt: number | undefined
  const unheard = new AbortController()
  for (const name of SIGNALS) {
    process.on(name, () => {
      const now = performance.now()
      toldAt ??= now
      if (now - toldAt > ECHO_MS) process.exit(130)
      stop.abort()
    })
  }
  // whoever read what is told here has gone (a closed terminal, `| head`): as with SIGHUP, that is the end in order
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      unheard.abort()
      stop.abort()
    })
  }
  // a bug: nothing can be relied on any more, but what was started can still be stopped
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      failure ??= error
      report(error)
      stop.abort()
    })
  }
  try {
    await run(stop.signal)
  } catch (error) {
    // what is interrupted because nobody listens any more is no failure
    const isInterrupted = unheard.signal.aborted && (systemCode(error) === 'EPIPE' || isForPeople(error))
    if (!(error instanceof StoppingError) && !isInterrupted) {
      failure ??= error
      report(error)
    }
  }
  process.exit(failure === undefined ? 0 : exitCodeOf(failure, failureCode))
}

const exitCodeOf = (failure: unknown, otherwise: number): number =>
  (failure instanceof StartError ? failure.exitCode : undefined) ?? otherwise

/** One sentence for what a person can put right, everything that is known for the rest. */
const report = (error: unknown): void => {
  process.stderr.write(isForPeople(error) ? `orderstream: ${error.message}\n` : `${inspect(error)}\n`)
}

const isForPeople = (error: unknown): error is Error =>
  [StartError, ConfigError, PostgresStartError, PostgresEndedError, MigrationError].some(
    (kind) => error instanceof kind,
  )
