import type { ClientBase } from 'pg'
import type { GenerationKey } from './lease.ts'
import type { BatchItem } from './batches.ts'

/** Why an event is parked: its contract can't read it, the projector threw, or an event before it in its stream is parked. */
export type ParkedReason = 'unreadable' | 'failed' | 'behind'

export interface ToPark {
  readonly item: BatchItem
  readonly reason: ParkedReason
  readonly error: string
}

/** Streams of which an event is parked, and the version of the list that this is. */
export interface ParkedStreams {
  readonly version: number
  readonly streams: ReadonlySet<string>
}

export const loadParkedStreams = async (
  client: ClientBase,
  { projection, number }: GenerationKey,
  version: number,
): Promise<ParkedStreams> => {
  const { rows } = await client.query<{ stream: string }>(
    'SELECT DISTINCT stream FROM projections.parked WHERE projection = $1 AND generation = $2',
    [projection, number],
  )
  return { version, streams: new Set(rows.map(({ stream }) => stream)) }
}

/** Writes them down; one that is parked already stays as it is. */
export const parkItems = async (
  client: ClientBase,
  { projection, number }: GenerationKey,
  parked: readonly ToPark[],
): Promise<void> => {
  const rows = parked.map(({ item: { event }, reason, error }) => ({
    ...{ stream: event.stream, revision: String(event.revision), event_id: event.id, type: event.type },
    ...{ commit_position: String(event.position.commit), prepare_position: String(event.position.prepare) },
    ...{ reason, error },
  }))
  await client.query(
    `INSERT INTO projections.parked
       (projection, generation, stream, revision, event_id, type, commit_position, prepare_position, reason, error)
     SELECT $1, $2, stream, revision, event_id, type, commit_position, prepare_position, reason, error
     FROM json_to_recordset($3::json) AS r(stream text, revision bigint, event_id text, type text,
       commit_position numeric, prepare_position numeric, reason text, error text)
     ON CONFLICT DO NOTHING`,
    [projection, number, JSON.stringify(rows)],
  )
}
