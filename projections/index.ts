import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../eventstore/types.ts'
import type { BatchLimits } from './batches.ts'
import { ensureGenerations } from './generations.ts'
import type { Projection } from './projection.ts'
import { allProjections } from './projections.ts'
import { startRunner } from './runner.ts'
import { projectionStatus, type ProjectionStatus } from './status.ts'

export { createWaiting, type Waiting } from './waiting.ts'
export type { ProjectionStatus } from './status.ts'

export interface ProjectionsOptions {
  readonly store: Pick<EventStore, 'subscribeToAll' | 'readStream' | 'headPosition'>
  /** Up to 4 of its connections are used at a time. */
  readonly pool: Pool
  readonly logger: Logger
  readonly projections?: readonly Projection[]
  readonly limits?: Partial<BatchLimits>
  readonly retryDelaysMs?: readonly number[]
}

export interface RunningProjections {
  /** Of every generation in the database, whoever writes it. */
  status(): Promise<ProjectionStatus[]>
  /** Finishes the batch in hand. */
  stop(): Promise<void>
}

const LIMITS: BatchLimits = { maxEvents: 2_000, lingerMs: 15 }
/** An event that can't be taken is tried again after these, then parked. */
const RETRY_DELAYS_MS = [100, 500, 2_000]

/**
 * Keeps the read models up to date. Any number of processes may do so at the same time: each read model is written by one of
 * them, and another takes over when that one is gone.
 * @returns once the tables are there; what happened before is caught up on meanwhile
 */
export const startProjections = async (options: ProjectionsOptions): Promise<RunningProjections> => {
  const { store, pool, projections = allProjections } = options
  await ensureGenerations(pool, projections)
  const runner = startRunner(
    {
      ...{ store, pool, logger: options.logger.child({ room: 'projections' }) },
      limits: { ...LIMITS, ...options.limits },
      retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
    },
    projections,
  )
  return { status: () => projectionStatus(pool, store), stop: () => runner.stop() }
}
