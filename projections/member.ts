import type { ClientBase, Pool } from 'pg'
import { comparePositions } from '../eventstore/position.ts'
import type { Position } from '../eventstore/types.ts'
import { positionOf } from './generations.ts'
import type { GenerationKey, Lease } from './lease.ts'
import { loadParkedStreams, type ParkedStreams } from './parked.ts'
import type { Projection } from './projection.ts'

/** A generation of a projection that this process has the lease of, and how far it is. */
export interface Member {
  readonly projection: Projection
  readonly key: GenerationKey
  readonly schema: string
  readonly epoch: bigint
  /** Whether queries read it. */
  isLive: boolean
  /** Whether it had everything that there was, the last time it was looked. */
  isCaughtUp: boolean
  /** Everything up to here is in its rows; undefined: nothing yet. */
  position: Position | undefined
  parked: ParkedStreams
}

/** A member for a lease that was just taken. */
export const memberOf = (projection: Projection, schema: string, lease: Lease): Member => ({
  ...{ projection, schema, key: { projection: lease.projection, number: lease.number }, epoch: lease.epoch },
  ...{ isLive: lease.state === 'live', isCaughtUp: false, position: lease.position },
  // read with the position before anything is written
  parked: { version: 0, streams: new Set() },
})

/** Somebody else has these leases now; what was about to be written was not. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
  readonly lost: readonly Member[]

  constructor(lost: readonly Member[]) {
    super(`The lease of ${lost.map(({ key }) => `${key.projection} g${key.number}`).join(', ')} was lost`)
    this.lost = lost
  }
}

export const isAfter = (position: Position, reached: Position | undefined): boolean =>
  reached === undefined || comparePositions(position, reached) > 0

/**
 * Reads how far each member is: after a lost connection it is not known whether the last commit went through. Until it has been
 * looked, none of them counts as caught up.
 * @throws LeaseLostError
 */
export const refreshMembers = async (client: ClientBase, members: readonly Member[]): Promise<void> => {
  const lost: Member[] = []
  for (const member of members) {
    const { rows } = await client.query<{
      commit_position: string | null
      prepare_position: string | null
      parked_version: number
    }>(
      `UPDATE projections.generations SET caught_up = false
       WHERE projection = $1 AND number = $2 AND epoch = $3 AND state <> 'previous'
       RETURNING commit_position, prepare_position, parked_version`,
      [member.key.projection, member.key.number, String(member.epoch)],
    )
    const [row] = rows
    if (row === undefined) {
      lost.push(member)
      continue
    }
    member.position = positionOf(row.commit_position, row.prepare_position)
    member.parked = await loadParkedStreams(client, member.key, row.parked_version)
    member.isCaughtUp = false
  }
  if (lost.length > 0) throw new LeaseLostError(lost)
}

/** Writes down that there is nothing left to take for them. */
export const markCaughtUp = async (pool: Pool, members: readonly Member[]): Promise<void> => {
  await pool.query(
    `UPDATE projections.generations g SET caught_up = true
     FROM json_to_recordset($1::json) AS m(projection text, number integer, epoch bigint)
     WHERE g.projection = m.projection AND g.number = m.number AND g.epoch = m.epoch`,
    [JSON.stringify(members.map(({ key, epoch }) => ({ ...key, epoch: String(epoch) })))],
  )
}
