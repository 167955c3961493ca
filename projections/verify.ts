import { randomUUID } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import { comparePositions } from '../eventstore/position.ts'
import type { Position } from '../eventstore/types.ts'
import { createBookkeeping } from './bookkeeping.ts'
import { withBuild, type Build, type BuildDeps, type Targets } from './building.ts'
import { compareTable, type Difference } from './compare.ts'
import { fingerprintsOf } from './ensure-generations.ts'
import { createGeneration, dropGeneration, liveGenerations, type Generation } from './generations.ts'
import { runLane, type LaneDeps } from './lane.ts'
import type { Member } from './member.ts'
import type { Projection } from './projection.ts'
import { withSession } from './session.ts'
import { holdLive } from './swap.ts'
import { inTransaction } from '../platform/transaction.ts'
import { ProjectionFault } from './write-batch.ts'

export type { Difference } from './compare.ts'

export interface Verification {
  readonly projection: string
  /** Rows that were compared. */
  readonly rows: number
  readonly differences: number
  /** Events that queries don't show because they are parked. */
  readonly parked: number
}

/**
 * Makes the rows of what is live once more, from the beginning of `$all`, in tables of their own, and compares the two as they
 * are at the same position. Nothing that queries read is touched; the writer of what is live is held for the moment that it
 * takes to come to its position. The rows that were made are removed afterwards.
 *
 * @param onDifference told of each row that is not the same
 * @throws Error where `signal` is aborted, or where the store or Postgres does not answer
 */
export const verify = async (
  deps: BuildDeps,
  projections: readonly Projection[],
  onDifference: (difference: Difference) => void,
  signal: AbortSignal,
): Promise<Verification[]> => {
  const targets = await prepareVerification(deps.pool, projections)
  try {
    return await withSession(deps.pool, (session, lost) =>
      withBuild(deps, targets, { session, owner: randomUUID(), lost, signal }, (build) =>
        fillAndCompare(deps, build, onDifference, signal),
      ),
    )
  } finally {
    await inTransaction(deps.pool, async (client) => {
      for (const generation of targets.values()) await dropGeneration(client, generation)
    })
  }
}

/** New tables; what an earlier run left behind because it was killed is removed. */
const prepareVerification = async (pool: Pool, projections: readonly Projection[]): Promise<Targets> => {
  const fingerprints = await fingerprintsOf(projections)
  return inTransaction(pool, async (client) => {
    await createBookkeeping(client)
    await dropLeftovers(client)
    const targets = new Map<Projection, Generation>()
    for (const projection of projections) {
      const fingerprint = fingerprints.get(projection) ?? ''
      targets.set(projection, await createGeneration(client, projection, fingerprint, 'verifying'))
    }
    return targets
  })
}

const dropLeftovers = async (client: ClientBase): Promise<void> => {
  const { rows } = await client.query<{ projection: string; number: number; schema: string }>(
    `SELECT projection, number, schema FROM projections.generations
     WHERE state = 'verifying' AND created_at < now() - interval '1 minute'
       AND (lease_until IS NULL OR lease_until < clock_timestamp())`,
  )
  for (const generation of rows) await dropGeneration(client, generation)
}

const fillAndCompare = async (
  { pool }: BuildDeps,
  { deps, members, during, tell }: Build,
  onDifference: (difference: Difference) => void,
  signal: AbortSignal,
): Promise<Verification[]> => {
  const projections = members.map(({ projection }) => projection)
  const before = await liveGenerations(pool, projections)
  const ends = new Map(members.map((member) => [member, before.get(member.projection)?.position]))
  let isFilled = false
  const filled = fillUpTo(deps, members, ends, signal).finally(() => {
    isFilled = true
  })
  await Promise.all([filled, during('loading', () => isFilled)])
  await tell('comparing')

  return withSession(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = 0')
    const live = await inTransaction(pool, async (holding) => {
      await fillUpTo(deps, members, await holdLive(holding, members), signal)
      // the first query takes the snapshot that everything is compared in
      return liveGenerations(client, projections)
    })
    const verifications: Verification[] = []
    for (const member of members) {
      const generation = live.get(member.projection)
      if (generation === undefined) continue
      verifications.push(await compareRows(client, member, generation, onDifference, signal))
    }
    return verifications
  })
}

/** Together as far as all of them go, then each alone: so also where a projector can't take an event. */
const fillUpTo = async (
  deps: LaneDeps,
  members: readonly Member[],
  ends: ReadonlyMap<Member, Position | undefined>,
  signal: AbortSignal,
): Promise<void> => {
  const going = members.flatMap((member) => {
    const end = ends.get(member)
    return end === undefined ? [] : [{ member, end }]
  })
  const [nearest] = going.map(({ end }) => end).sort(comparePositions)
  if (nearest !== undefined && going.length > 1) {
    try {
      await runLane(
        deps,
        going.map(({ member }) => member),
        signal,
        nearest,
      )
    } catch (error) {
      if (!(error instanceof ProjectionFault)) throw error
    }
  }
  for (const { member, end } of going) await runLane(deps, [member], signal, end)
}

const compareRows = async (
  client: ClientBase,
  { projection, schema }: Member,
  live: Generation,
  onDifference: (difference: Difference) => void,
  signal: AbortSignal,
): Promise<Verification> => {
  let rows = 0
  let differences = 0
  for (const table of projection.tables) {
    signal.throwIfAborted()
    rows += await compareTable(client, projection, table, live.schema, schema, (difference) => {
      differences += 1
      onDifference(difference)
    })
  }
  const { rows: counted } = await client.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM projections.parked WHERE projection = $1 AND generation = $2',
    [live.projection, live.number],
  )
  return { projection: projection.name, rows, differences, parked: counted[0]?.n ?? 0 }
}
