import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { StartError } from './start-error.ts'
import { StoppingError } from './system.ts'

export interface WaitOptions {
  /** For messages: "the Postgres at DATABASE_URL". */
  readonly what: string
  readonly logger: Logger
  /** Milliseconds until it is given up. */
  readonly withinMs: number
  /** Aborted when there is no use in waiting any more. */
  readonly signal: AbortSignal
}

/**
 * Tries until `look` succeeds: servers that are started together with this program may take longer than it.
 * @throws StartError with the last reason when that takes too long @throws StoppingError where `signal` is aborted
 */
export const waitFor = async (
  look: () => Promise<unknown>,
  { what, logger, withinMs, signal }: WaitOptions,
): Promise<void> => {
  const deadline = performance.now() + withinMs
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      await look()
      return
    } catch (error) {
      if (signal.aborted) throw new StoppingError()
      const reason = error instanceof Error ? error.message || error.name : String(error)
      if (performance.now() + pause > deadline) {
        throw new StartError(`${what} can't be reached: ${reason.replace(/\.$/, '')}.`, { cause: error })
      }
      logger.warn(`waiting for ${what}: ${reason}`)
    }
    await delay(pause, undefined, { signal }).catch(() => undefined)
  }
}
