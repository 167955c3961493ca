import type { ClientBase, Pool } from 'pg'
import { prepared } from '../platform/prepared.ts'
import type { Position, StoredEvent } from '../eventstore/types.ts'
import type { BatchItem } from './batches.ts'
import { isAfter, LeaseLostError, type Member } from './member.ts'
import { parkItems, type ToPark } from './parked.ts'
import { PostgresTrouble, rowsIn } from './rows.ts'
import { announce } from './progress.ts'
import { inTransaction } from '../platform/transaction.ts'

/** A projector could not take a batch of events. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault'
  readonly member: Member

  constructor(member: Member, cause: unknown) {
    super(
      `Projection ${member.key.projection} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
    this.member = member
  }
}

/** Somebody changed the list of parked events: it has to be read again before anything is written. */
export class ParkedChangedError extends Error {
  override readonly name = 'ParkedChangedError'

  constructor({ key }: Member) {
    super(`The parked events of ${key.projection} g${key.number} were changed meanwhile`)
  }
}

export interface Portion {
  readonly items: readonly BatchItem[]
  /** Where the members stand afterwards. */
  readonly upTo: Position
  /** Whether nothing newer is known. */
  readonly caughtUp: boolean
}

/** Parks this one item of the portion, for a projector that can't take it. */
export interface Poison {
  readonly item: BatchItem
  readonly error: unknown
}

/**
 * Writes a portion of events for all `members`, and how far they are now, in one transaction: both or nothing.
 *
 * @throws LeaseLostError where a member's lease belongs to another; nothing was written
 * @throws ProjectionFault where a projector can't take its events; nothing was written
 */
export const writePortion = async (
  pool: Pool,
  members: readonly Member[],
  portion: Portion,
  poison?: Poison,
): Promise<void> => {
  const shares = members.map((member) => shareOf(member, portion.items, poison))
  await inTransaction(
    pool,
    async (client) => {
      await advance(client, shares, portion)
      for (const { member, events, park } of shares) {
        if (park.length > 0) await parkItems(client, member.key, park)
        if (events.length > 0) await project(client, member, events)
      }
      const live = members.filter(({ isLive }) => isLive)
      await announce(
        client,
        portion.upTo,
        live.map(({ projection }) => projection),
      )
    },
    // rows and checkpoint are lost together if Postgres itself crashes, and are made again from the events
    'BEGIN; SET LOCAL synchronous_commit = off',
  )
  for (const { member, park } of shares) {
    member.position = portion.upTo
    if (park.length > 0) {
      const streams = new Set([...member.parked.streams, ...park.map(({ item }) => item.event.stream)])
      member.parked = { version: member.parked.version + 1, streams }
    }
  }
}

/** What of a portion is for a member, and what of that is parked. */
interface Share {
  readonly member: Member
  readonly events: readonly StoredEvent[]
  readonly park: readonly ToPark[]
}

const shareOf = (member: Member, items: readonly BatchItem[], poison: Poison | undefined): Share => {
  const events: StoredEvent[] = []
  const park: ToPark[] = []
  const parkedHere = new Set<string>()
  for (const item of items) {
    const { stream, position } = item.event
    if (!isAfter(position, member.position)) continue
    if (!member.projection.streamPrefixes.some((prefix) => stream.startsWith(prefix))) continue
    const reason = reasonToPark(item, poison, member.parked.streams.has(stream) || parkedHere.has(stream))
    if (reason === undefined) {
      if (item.kind === 'event') events.push(item.event)
    } else {
      park.push({ item, ...reason })
      parkedHere.add(stream)
    }
  }
  return { member, events, park }
}

const reasonToPark = (
  item: BatchItem,
  poison: Poison | undefined,
  streamIsParked: boolean,
): Omit<ToPark, 'item'> | undefined => {
  if (streamIsParked) return { reason: 'behind', error: 'an event before it in its stream is parked' }
  if (item.kind === 'unreadable') return { reason: 'unreadable', error: describe(item.event.error) }
  return item === poison?.item ? { reason: 'failed', error: describe(poison.error) } : undefined
}

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error instanceof ProjectionFault && error.cause !== undefined
    ? describe(error.cause)
    : `${error.name}: ${error.message}`
}

const ADVANCE = `
  WITH held AS (
    SELECT g.projection, g.number, h.events, h.first_event_at, h.last_event_at, h.parks,
      greatest(extract(epoch FROM clock_timestamp() - coalesce(g.last_batch_at, g.created_at))::float8, 0.001) AS seconds
    FROM projections.generations g
      JOIN json_to_recordset($1::json)
        AS h(projection text, number integer, epoch bigint, events bigint,
             first_event_at timestamptz, last_event_at timestamptz, parks integer)
      USING (projection, number, epoch)
    WHERE g.state <> 'previous'
    ORDER BY g.projection, g.number
    FOR UPDATE OF g
  )
  UPDATE projections.generations g
  SET commit_position = $2::numeric, prepare_position = $3::numeric, caught_up = $4,
      events = g.events + held.events, last_event_at = coalesce(held.last_event_at, g.last_event_at),
      -- a mean in which what is 5 s ago counts for a third
      events_per_second = g.events_per_second * exp(-held.seconds / 5)
        + held.events / held.seconds * (1 - exp(-held.seconds / 5)),
      last_batch_at = clock_timestamp(), last_batch_events = held.events,
      last_batch_lag_ms = greatest(extract(epoch FROM clock_timestamp() - held.first_event_at) * 1000, 0)::bigint,
      parked_version = g.parked_version + held.parks
  FROM held WHERE g.projection = held.projection AND g.number = held.number
  RETURNING g.projection, g.number, g.parked_version`

/** Moves the checkpoints first: it locks their rows, so that a stale owner waits here and then finds another epoch. */
const advance = async (client: ClientBase, shares: readonly Share[], portion: Portion): Promise<void> => {
  const { rows } = await client.query<{ projection: string; number: number; parked_version: number }>(
    prepared(ADVANCE, [
      JSON.stringify(shares.map(checkpointOf)),
      String(portion.upTo.commit),
      String(portion.upTo.prepare),
      portion.caughtUp,
    ]),
  )
  const versions = new Map(rows.map((row) => [`${row.projection} ${row.number}`, row.parked_version]))
  const lost = shares.filter(({ member: { key } }) => !versions.has(`${key.projection} ${key.number}`))
  if (lost.length > 0) throw new LeaseLostError(lost.map(({ member }) => member))
  for (const { member, park } of shares) {
    const version = versions.get(`${member.key.projection} ${member.key.number}`)
    if (version !== member.parked.version + (park.length > 0 ? 1 : 0)) throw new ParkedChangedError(member)
  }
}

const checkpointOf = ({ member, events, park }: Share): Record<string, unknown> => ({
  projection: member.key.projection,
  number: member.key.number,
  epoch: String(member.epoch),
  events: events.length + park.length,
  first_event_at: events.at(0)?.created.toISOString() ?? null,
  last_event_at: events.at(-1)?.created.toISOString() ?? null,
  parks: park.length > 0 ? 1 : 0,
})

const project = async (client: ClientBase, member: Member, events: readonly StoredEvent[]): Promise<void> => {
  try {
    await member.projection.project(events, rowsIn(client, member.schema))
  } catch (error) {
    throw error instanceof PostgresTrouble ? error : new ProjectionFault(member, error)
  }
}
