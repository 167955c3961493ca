import type { ClientBase, Pool } from 'pg'
import type { Position } from '../eventstore/types.ts'
import type { Projection } from './projection.ts'
import { readSchemaOf, shapeOf } from './read-schema.ts'
import { createIndexes, createTable, quoteIdentifier } from './tables.ts'

/**
 * building: its rows are being made, nobody reads them. live: what queries of its shape read. previous: was live, is kept as
 * it was for a rollback. verifying: made only to be compared with what is live.
 */
export type GenerationState = 'building' | 'live' | 'previous' | 'verifying'

/** One set of tables of a projection, made by one version of its code. */
export interface Generation {
  readonly projection: string
  /** Counts up from 1. */
  readonly number: number
  readonly state: GenerationState
  /** Of the code that it was begun with. */
  readonly fingerprint: string
  readonly shape: string
  /** Where its tables are. */
  readonly schema: string
  /** Everything up to here is in its rows; undefined: nothing yet. */
  readonly position: Position | undefined
  readonly events: bigint
}

type Queryable = Pool | ClientBase

/** All generations of these projections, newest first. */
export const listGenerations = async (
  client: Queryable,
  projections: readonly Pick<Projection, 'name'>[],
): Promise<Generation[]> => {
  const { rows } = await client.query<GenerationRow>(
    'SELECT * FROM projections.generations WHERE projection = ANY($1) ORDER BY projection, number DESC',
    [projections.map(({ name }) => name)],
  )
  return rows.map(generationOf)
}

/** Those that queries of this code read. */
export const liveGenerations = async (
  client: Queryable,
  projections: readonly Projection[],
): Promise<Map<Projection, Generation>> => {
  const generations = await listGenerations(client, projections)
  const live = new Map<Projection, Generation>()
  for (const projection of projections) {
    const shape = shapeOf(projection)
    const generation = generations.find(
      (candidate) =>
        candidate.projection === projection.name && candidate.state === 'live' && candidate.shape === shape,
    )
    if (generation !== undefined) live.set(projection, generation)
  }
  return live
}

/** A new, empty generation with its tables; their indexes come when its rows stand. */
export const createGeneration = async (
  client: ClientBase,
  projection: Projection,
  fingerprint: string,
  state: 'building' | 'verifying' = 'building',
): Promise<Generation> => {
  const { rows } = await client.query<GenerationRow>(
    `INSERT INTO projections.generations (projection, number, state, fingerprint, shape, schema)
     SELECT $1, n, $4, $2, $3, $1 || '_g' || n
     FROM (SELECT coalesce(max(number), 0) + 1 AS n FROM projections.generations WHERE projection = $1) AS next
     RETURNING *`,
    [projection.name, fingerprint, shapeOf(projection), state],
  )
  const generation = one(rows)
  await client.query(`CREATE SCHEMA ${quoteIdentifier(generation.schema)}`)
  for (const table of projection.tables) await client.query(createTable(generation.schema, table))
  return generation
}

/** Builds the indexes that are not there yet, and has the planner look at the rows. */
export const buildIndexes = async (
  client: ClientBase,
  projection: Projection,
  { schema }: Pick<Generation, 'schema'>,
): Promise<void> => {
  for (const table of projection.tables) {
    for (const statement of createIndexes(schema, table)) await client.query(statement)
    await client.query(`ANALYZE ${quoteIdentifier(schema)}.${quoteIdentifier(table.name)}`)
  }
}

/** Has queries read this generation from the end of the transaction on. The one that they read before is kept as it is. */
export const makeLive = async (
  client: ClientBase,
  projection: Projection,
  { number, shape, schema }: Pick<Generation, 'number' | 'shape' | 'schema'>,
): Promise<Generation> => {
  await client.query(
    `UPDATE projections.generations
     SET state = 'previous', epoch = epoch + 1, owner = NULL, owner_pid = NULL, owner_since = NULL, lease_until = NULL
     WHERE projection = $1 AND shape = $2 AND state = 'live' AND number <> $3`,
    [projection.name, shape, number],
  )
  const { rows } = await client.query<GenerationRow>(
    `UPDATE projections.generations SET state = 'live', live_since = now()
     WHERE projection = $1 AND number = $2 RETURNING *`,
    [projection.name, number],
  )
  const readSchema = quoteIdentifier(readSchemaOf(projection))
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${readSchema}`)
  for (const { name } of projection.tables) {
    const source = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
    await client.query(
      `CREATE OR REPLACE VIEW ${readSchema}.${quoteIdentifier(name)} AS SELECT * FROM ${source}`,
    )
  }
  return one(rows)
}

/** What was live before is built on from where it stopped. */
export const revive = async (
  client: ClientBase,
  { projection, number }: Pick<Generation, 'projection' | 'number'>,
): Promise<Generation> => {
  const { rows } = await client.query<GenerationRow>(
    `UPDATE projections.generations SET state = 'building' WHERE projection = $1 AND number = $2 RETURNING *`,
    [projection, number],
  )
  return one(rows)
}

/** Removes a generation with its rows. */
export const dropGeneration = async (
  client: ClientBase,
  { projection, number, schema }: Pick<Generation, 'projection' | 'number' | 'schema'>,
): Promise<void> => {
  // with the views over its tables, where code of another shape read it
  await client.query(`DROP SCHEMA IF EXISTS ${quoteIdentifier(schema)} CASCADE`)
  await client.query('DELETE FROM projections.generations WHERE projection = $1 AND number = $2', [
    projection,
    number,
  ])
}

interface GenerationRow {
  readonly projection: string
  readonly number: number
  readonly state: GenerationState
  readonly fingerprint: string
  readonly shape: string
  readonly schema: string
  readonly commit_position: string | null
  readonly prepare_position: string | null
  readonly events: string
}

const generationOf = (row: GenerationRow): Generation => ({
  projection: row.projection,
  number: row.number,
  state: row.state,
  fingerprint: row.fingerprint,
  shape: row.shape,
  schema: row.schema,
  position: positionOf(row.commit_position, row.prepare_position),
  events: BigInt(row.events),
})

const one = (rows: readonly GenerationRow[]): Generation => {
  const [row] = rows
  if (row === undefined) throw new TypeError('a generation was expected, and there is none')
  return generationOf(row)
}

/** The position in two numeric columns; both are null before the first event. */
export const positionOf = (commit: string | null, prepare: string | null): Position | undefined =>
  commit === null || prepare === null ? undefined : { commit: BigInt(commit), prepare: BigInt(prepare) }
