import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { EventStore } from '../eventstore/types.ts'
import type { BatchLimits } from './batches.ts'
import { ensureGenerations } from './ensure-generations.ts'
import { liveGenerations } from './generations.ts'
import { isAborted, pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { allProjections } from './projections.ts'
import { BuildTakenError, type BuildDeps } from './building.ts'
import { buildAndSwap, prepareRebuild } from './rebuild.ts'
import { startRunner } from './runner.ts'
import { projectionStatus, type ProjectionStatus } from './status.ts'

export { createWaiting, type Waiting } from './waiting.ts'
export { projectionStatus, type ProjectionStatus } from './status.ts'

export interface ProjectionsOptions {
  readonly store: Pick<EventStore, 'subscribeToAll' | 'readStream' | 'headPosition'>
  /** Up to 6 of its connections are used at a time. */
  readonly pool: Pool
  readonly logger: Logger
  readonly projections?: readonly Projection[]
  readonly limits?: Partial<BatchLimits>
  readonly retryDelaysMs?: readonly number[]
  /** Ends the waiting for read models that have to be built first. */
  readonly signal?: AbortSignal
}

export interface RunningProjections {
  /** Of every generation in the database, whoever writes it. */
  status(): Promise<ProjectionStatus[]>
  /** Finishes the batch in hand. */
  stop(): Promise<void>
}

export const BATCH_LIMITS: BatchLimits = {
  maxEvents: 2_000,
  lingerMs: 15,
  busyLingerMs: 100,
  catchUpLingerMs: 250,
}
/** For a process that does nothing else: nobody waits while it works on a large batch, which writes busy rows less often. */
export const BUILD_LIMITS: BatchLimits = { ...BATCH_LIMITS, maxEvents: 8_000 }
/** An event that can't be taken is tried again after these, then parked. */
export const RETRY_DELAYS_MS: readonly number[] = [100, 500, 2_000]

/**
 * Keeps the read models up to date. Any number of processes may do so at the same time: each read model is written by one of
 * them, and another takes over when that one is gone. A read model whose code has changed is built anew beside what is live,
 * which queries read meanwhile; where its tables have changed as well there is nothing that these queries could read before.
 *
 * @returns once every read model can be read; what happened before the first start ever is caught up on meanwhile
 */
export const startProjections = async (options: ProjectionsOptions): Promise<RunningProjections> => {
  const { store, pool, projections = allProjections } = options
  const deps: BuildDeps = {
    ...{ store, pool, logger: options.logger },
    limits: { ...BATCH_LIMITS, ...options.limits },
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  }
  const outdated = await ensureGenerations(pool, projections)
  const readable = await liveGenerations(pool, projections)
  const stopping = new AbortController()
  const abort = (): void => {
    stopping.abort()
  }
  options.signal?.addEventListener('abort', abort)
  const runner = startRunner(deps, projections)
  const rebuilt = keepRebuilding(deps, outdated, stopping.signal)
  if (outdated.some((projection) => !readable.has(projection))) await rebuilt
  return {
    status: () => projectionStatus(pool, store),
    stop: async () => {
      options.signal?.removeEventListener('abort', abort)
      abort()
      await Promise.all([rebuilt, runner.stop()])
    },
  }
}

/** Until each of them was built anew, by this process or another. */
const keepRebuilding = async (
  deps: BuildDeps,
  projections: readonly Projection[],
  signal: AbortSignal,
): Promise<void> => {
  let failures = 0
  let outdated = projections
  while (outdated.length > 0 && !isAborted(signal)) {
    const names = outdated.map(({ name }) => name)
    try {
      deps.logger.info({ projections: names }, 'read models have changed, building them anew')
      await buildAndSwap(deps, await prepareRebuild(deps.pool, outdated, { reuse: true }), signal)
      deps.logger.info({ projections: names }, 'read models were built anew')
      outdated = await ensureGenerations(deps.pool, outdated)
    } catch (error) {
      if (isAborted(signal)) return
      failures += 1
      if (error instanceof BuildTakenError)
        deps.logger.info({ projections: names }, 'another process builds them')
      else deps.logger.warn({ err: error, failures }, 'read models can not be built anew at the moment')
      await pause(fullJitter(failures, { baseMs: 500, capMs: 5_000 }), signal)
      // another process may have done it; where Postgres does not answer, the next round tells
      outdated = await ensureGenerations(deps.pool, outdated).catch(() => outdated)
    }
  }
}
