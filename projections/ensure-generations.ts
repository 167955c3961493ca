import type { Pool } from 'pg'
import { createBookkeeping } from './bookkeeping.ts'
import { fingerprintOf } from './fingerprint.ts'
import { buildIndexes, createGeneration, listGenerations, liveGenerations, makeLive } from './generations.ts'
import type { Projection } from './projection.ts'
import { inTransaction } from '../platform/transaction.ts'

/**
 * Makes sure that there is something to read for each projection that never had any, an empty generation at first, and tells
 * which projections have to be built anew: their tables or their code are no longer those that made what is live.
 */
export const ensureGenerations = async (
  pool: Pool,
  projections: readonly Projection[],
): Promise<Projection[]> => {
  const fingerprints = await fingerprintsOf(projections)
  return inTransaction(pool, async (client) => {
    await createBookkeeping(client)
    const known = new Set((await listGenerations(client, projections)).map(({ projection }) => projection))
    const live = await liveGenerations(client, projections)
    const outdated: Projection[] = []
    for (const projection of projections) {
      const fingerprint = fingerprints.get(projection) ?? ''
      if (!known.has(projection.name)) {
        const generation = await createGeneration(client, projection, fingerprint)
        await buildIndexes(client, projection, generation)
        await makeLive(client, projection, generation)
      } else if (live.get(projection)?.fingerprint !== fingerprint) {
        outdated.push(projection)
      }
    }
    return outdated
  })
}

export const fingerprintsOf = async (
  projections: readonly Projection[],
): Promise<ReadonlyMap<Projection, string>> =>
  new Map(
    await Promise.all(
      projections.map(async (projection) => [projection, await fingerprintOf(projection)] as const),
    ),
  )
