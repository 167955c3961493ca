import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { fullJitter } from '../eventstore/retry-delay.ts'
import { fingerprintOf } from './fingerprint.ts'
import { generationsOf, type Generation } from './generations.ts'
import { runLane, type LaneDeps } from './lane.ts'
import { acquireLeases, releaseLeases, renewLeases } from './lease.ts'
import { LeaseLostError, type Member } from './member.ts'
import { isAborted, pause } from './pause.ts'
import type { Projection } from './projection.ts'
import { withSession } from './session.ts'
import { ProjectionFault } from './write-batch.ts'

const HEARTBEAT_MS = 1_000
const COMING_BACK = { baseMs: 100, capMs: 5_000 }

export interface Runner {
  /** Those that this process writes at the moment. */
  members(): readonly Member[]
  /** Finishes the batch in hand and gives the leases back. */
  stop(): Promise<void>
}

/** Projections that are fed together, by one loop. */
interface Lane {
  readonly members: readonly Member[]
  readonly controller: AbortController
  readonly ended: Promise<void>
}

/**
 * Keeps the projections going for as long as it runs, whatever fails: it takes the leases that are free, renews them, and feeds
 * those that it holds. They share a lane, that is one subscription and one transaction a batch; a projector that fails gets a
 * lane of its own, so that the others don't wait for it.
 */
export const startRunner = (deps: LaneDeps, projections: readonly Projection[]): Runner => {
  const { pool, logger } = deps
  const owner = randomUUID()
  const stopping = new AbortController()
  const held = new Map<string, Member>()
  const faulty = new Set<string>()
  let lanes = new Map<string, Lane>()
  let wake = new AbortController()

  const laneOf = ({ key, state }: Member): string =>
    faulty.has(key.projection) ? `only ${key.projection}` : state

  /** Lanes whose members have changed are ended; new ones begin when these have, so that no two ever write the same rows. */
  const arrangeLanes = (): void => {
    const wanted = new Map<string, Member[]>()
    for (const member of held.values()) {
      const name = laneOf(member)
      wanted.set(name, [...(wanted.get(name) ?? []), member])
    }
    const kept = new Map(
      [...lanes].filter(([name, lane]) => sameMembers(lane.members, wanted.get(name) ?? [])),
    )
    const ending = [...lanes.values()].filter((lane) => ![...kept.values()].includes(lane))
    for (const { controller } of ending) controller.abort()
    const free = Promise.all(ending.map(({ ended }) => ended))
    for (const [name, members] of wanted) {
      if (kept.has(name)) continue
      const controller = new AbortController()
      const ended = free.then(() => keepLane(members, controller.signal))
      kept.set(name, { members, controller, ended })
    }
    lanes = kept
  }

  const keepLane = async (members: readonly Member[], signal: AbortSignal): Promise<void> => {
    let failures = 0
    const written: LaneDeps['written'] = (...told) => {
      failures = 0
      deps.written?.(...told)
    }
    while (!signal.aborted) {
      try {
        await runLane({ ...deps, written }, members, signal)
      } catch (error) {
        if (isAborted(signal)) return
        if (error instanceof LeaseLostError) {
          drop(error.lost)
          return
        }
        if (error instanceof ProjectionFault && members.length > 1) {
          logger.warn(
            { err: error, projection: error.member.key.projection },
            'projector failed, goes on alone',
          )
          faulty.add(error.member.key.projection)
          arrangeLanes()
          return
        }
        failures += 1
        logger.warn({ err: error, failures }, 'projections interrupted, going on from the last checkpoint')
        await pause(fullJitter(failures, COMING_BACK), signal)
      }
    }
  }

  const drop = (lost: readonly Member[]): void => {
    for (const member of lost) {
      if (held.get(member.key.projection) === member) held.delete(member.key.projection)
    }
    arrangeLanes()
    wake.abort()
  }

  const tick = async (session: PoolClient, fingerprints: ReadonlyMap<string, string>): Promise<void> => {
    const kept = await renewLeases(session, owner, [...held.values()].map(leaseOf))
    const lost = [...held.values()].filter(
      ({ key }) =>
        !kept.some(({ projection, number }) => projection === key.projection && number === key.number),
    )
    for (const { key } of lost) held.delete(key.projection)
    const missing = projections.filter(({ name }) => !held.has(name))
    const generations = new Map<string, Generation>()
    for (const { name } of missing) {
      const ours = await generationsOf(session, name, fingerprints.get(name) ?? '')
      const [current] = [...ours.filter(isLive), ...ours.filter(isBuilding)]
      if (current !== undefined) generations.set(name, current)
    }
    const leases = await acquireLeases(session, owner, [...generations.values()].map(keyOf))
    for (const { projection: name, number, epoch, state, position } of leases) {
      const projection = missing.find((candidate) => candidate.name === name)
      const schema = generations.get(name)?.schema
      if (projection === undefined || schema === undefined) continue
      const parked = { version: 0, streams: new Set<string>() }
      held.set(name, {
        projection,
        key: { projection: name, number },
        schema,
        epoch,
        state,
        position,
        parked,
      })
    }
    if (lost.length > 0 || leases.length > 0) arrangeLanes()
  }

  const keepLeases = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        const fingerprints = await fingerprintsOf(projections)
        await withSession(pool, async (session, lost) => {
          while (!stopping.signal.aborted) {
            await tick(session, fingerprints)
            failures = 0
            wake = new AbortController()
            await pause(HEARTBEAT_MS, AbortSignal.any([stopping.signal, wake.signal, lost]))
          }
          for (const { controller } of lanes.values()) controller.abort()
          await Promise.all([...lanes.values()].map(({ ended }) => ended))
          await releaseLeases(session, owner, [...held.values()].map(leaseOf))
        })
      } catch (error) {
        failures += 1
        logger.warn({ err: error, failures }, 'leases of projections can not be kept at the moment')
        await pause(fullJitter(failures, COMING_BACK), stopping.signal)
      }
    }
    for (const { controller } of lanes.values()) controller.abort()
    await Promise.all([...lanes.values()].map(({ ended }) => ended))
  }

  const ended = keepLeases()
  return {
    members: () => [...held.values()],
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

const isLive = ({ state }: Generation): boolean => state === 'live'
const isBuilding = ({ state }: Generation): boolean => state === 'building'
const keyOf = ({ projection, number }: Generation): Member['key'] => ({ projection, number })
const leaseOf = ({ key, epoch }: Member): Member['key'] & { readonly epoch: bigint } => ({ ...key, epoch })

const sameMembers = (some: readonly Member[], others: readonly Member[]): boolean =>
  some.length === others.length && some.every((member) => others.includes(member))

const fingerprintsOf = async (projections: readonly Projection[]): Promise<ReadonlyMap<string, string>> =>
  new Map(
    await Promise.all(
      projections.map(async (projection) => [projection.name, await fingerprintOf(projection)] as const),
    ),
  )
