import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { sweepClaims } from '../../projections/claims.ts'
import { sweepRevocations } from '../../supporting/accounts/revocations.ts'
import type { BlobStore } from '../../platform/blob-store.ts'
import { sweepImages } from '../../supporting/catalogue/images.ts'
import { sweep as sweepIdempotencyKeys } from '../../supporting/idempotency/idempotency.ts'
import { sweepKeyValues } from '../../supporting/key-value/postgres.ts'
import type { Part } from './system.ts'

export interface HousekeepingOptions {
  readonly pool: Pool
  readonly images: BlobStore
  readonly logger: Logger
  /** Between two rounds, in milliseconds. Default a minute. */
  readonly everyMs?: number
}

/** Removes what has expired from the shop's tables, until it is stopped. Any number of instances may do so at a time. */
export const startHousekeeping = ({ pool, images, logger, everyMs = 60_000 }: HousekeepingOptions): Part => {
  const sweeps: Readonly<Record<string, () => Promise<number>>> = {
    claims: () => sweepClaims(pool),
    idempotencyKeys: () => sweepIdempotencyKeys(pool),
    keyValues: () => sweepKeyValues(pool),
    revocations: () => sweepRevocations(pool),
    images: () => sweepImages(pool, images),
  }
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const [what, sweep] of Object.entries(sweeps)) {
        try {
          const removed = await sweep()
          if (removed > 0) logger.debug({ what, removed }, 'what has expired was removed')
        } catch (error) {
          // it is not urgent: the next round does it
          logger.warn({ what, err: error }, 'what has expired could not be removed')
        }
      }
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
