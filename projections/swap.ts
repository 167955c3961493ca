import type { ClientBase, Pool } from 'pg'
import type { Position } from '../eventstore/types.ts'
import { lockGenerations } from './bookkeeping.ts'
import { dropGeneration, listGenerations, makeLive, positionOf } from './generations.ts'
import { LEASES_CHANNEL } from './lease.ts'
import { isAfter, type Member } from './member.ts'
import { isAborted, pause } from './pause.ts'
import { announce } from './progress.ts'
import { shapeOf } from './read-schema.ts'
import { quoteIdentifier } from './tables.ts'
import { inTransaction } from '../platform/transaction.ts'

/** How long the writer of what is live may be held up: queries go on meanwhile, but don't get newer. */
const PATIENCE_MS = 2_000

// a view is replaced while nobody reads it: those who come meanwhile wait no longer than this for a query that takes its time
const BEGIN = 'BEGIN; SET LOCAL lock_timeout = 500'

/**
 * Has queries read these generations, all from the same moment on. None of them may be behind what queries read so far, or
 * somebody who has seen an order would see it vanish: the writers of what is live are held until these have caught up with them.
 *
 * @returns false where they did not catch up in time; nothing has changed then
 */
export const swap = async (pool: Pool, members: readonly Member[], signal: AbortSignal): Promise<boolean> => {
  const swapped = await inTransaction(
    pool,
    async (client) => {
      await lockGenerations(client)
      const reached = await holdLive(client, members)
      const deadline = Date.now() + PATIENCE_MS
      while (members.some((member) => isBehind(member, reached.get(member)))) {
        if (Date.now() > deadline || isAborted(signal)) return false
        await pause(5, signal)
      }
      for (const { projection, key, schema } of members) {
        await makeLive(client, projection, { number: key.number, shape: shapeOf(projection), schema })
      }
      await client.query('SELECT pg_notify($1, $2)', [LEASES_CHANNEL, ''])
      return true
    },
    BEGIN,
  )
  if (!swapped) return false
  for (const member of members) {
    member.isLive = true
    // what was written between the swap and this line was told to nobody
    if (member.position !== undefined) await announce(pool, member.position, [member.projection])
  }
  return true
}

const isBehind = ({ position }: Member, live: Position | undefined): boolean =>
  live !== undefined && (position === undefined || isAfter(live, position))

/** Holds the writers of what the members are to replace, and tells how far they got. */
export const holdLive = async (
  client: ClientBase,
  members: readonly Member[],
): Promise<Map<Member, Position | undefined>> => {
  const { rows } = await client.query<{
    projection: string
    commit_position: string | null
    prepare_position: string | null
  }>(
    `SELECT projection, commit_position, prepare_position FROM projections.generations
     WHERE state = 'live' AND (projection, shape) IN
       (SELECT projection, shape FROM json_to_recordset($1::json) AS m(projection text, shape text))
     ORDER BY projection, number FOR UPDATE`,
    [
      JSON.stringify(
        members.map(({ projection }) => ({ projection: projection.name, shape: shapeOf(projection) })),
      ),
    ],
  )
  return new Map(
    members.map((member) => {
      const live = rows.find(({ projection }) => projection === member.key.projection)
      return [member, live && positionOf(live.commit_position, live.prepare_position)]
    }),
  )
}

/** Removes what no rollback needs any more: all that is older than the generation that was live before this one. */
export const dropOutdated = async (pool: Pool, members: readonly Member[]): Promise<void> => {
  await inTransaction(pool, async (client) => {
    await lockGenerations(client)
    for (const { projection, key } of members) {
      const older = (await listGenerations(client, [projection])).filter(({ number }) => number < key.number)
      const [kept] = older.filter(({ state }) => state === 'previous' || state === 'live')
      const outdated = older.filter((generation) => generation !== kept && generation.state !== 'verifying')
      for (const generation of outdated) await dropGeneration(client, generation)
      for (const { shape } of outdated) {
        if (shape === kept?.shape || shape === shapeOf(projection)) continue
        await client.query(`DROP SCHEMA IF EXISTS ${quoteIdentifier(`read_${projection.name}_${shape}`)}`)
      }
    }
  })
}
