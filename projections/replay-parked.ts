import type { Pool } from 'pg'
import type { EventStore } from '../eventstore/types.ts'
import { liveGenerations } from './generations.ts'
import type { ParkedReason } from './parked.ts'
import type { Projection } from './projection.ts'
import { rowsIn } from './rows.ts'
import { inTransaction } from '../platform/transaction.ts'

/** An event that a read model does not show. */
export interface ParkedEvent {
  readonly projection: string
  readonly stream: string
  readonly revision: bigint
  readonly eventId: string
  readonly type: string
  readonly reason: ParkedReason
  readonly error: string
  readonly parkedAt: string
}

/** The events that are parked in what queries read, stream by stream. */
export const listParked = async (pool: Pool, projections: readonly Projection[]): Promise<ParkedEvent[]> => {
  const live = await liveGenerations(pool, projections)
  const { rows } = await pool.query<{
    projection: string
    stream: string
    revision: string
    event_id: string
    type: string
    reason: ParkedReason
    error: string
    parked_at: Date
  }>(
    `SELECT p.* FROM projections.parked p
       JOIN json_to_recordset($1::json) AS l(projection text, generation integer) USING (projection, generation)
     ORDER BY p.projection, p.stream, p.revision`,
    [
      JSON.stringify(
        [...live.values()].map(({ projection, number }) => ({ projection, generation: number })),
      ),
    ],
  )
  return rows.map((row) => ({
    ...{
      projection: row.projection,
      stream: row.stream,
      revision: BigInt(row.revision),
      eventId: row.event_id,
    },
    ...{ type: row.type, reason: row.reason, error: row.error, parkedAt: row.parked_at.toISOString() },
  }))
}

/** The events of that stream are not parked. */
export class NotParkedError extends Error {
  override readonly name = 'NotParkedError'

  constructor(projection: string, stream: string) {
    super(`No event of ${stream} is parked in ${projection}`)
  }
}

/**
 * Gives a projector the parked events of a stream once more, all or none, and then they are parked no longer. Whoever keeps
 * the read model up to date waits meanwhile.
 *
 * @returns how many events that were
 * @throws NotParkedError
 * @throws ContractViolationError, or what the projector throws, where one of them still can't be taken
 */
export const replayParked = async (
  { pool, store }: { readonly pool: Pool; readonly store: Pick<EventStore, 'readStream'> },
  projection: Projection,
  stream: string,
): Promise<number> =>
  inTransaction(pool, async (client) => {
    const generation = (await liveGenerations(client, [projection])).get(projection)
    if (generation === undefined) throw new NotParkedError(projection.name, stream)
    const key = [generation.projection, generation.number]
    // keeps the writer away, and has it read the list of parked streams again
    await client.query(
      `UPDATE projections.generations SET parked_version = parked_version + 1 WHERE projection = $1 AND number = $2`,
      key,
    )
    const { rows } = await client.query<{ revision: string }>(
      `DELETE FROM projections.parked WHERE projection = $1 AND generation = $2 AND stream = $3 RETURNING revision`,
      [...key, stream],
    )
    const revisions = rows.map(({ revision }) => BigInt(revision)).sort((a, b) => (a < b ? -1 : 1))
    const [first] = revisions
    if (first === undefined) throw new NotParkedError(projection.name, stream)
    const { events } = await store.readStream(stream, { from: first, limit: revisions.length })
    await projection.project(events, rowsIn(client, generation.schema))
    return events.length
  })
