import type { ClientBase } from 'pg'
import { comparePositions } from '../eventstore/position.ts'
import type { Position } from '../eventstore/types.ts'
import { positionOf, type GenerationState } from './generations.ts'
import type { GenerationKey } from './lease.ts'
import { loadParkedStreams, type ParkedStreams } from './parked.ts'
import type { Projection } from './projection.ts'

/** A generation of a projection that this process has the lease of, and how far it is. */
export interface Member {
  readonly projection: Projection
  readonly key: GenerationKey
  readonly schema: string
  readonly epoch: bigint
  readonly state: GenerationState
  /** Everything up to here is in its rows; undefined: nothing yet. */
  position: Position | undefined
  parked: ParkedStreams
}

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
 * Reads how far each member is: after a lost connection it is not known whether the last commit went through.
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
      `SELECT commit_position, prepare_position, parked_version FROM projections.generations
       WHERE projection = $1 AND number = $2 AND epoch = $3 AND state IN ('live', 'building')`,
      [member.key.projection, member.key.number, String(member.epoch)],
    )
    const [row] = rows
    if (row === undefined) {
      lost.push(member)
      continue
    }
    member.position = positionOf(row.commit_position, row.prepare_position)
    member.parked = await loadParkedStreams(client, member.key, row.parked_version)
  }
  if (lost.length > 0) throw new LeaseLostError(lost)
}
