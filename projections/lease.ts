import type { ClientBase } from 'pg'
import type { Position } from '../eventstore/types.ts'
import { positionOf, type GenerationState } from './generations.ts'

/** The right to write a generation. Whoever takes it next gets a higher epoch, and writes of a lower one abort. */
export interface Lease {
  readonly projection: string
  readonly number: number
  readonly epoch: bigint
  readonly state: GenerationState
  readonly position: Position | undefined
}

export interface GenerationKey {
  readonly projection: string
  readonly number: number
}

/** Told when leases are given back or a generation goes live: others need not wait until they look the next time. */
export const LEASES_CHANNEL = 'orderstream_leases'

/** An owner that is silent for longer than this (and whose connection still seems to stand) loses what it owns. */
export const LEASE_MS = 10_000

/** A process number is given again one day; together with its start it is one connection for good. */
const MY_SESSION = `owner_pid = pg_backend_pid(),
         owner_since = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())`

/**
 * Takes the leases of those of `wanted` that are free: never owned, given back, run out, or owned by somebody whose
 * connection to Postgres is gone, so that a restart after a crash need not wait for a lease to run out.
 * @param session the owner's own connection, which stands for it: the same as long as the owner lives
 */
export const acquireLeases = async (
  session: ClientBase,
  owner: string,
  wanted: readonly GenerationKey[],
): Promise<Lease[]> => {
  if (wanted.length === 0) return []
  const { rows } = await session.query<{
    projection: string
    number: number
    epoch: string
    state: GenerationState
    commit_position: string | null
    prepare_position: string | null
  }>(
    `WITH free AS (
       SELECT g.projection, g.number
       FROM projections.generations g JOIN json_to_recordset($2::json) AS w(projection text, number integer)
         USING (projection, number)
       WHERE g.state <> 'previous'
         AND (g.owner IS NULL OR g.owner = $1 OR g.lease_until < clock_timestamp()
              OR NOT EXISTS (SELECT FROM pg_stat_activity a
                             WHERE a.pid = g.owner_pid AND a.backend_start IS NOT DISTINCT FROM g.owner_since))
       ORDER BY g.projection, g.number
       FOR UPDATE OF g SKIP LOCKED
     )
     UPDATE projections.generations g
     SET owner = $1, ${MY_SESSION}, epoch = g.epoch + 1,
         lease_until = clock_timestamp() + $3 * interval '1 ms'
     FROM free WHERE g.projection = free.projection AND g.number = free.number
     RETURNING g.projection, g.number, g.epoch, g.state, g.commit_position, g.prepare_position`,
    [owner, JSON.stringify(wanted), LEASE_MS],
  )
  return rows.map(({ projection, number, epoch, state, commit_position, prepare_position }) => ({
    ...{ projection, number, state, epoch: BigInt(epoch) },
    position: positionOf(commit_position, prepare_position),
  }))
}

/** Renews the leases that are still held; those that are not in the answer are lost. */
export const renewLeases = async (
  session: ClientBase,
  owner: string,
  held: readonly (GenerationKey & { readonly epoch: bigint })[],
): Promise<GenerationKey[]> => {
  if (held.length === 0) return []
  const { rows } = await session.query<GenerationKey>(
    `WITH mine AS (
       SELECT g.projection, g.number
       FROM projections.generations g
         JOIN json_to_recordset($2::json) AS h(projection text, number integer, epoch bigint)
         USING (projection, number, epoch)
       WHERE g.owner = $1 AND g.state <> 'previous'
       ORDER BY g.projection, g.number
       FOR UPDATE OF g
     )
     UPDATE projections.generations g
     SET ${MY_SESSION}, lease_until = clock_timestamp() + $3 * interval '1 ms'
     FROM mine WHERE g.projection = mine.projection AND g.number = mine.number
     RETURNING g.projection, g.number`,
    [owner, keysOf(held), LEASE_MS],
  )
  return rows
}

/** Gives leases back, so that the next owner need not wait. */
export const releaseLeases = async (
  session: ClientBase,
  owner: string,
  held: readonly (GenerationKey & { readonly epoch: bigint })[],
): Promise<void> => {
  if (held.length === 0) return
  await session.query(
    `WITH released AS (SELECT pg_notify('${LEASES_CHANNEL}', ''))
     UPDATE projections.generations g SET owner = NULL, owner_pid = NULL, owner_since = NULL, lease_until = NULL
     FROM json_to_recordset($2::json) AS h(projection text, number integer, epoch bigint)
     WHERE g.projection = h.projection AND g.number = h.number AND g.epoch = h.epoch AND g.owner = $1`,
    [owner, keysOf(held)],
  )
}

/** What names the lease of a member. */
export const leaseOf = ({
  key,
  epoch,
}: {
  readonly key: GenerationKey
  readonly epoch: bigint
}): GenerationKey & { readonly epoch: bigint } => ({ ...key, epoch })

const keysOf = (held: readonly (GenerationKey & { readonly epoch: bigint })[]): string =>
  JSON.stringify(held.map(({ projection, number, epoch }) => ({ projection, number, epoch: String(epoch) })))
