import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { fullJitter } from '../eventstore/retry-delay.ts'
import { createBookkeeping } from './bookkeeping.ts'
import {
  BuildTakenError,
  haveCaughtUp,
  indexAll,
  withBuild,
  type Build,
  type BuildDeps,
  type Targets,
} from './building.ts'
import { fingerprintsOf } from './ensure-generations.ts'
import { createGeneration, listGenerations, revive, type Generation } from './generations.ts'
import { LeaseLostError } from './member.ts'
import { isAborted, pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { shapeOf } from './read-schema.ts'
import { withSession } from './session.ts'
import { dropOutdated, swap } from './swap.ts'
import { inTransaction } from '../platform/transaction.ts'

/** There is nothing to go back to. */
export class NoPreviousGenerationError extends Error {
  override readonly name = 'NoPreviousGenerationError'
  readonly projection: string

  constructor(projection: string) {
    super(`No generation of ${projection} with the tables of today is kept from before`)
    this.projection = projection
  }
}

/**
 * New, empty tables for each projection, beside what is live; or those that an earlier run of the same code began and did not
 * finish, to go on with.
 * @param reuse also what the same code made and had live before: only what happened since is missing there
 */
export const prepareRebuild = async (
  pool: Pool,
  projections: readonly Projection[],
  { reuse }: { readonly reuse: boolean },
): Promise<Targets> => {
  const fingerprints = await fingerprintsOf(projections)
  return inTransaction(pool, async (client) => {
    await createBookkeeping(client)
    const generations = await listGenerations(client, projections)
    const targets = new Map<Projection, Generation>()
    for (const projection of projections) {
      const fingerprint = fingerprints.get(projection) ?? ''
      const own = generations.filter(
        (generation) => generation.projection === projection.name && generation.fingerprint === fingerprint,
      )
      const begun = own.find(({ state }) => state === 'building')
      const kept = reuse ? own.find(({ state }) => state === 'previous') : undefined
      const target = begun ?? (kept && (await revive(client, kept)))
      targets.set(projection, target ?? (await createGeneration(client, projection, fingerprint)))
    }
    return targets
  })
}

/**
 * The generation that was live before, to be built on with this code and then swapped in.
 * @throws NoPreviousGenerationError
 */
export const prepareRollback = async (pool: Pool, projections: readonly Projection[]): Promise<Targets> =>
  inTransaction(pool, async (client) => {
    await createBookkeeping(client)
    const generations = await listGenerations(client, projections)
    const targets = new Map<Projection, Generation>()
    for (const projection of projections) {
      const previous = generations.find(
        ({ projection: name, state, shape }) =>
          name === projection.name && state === 'previous' && shape === shapeOf(projection),
      )
      if (previous === undefined) throw new NoPreviousGenerationError(projection.name)
      targets.set(projection, await revive(client, previous))
    }
    return targets
  })

const COMING_BACK = { baseMs: 100, capMs: 5_000 }
const BEFORE_NEXT_SWAP_MS = 100

/**
 * Fills the targets from the beginning of `$all`, or from where an earlier run stopped, until they have all that is live, and
 * has queries read them. What was live before is kept for a rollback, what is older is removed. Goes on after any failure.
 *
 * @throws BuildTakenError
 * @throws Error where `signal` is aborted: everything is kept, to go on another time
 */
export const buildAndSwap = async (deps: BuildDeps, targets: Targets, signal: AbortSignal): Promise<void> => {
  const owner = randomUUID()
  let failures = 0
  for (;;) {
    signal.throwIfAborted()
    try {
      await withSession(deps.pool, (session, lost) =>
        withBuild(deps, targets, { session, owner, lost, signal }, (build) =>
          fillAndSwap(deps, build, signal),
        ),
      )
      return
    } catch (error) {
      if (error instanceof LeaseLostError) throw new BuildTakenError(targets)
      if (error instanceof BuildTakenError || isAborted(signal)) throw error
      failures += 1
      deps.logger.warn({ err: error, failures }, 'rebuild interrupted, going on from the last checkpoint')
      await pause(fullJitter(failures, COMING_BACK), signal)
    }
  }
}

const fillAndSwap = async (
  { pool }: BuildDeps,
  { members, lanes, during, tell }: Build,
  signal: AbortSignal,
): Promise<void> => {
  lanes.feed(members)
  await during('loading', () => haveCaughtUp(members))
  await lanes.stop()

  let indexed = false
  const indexes = indexAll(pool, members).finally(() => {
    indexed = true
  })
  await Promise.all([indexes, during('indexing', () => indexed)])

  lanes.feed(members)
  await during('catching up', () => haveCaughtUp(members))
  while (!(await swap(pool, members, signal))) {
    await pause(BEFORE_NEXT_SWAP_MS, signal)
    await during('catching up', () => haveCaughtUp(members))
  }
  await lanes.stop()
  await dropOutdated(pool, members)
  await tell('live')
}
