import type { Pool, PoolClient } from 'pg'
import type { EventStore, Position } from '../eventstore/types.ts'
import { buildIndexes, type Generation } from './generations.ts'
import type { LaneDeps } from './lane.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { acquireLeases, leaseOf, releaseLeases, renewLeases } from './lease.ts'
import { isAfter, LeaseLostError, memberOf, type Member } from './member.ts'
import { pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { inTransaction } from '../platform/transaction.ts'

export type BuildPhase = 'loading' | 'indexing' | 'catching up' | 'live' | 'comparing'

export interface BuildProgress {
  readonly projections: readonly string[]
  readonly phase: BuildPhase
  /** Events taken in this run. */
  readonly events: number
  /** How much of the log is taken, 0 to 1. */
  readonly fraction: number
}

export interface BuildDeps extends Omit<LaneDeps, 'store' | 'written'> {
  readonly store: LaneDeps['store'] & Pick<EventStore, 'headPosition'>
  /** Told ten times a second. */
  readonly onProgress?: (progress: BuildProgress) => void
}

/** What is built, and in which tables. */
export type Targets = ReadonlyMap<Projection, Generation>

/** Another process is building these, or has put something else in their place. */
export class BuildTakenError extends Error {
  override readonly name = 'BuildTakenError'
  readonly projections: readonly string[]

  constructor(targets: Targets) {
    const projections = [...targets.keys()].map(({ name }) => name)
    super(`Another process is building ${projections.join(', ')}`)
    this.projections = projections
  }
}

/** Where and until when it is built. */
export interface BuildRun {
  /** Stands for the owner of the leases. */
  readonly session: PoolClient
  readonly owner: string
  /** Aborted when the session is lost. */
  readonly lost: AbortSignal
  readonly signal: AbortSignal
}

export interface Build {
  /** What feeds them by these is counted. */
  readonly deps: LaneDeps
  readonly members: readonly Member[]
  readonly lanes: Lanes
  /** Waits until `done`, with the leases kept and progress told. */
  readonly during: (phase: BuildPhase, done: () => boolean) => Promise<void>
  readonly tell: (phase: BuildPhase) => Promise<void>
}

const HEARTBEAT_MS = 1_000
const PROGRESS_MS = 100

/**
 * Takes the leases of the targets for as long as `work` lasts, and feeds them as `work` says.
 * @throws BuildTakenError where another process has one of them
 * @throws LeaseLostError where another process takes one of them, or it is gone
 */
export const withBuild = async <Result>(
  deps: BuildDeps,
  targets: Targets,
  run: BuildRun,
  work: (build: Build) => Promise<Result>,
): Promise<Result> => {
  const members = await takeLeases(targets, run)
  const progress = trackProgress(deps, members)
  let leaseLost: LeaseLostError | undefined
  const counted: LaneDeps = { ...deps, written: progress.count }
  const lanes = createLanes({
    ...counted,
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

  try {
    return await work({
      ...{ deps: counted, members, lanes, tell: progress.tell },
      during: async (phase, done) => {
        await check()
        while (!done()) {
          await progress.tell(phase)
          await pause(PROGRESS_MS, run.signal, run.lost)
          await check()
        }
      },
    })
  } finally {
    await lanes.stop()
    if (!run.lost.aborted) await releaseLeases(run.session, run.owner, members.map(leaseOf))
  }
}

export const haveCaughtUp = (members: readonly Member[]): boolean =>
  members.every(({ isCaughtUp }) => isCaughtUp)

/** Builds the indexes of members that are not fed meanwhile. */
export const indexAll = async (pool: Pool, members: readonly Member[]): Promise<void> => {
  for (const { projection, schema } of members) {
    await inTransaction(
      pool,
      (client) => buildIndexes(client, projection, { schema }),
      // an index over many rows takes as long as it takes
      'BEGIN; SET LOCAL statement_timeout = 0',
    )
  }
}

const takeLeases = async (targets: Targets, { session, owner }: BuildRun): Promise<Member[]> => {
  const leases = await acquireLeases(
    session,
    owner,
    [...targets.values()].map(({ projection, number }) => ({ projection, number })),
  )
  if (leases.length < targets.size) {
    await releaseLeases(session, owner, leases)
    throw new BuildTakenError(targets)
  }
  return [...targets].flatMap(([projection, { schema }]) =>
    leases
      .filter((lease) => lease.projection === projection.name)
      .map((lease) => memberOf(projection, schema, lease)),
  )
}

const trackProgress = (
  { store, onProgress }: BuildDeps,
  members: readonly Member[],
): { count: NonNullable<LaneDeps['written']>; tell: Build['tell'] } => {
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
  let behind = head
  for (const { position } of members) {
    if (position === undefined) return 0
    if (isAfter(behind, position)) behind = position
  }
  return Number((behind.commit * 10_000n) / head.commit) / 10_000
}
