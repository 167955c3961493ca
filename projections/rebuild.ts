import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { EventStore, Position } from '../eventstore/types.ts'
import { createBookkeeping } from './bookkeeping.ts'
import { fingerprintsOf } from './ensure-generations.ts'
import { buildIndexes, createGeneration, listGenerations, revive, type Generation } from './generations.ts'
import type { LaneDeps } from './lane.ts'
import { createLanes } from './lanes.ts'
import { acquireLeases, leaseOf, releaseLeases, renewLeases } from './lease.ts'
import { isAfter, LeaseLostError, memberOf, type Member } from './member.ts'
import { isAborted, pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { shapeOf } from './read-schema.ts'
import { withSession } from './session.ts'
import { dropOutdated, swap } from './swap.ts'
import { inTransaction } from './transaction.ts'

export interface RebuildProgress {
  readonly projections: readonly string[]
  readonly phase: 'loading' | 'indexing' | 'catching up' | 'live'
  /** Events taken in this run. */
  readonly events: number
  /** How much of the log is taken, 0 to 1. */
  readonly fraction: number
}

export interface RebuildDeps extends Omit<LaneDeps, 'store' | 'written'> {
  readonly store: LaneDeps['store'] & Pick<EventStore, 'headPosition'>
  /** Told ten times a second. */
  readonly onProgress?: (progress: RebuildProgress) => void
}

/** What is built, and in which tables. */
export type Targets = ReadonlyMap<Projection, Generation>

/** Another process is building these, or has put something else in their place. */
export class RebuildTakenError extends Error {
  override readonly name = 'RebuildTakenError'
  readonly projections: readonly string[]

  constructor(targets: Targets) {
    const projections = [...targets.keys()].map(({ name }) => name)
    super(`Another process is building ${projections.join(', ')}`)
    this.projections = projections
  }
}

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

const HEARTBEAT_MS = 1_000
const PROGRESS_MS = 100
const COMING_BACK = { baseMs: 100, capMs: 5_000 }

/**
 * Fills the targets from the beginning of `$all`, or from where an earlier run stopped, until they have all that is live, and
 * has queries read them. What was live before is kept for a rollback, what is older is removed. Goes on after any failure.
 *
 * @throws RebuildTakenError
 * @throws Error where `signal` is aborted: everything is kept, to go on another time
 */
export const buildAndSwap = async (
  deps: RebuildDeps,
  targets: Targets,
  signal: AbortSignal,
): Promise<void> => {
  const owner = randomUUID()
  let failures = 0
  for (;;) {
    signal.throwIfAborted()
    try {
      await withSession(deps.pool, (session, lost) =>
        buildOnce(deps, targets, { session, owner, lost, signal }),
      )
      return
    } catch (error) {
      if (error instanceof LeaseLostError) throw new RebuildTakenError(targets)
      if (error instanceof RebuildTakenError || isAborted(signal)) throw error
      failures += 1
      deps.logger.warn({ err: error, failures }, 'rebuild interrupted, going on from the last checkpoint')
      await pause(fullJitter(failures, COMING_BACK), signal)
    }
  }
}

interface Run {
  readonly session: PoolClient
  readonly owner: string
  readonly lost: AbortSignal
  readonly signal: AbortSignal
}

const buildOnce = async (deps: RebuildDeps, targets: Targets, run: Run): Promise<void> => {
  const { pool } = deps
  const members = await takeLeases(targets, run)
  const progress = trackProgress(deps, members)
  let leaseLost: LeaseLostError | undefined
  const lanes = createLanes({
    ...deps,
    written: progress.count,
    leaseLost: (gone) => {
      leaseLost = new LeaseLostError(gone)
    },
  })
  let renewedAt = Date.now()

  const check = async (): Promise<void> => {
    if (leaseLost !== undefined) throw leaseLost
    run.signal.throwIfAborted()
    if (run.lost.aborted) throw new Error('the connection that holds the leases was lost')
    if (Date.now() - renewedAt < HEARTBEAT_MS) return
    renewedAt = Date.now()
    const kept = await renewLeases(run.session, run.owner, members.map(leaseOf))
    if (kept.length < members.length) throw new LeaseLostError(members)
  }
  /** Waits until `done`, with the leases kept and progress told. */
  const during = async (phase: RebuildProgress['phase'], done: () => boolean): Promise<void> => {
    while (!done()) {
      await check()
      await progress.tell(phase)
      await pause(PROGRESS_MS, run.signal, run.lost)
    }
  }
  const haveCaughtUp = (): boolean => members.every(({ isCaughtUp }) => isCaughtUp)

  try {
    lanes.feed(members)
    await during('loading', haveCaughtUp)
    await lanes.stop()

    let indexed = false
    const indexes = indexAll(pool, members).finally(() => {
      indexed = true
    })
    await Promise.all([indexes, during('indexing', () => indexed)])

    lanes.feed(members)
    for (;;) {
      await during('catching up', haveCaughtUp)
      if (await swap(pool, members, run.signal)) break
      await check()
      await pause(PROGRESS_MS, run.signal)
    }
    await lanes.stop()
    await dropOutdated(pool, members)
    await progress.tell('live')
  } finally {
    await lanes.stop()
    if (!run.lost.aborted) await releaseLeases(run.session, run.owner, members.map(leaseOf))
  }
}

const takeLeases = async (targets: Targets, { session, owner }: Run): Promise<Member[]> => {
  const leases = await acquireLeases(
    session,
    owner,
    [...targets.values()].map(({ projection, number }) => ({ projection, number })),
  )
  if (leases.length < targets.size) {
    await releaseLeases(session, owner, leases)
    throw new RebuildTakenError(targets)
  }
  return [...targets].flatMap(([projection, { schema }]) =>
    leases
      .filter((lease) => lease.projection === projection.name)
      .map((lease) => memberOf(projection, schema, lease)),
  )
}

const indexAll = async (pool: Pool, members: readonly Member[]): Promise<void> => {
  for (const { projection, schema } of members) {
    await inTransaction(
      pool,
      (client) => buildIndexes(client, projection, { schema }),
      // an index over many rows takes as long as it takes
      'BEGIN; SET LOCAL statement_timeout = 0',
    )
  }
}

const trackProgress = (
  { store, onProgress }: RebuildDeps,
  members: readonly Member[],
): {
  count: NonNullable<LaneDeps['written']>
  tell: (phase: RebuildProgress['phase']) => Promise<void>
} => {
  const taken = new Map<Member, number>()
  let head: Position | undefined
  let headAskedAt = 0

  return {
    count: (fed, { items }) => {
      for (const member of fed) taken.set(member, (taken.get(member) ?? 0) + items.length)
    },
    tell: async (phase) => {
      if (onProgress === undefined) return
      if (Date.now() - headAskedAt > HEARTBEAT_MS) {
        headAskedAt = Date.now()
        head = await store.headPosition()
      }
      onProgress({
        projections: members.map(({ projection }) => projection.name),
        phase,
        events: Math.max(0, ...taken.values()),
        fraction: phase === 'live' ? 1 : fractionOf(members, head),
      })
    },
  }
}

const fractionOf = (members: readonly Member[], head: Position | undefined): number => {
  if (head === undefined || head.commit === 0n) return 1
  let behind: Position | undefined = head
  for (const { position } of members) {
    if (position === undefined) return 0
    if (isAfter(behind, position)) behind = position
  }
  return Number((behind.commit * 10_000n) / head.commit) / 10_000
}
