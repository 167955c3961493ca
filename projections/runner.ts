import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { fullJitter } from '../eventstore/retry-delay.ts'
import { forgetOnceMore } from './forget-customer.ts'
import { liveGenerations } from './generations.ts'
import type { LaneDeps } from './lane.ts'
import { createLanes } from './lanes.ts'
import {
  acquireLeases,
  leaseOf,
  LEASES_CHANNEL,
  releaseLeases,
  renewLeases,
  type GenerationKey,
} from './lease.ts'
import { memberOf, type Member } from './member.ts'
import { isAborted, pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { withSession } from './session.ts'

const HEARTBEAT_MS = 1_000
const COMING_BACK = { baseMs: 100, capMs: 5_000 }

export interface Runner {
  /** Finishes the batch in hand and gives the leases back. */
  stop(): Promise<void>
}

/**
 * Keeps what is live up to date for as long as it runs, whatever fails: takes the leases that are free, renews them, and feeds
 * what it holds. Where another generation goes live, or another process takes over, it goes along with that.
 */
export const startRunner = (deps: LaneDeps, projections: readonly Projection[]): Runner => {
  const { pool, logger } = deps
  const owner = randomUUID()
  const stopping = new AbortController()
  let held: readonly Member[] = []
  let wake = new AbortController()

  const lanes = createLanes({
    ...deps,
    leaseLost: (members) => {
      held = held.filter((member) => !members.includes(member))
      wake.abort()
    },
  })

  const tick = async (session: PoolClient): Promise<void> => {
    const renewed = await renewLeases(session, owner, held.map(leaseOf))
    const kept = held.filter(({ key }) => renewed.some((other) => isSame(other, key)))
    const missing = projections.filter(
      (projection) => !kept.some((member) => member.projection === projection),
    )
    const live = await liveGenerations(session, missing)
    const leases = await acquireLeases(
      session,
      owner,
      [...live.values()].map(({ projection, number }) => ({ projection, number })),
    )
    const taken = [...live].flatMap(([projection, generation]) =>
      leases
        .filter((lease) => isSame(lease, generation))
        .map((lease) => memberOf(projection, generation.schema, lease)),
    )
    if (kept.length === held.length && taken.length === 0) return
    held = [...kept, ...taken]
    lanes.feed(held)
  }

  const keepLeases = async (session: PoolClient, lost: AbortSignal, healthy: () => void): Promise<void> => {
    session.on('notification', () => {
      wake.abort()
    })
    await session.query(`LISTEN ${LEASES_CHANNEL}`)
    while (!stopping.signal.aborted) {
      wake = new AbortController()
      await tick(session)
      await forgetOnceMore(session, projections)
      healthy()
      await pause(HEARTBEAT_MS, stopping.signal, wake.signal, lost)
    }
    await lanes.stop()
    await releaseLeases(session, owner, held.map(leaseOf))
  }

  const run = async (): Promise<void> => {
    let failures = 0
    while (!isAborted(stopping.signal)) {
      try {
        await withSession(pool, (session, lost) =>
          keepLeases(session, lost, () => {
            failures = 0
          }),
        )
      } catch (error) {
        failures += 1
        logger.warn({ err: error, failures }, 'leases of projections can not be kept at the moment')
        await pause(fullJitter(failures, COMING_BACK), stopping.signal)
      }
    }
    await lanes.stop()
  }

  const ended = run()
  return {
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

const isSame = (some: Pick<GenerationKey, 'projection' | 'number'>, other: GenerationKey): boolean =>
  some.projection === other.projection && some.number === other.number
