import type { Pool } from 'pg'
import { comparePositions } from '../eventstore/position.ts'
import type { EventStore, Position } from '../eventstore/types.ts'
import { positionOf, type GenerationState } from './generations.ts'

export interface ProjectionStatus {
  readonly projection: string
  readonly generation: number
  readonly state: GenerationState
  /** Everything up to here can be read; undefined: nothing yet. */
  readonly position: Position | undefined
  /** Events taken so far. */
  readonly events: bigint
  /** Events a second, over the last seconds. */
  readonly rate: number
  /** How far behind the log. For one that has caught up: behind what happened in this moment, as its last batch had it. */
  readonly lag: {
    /** Events that wait. For one that has not caught up an estimate, from how much of the log is left. */
    readonly events: number
    /** Age of the oldest event that waits. */
    readonly seconds: number
  }
  /** Whether somebody is writing it at the moment. */
  readonly isRunning: boolean
  /** Events parked, and in how many streams. */
  readonly parked: { readonly events: number; readonly streams: number }
}

interface StatusRow {
  readonly projection: string
  readonly number: number
  readonly state: GenerationState
  readonly commit_position: string | null
  readonly prepare_position: string | null
  readonly events: string
  readonly caught_up: boolean
  readonly behind_seconds: number
  /** Of the last batch, where that was just now. */
  readonly batch_events: number
  readonly batch_lag_ms: number
  readonly rate: number
  readonly is_running: boolean
  readonly parked_events: number
  readonly parked_streams: number
}

/** Every generation of every projection: how far it is, how far behind, and what is parked. */
export const projectionStatus = async (
  pool: Pool,
  store: Pick<EventStore, 'headPosition'>,
): Promise<ProjectionStatus[]> => {
  const head = await store.headPosition()
  const { rows } = await pool.query<StatusRow>(
    `SELECT g.*, coalesce(g.lease_until > clock_timestamp(), false) AS is_running,
       greatest(extract(epoch FROM clock_timestamp() - coalesce(g.last_event_at, g.created_at)), 0)::float8 AS behind_seconds,
       CASE WHEN g.last_batch_at > clock_timestamp() - interval '2 s' THEN g.last_batch_events ELSE 0 END AS batch_events,
       CASE WHEN g.last_batch_at > clock_timestamp() - interval '2 s' THEN g.last_batch_lag_ms ELSE 0 END::float8 AS batch_lag_ms,
       coalesce(g.events_per_second * exp(-extract(epoch FROM clock_timestamp() - g.last_batch_at)::float8 / 5), 0) AS rate,
       (SELECT count(*)::integer FROM projections.parked p
        WHERE p.projection = g.projection AND p.generation = g.number) AS parked_events,
       (SELECT count(DISTINCT stream)::integer FROM projections.parked p
        WHERE p.projection = g.projection AND p.generation = g.number) AS parked_streams
     FROM projections.generations g ORDER BY g.projection, g.number DESC`,
  )
  return rows.map((row) => statusOf(row, head))
}

const statusOf = (row: StatusRow, head: Position | undefined): ProjectionStatus => {
  const position = positionOf(row.commit_position, row.prepare_position)
  const events = BigInt(row.events)
  return {
    projection: row.projection,
    generation: row.number,
    state: row.state,
    position,
    events,
    rate: Math.round(row.rate),
    lag: lagOf(row, position, head, events),
    isRunning: row.is_running,
    parked: { events: row.parked_events, streams: row.parked_streams },
  }
}

const lagOf = (
  row: StatusRow,
  position: Position | undefined,
  head: Position | undefined,
  events: bigint,
): ProjectionStatus['lag'] => {
  if (row.is_running && row.caught_up) return { events: row.batch_events, seconds: row.batch_lag_ms / 1_000 }
  const left = head === undefined ? 0 : eventsLeft(position, head, events)
  return { events: left, seconds: left === 0 ? 0 : row.behind_seconds }
}

/** What is left of the log, in events as dense as they were so far; 1 at least where anything is left. */
const eventsLeft = (position: Position | undefined, head: Position, events: bigint): number => {
  if (position !== undefined && comparePositions(position, head) >= 0) return 0
  if (position === undefined || position.commit === 0n || events === 0n) return 1
  const left = (Number(head.commit - position.commit) * Number(events)) / Number(position.commit)
  return Math.max(Math.round(left), 1)
}
