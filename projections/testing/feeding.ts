import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import type { StoredEvent } from '../../eventstore/types.ts'
import type { Projection } from '../projection.ts'
import { rowsIn } from '../rows.ts'
import { createTable } from '../tables.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { rowsOf } from './database.ts'

/** What a projection makes of these batches, each in its own transaction, in tables of their own. */
export const feed = async (
  pool: pg.Pool,
  projection: Projection,
  batches: readonly (readonly StoredEvent[])[],
): Promise<Record<string, unknown[]>> => {
  const schema = `fed_${randomBytes(6).toString('hex')}`
  await pool.query(`CREATE SCHEMA ${schema}`)
  for (const table of projection.tables) await pool.query(createTable(schema, table))
  for (const batch of batches) {
    await inTransaction(pool, (client) => projection.project(batch, rowsIn(client, schema)))
  }
  const rows = await rowsOf(pool, schema, projection.tables)
  await pool.query(`DROP SCHEMA ${schema} CASCADE`)
  return rows
}

/** The events in batches of random sizes, each batch fed up to three times, as a crash between writing and knowing it would. */
export const repeatedBatches = (
  events: readonly StoredEvent[],
): fc.Arbitrary<readonly (readonly StoredEvent[])[]> =>
  fc
    .array(fc.record({ size: fc.integer({ min: 1, max: 5 }), times: fc.integer({ min: 1, max: 3 }) }), {
      minLength: events.length,
      maxLength: events.length,
    })
    .map((cuts) => {
      const batches: StoredEvent[][] = []
      let start = 0
      for (const { size, times } of cuts) {
        const batch = events.slice(start, start + size)
        if (batch.length > 0) batches.push(...Array<StoredEvent[]>(times).fill(batch))
        start += size
      }
      return batches
    })
