import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { sweepRevocations } from './accounts/revocations.ts'
import { sweep as sweepIdempotencyKeys } from './idempotency/idempotency.ts'
import { sweepKeyValues } from './key-value/postgres.ts'

/** Removes everything whose time is over. Any number of instances may do so. Returns how much it was. */
export const sweepAll = async (pool: Pool): Promise<number> =>
  (await sweepIdempotencyKeys(pool)) + (await sweepKeyValues(pool)) + (await sweepRevocations(pool))

export interface HousekeepingOptions {
  readonly pool: Pool
  readonly logger: Logger
  /** Default: a minute. */
  readonly everyMs?: number
}

/** Sweeps now and then, until it is stopped. */
export const startHousekeeping = ({
  pool,
  logger,
  everyMs = 60_000,
}: HousekeepingOptions): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController()
  const keepHouse = async (): Promise<void> => {
    for (;;) {
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      if (stopping.signal.aborted) return
      try {
        const swept = await sweepAll(pool)
        logger.debug({ swept }, 'what had expired was removed')
      } catch (error) {
        logger.warn({ err: error }, 'what has expired can not be removed')
      }
    }
  }
  const keeping = keepHouse()
  return {
    stop: async () => {
      stopping.abort()
      await keeping
    },
  }
}
