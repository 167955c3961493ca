import type { ClientBase, Pool } from 'pg'
import type { EventStore, StoredEvent } from '../eventstore/types.ts'
import { liveGenerations, type Generation } from './generations.ts'
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
    const generation = await lockParked(client, projection)
    if (generation === undefined) throw new NotParkedError(projection.name, stream)
    const key = [generation.projection, generation.number]
    const { rows } = await client.query<{ revision: string }>(
      `DELETE FROM projections.parked WHERE projection = $1 AND generation = $2 AND stream = $3 RETURNING revision`,
      [...key, stream],
    )
    const revisions = rows.map(({ revision }) => BigInt(revision)).sort((a, b) => (a < b ? -1 : 1))
    if (revisions.length === 0) throw new NotParkedError(projection.name, stream)
    const events: StoredEvent[] = []
    for (const { from, limit } of runsOf(revisions)) {
      events.push(...(await store.readStream(stream, { from, limit })).events)
    }
    await projection.project(events, rowsIn(client, generation.schema))
    return events.length
  })

/**
 * Takes an event from the parked ones of a read model, which never shows it then, until it is rebuilt; those behind it in its stream
 * stay parked until they are replayed. False where it is not parked.
 */
export const discardParked = async (
  pool: Pool,
  projection: Projection,
  stream: string,
  revision: bigint,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const generation = await lockParked(client, projection)
    if (generation === undefined) return false
    const { rowCount } = await client.query(
      `DELETE FROM projections.parked WHERE projection = $1 AND generation = $2 AND stream = $3 AND revision = $4`,
      [generation.projection, generation.number, stream, String(revision)],
    )
    return rowCount === 1
  })

/** Keeps the writer of what is live away until the transaction ends, and has it read the list of parked streams again. */
const lockParked = async (client: ClientBase, projection: Projection): Promise<Generation | undefined> => {
  const generation = (await liveGenerations(client, [projection])).get(projection)
  if (generation === undefined) return undefined
  await client.query(
    `UPDATE projections.generations SET parked_version = parked_version + 1 WHERE projection = $1 AND number = $2`,
    [generation.projection, generation.number],
  )
  return generation
}

/** Ascending revisions as stretches without a gap: what was discarded leaves gaps. */
const runsOf = (revisions: readonly bigint[]): { readonly from: bigint; readonly limit: number }[] => {
  const runs: { from: bigint; limit: number }[] = []
  for (const revision of revisions) {
    const last = runs.at(-1)
    if (last !== undefined && last.from + BigInt(last.limit) === revision) last.limit += 1
    else runs.push({ from: revision, limit: 1 })
  }
  return runs
}
