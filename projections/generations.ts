import type { ClientBase, Pool } from 'pg'
import type { Position } from '../eventstore/types.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Projection } from './projection.ts'
import { readSchemaOf, shapeOf } from './read-schema.ts'
import { createIndexes, createTable, quoteIdentifier } from './tables.ts'
import { inTransaction } from './transaction.ts'

/**
 * building: its rows are being made, nobody reads them. live: what queries of its shape read. previous: was live, is kept as
 * it was for a rollback.
 */
export type GenerationState = 'building' | 'live' | 'previous'

/** One set of tables of a projection, made by one version of its code. */
export interface Generation {
  readonly projection: string
  /** Counts up from 1. */
  readonly number: number
  readonly state: GenerationState
  readonly fingerprint: string
  readonly shape: string
  /** Where its tables are. */
  readonly schema: string
  /** Everything up to here is in its rows; undefined: nothing yet. */
  readonly position: Position | undefined
  readonly events: bigint
}

/** Key of the advisory lock for changes of generations; any number that nothing else in this database uses. */
const GENERATIONS_LOCK = 7_203_512

const BOOKKEEPING = `
  CREATE SCHEMA IF NOT EXISTS projections;
  CREATE TABLE IF NOT EXISTS projections.generations (
    projection text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'live', 'previous')),
    fingerprint text NOT NULL,
    shape text NOT NULL,
    schema text NOT NULL,
    commit_position numeric(20),
    prepare_position numeric(20),
    events bigint NOT NULL DEFAULT 0,
    last_event_at timestamptz(3),
    caught_up boolean NOT NULL DEFAULT false,
    parked_version integer NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    live_since timestamptz(3),
    epoch bigint NOT NULL DEFAULT 0,
    owner text,
    owner_pid integer,
    owner_since timestamptz,
    lease_until timestamptz(3),
    PRIMARY KEY (projection, number),
    CHECK ((commit_position IS NULL) = (prepare_position IS NULL))
  );
  CREATE UNIQUE INDEX IF NOT EXISTS one_live_a_shape ON projections.generations (projection, shape) WHERE state = 'live';
  CREATE TABLE IF NOT EXISTS projections.parked (
    projection text NOT NULL,
    generation integer NOT NULL,
    stream text NOT NULL,
    revision bigint NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    commit_position numeric(20) NOT NULL,
    prepare_position numeric(20) NOT NULL,
    reason text NOT NULL CHECK (reason IN ('unreadable', 'failed', 'behind')),
    error text NOT NULL,
    parked_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (projection, generation, stream, revision),
    FOREIGN KEY (projection, generation) REFERENCES projections.generations (projection, number) ON DELETE CASCADE
  )`

/**
 * Makes sure that each projection has a generation that this code can write, and returns it: the one that its code made
 * before, or a new one. The first of its projection is live at once; a later one is built beside what is live.
 */
export const ensureGenerations = async (
  pool: Pool,
  projections: readonly Projection[],
): Promise<Map<string, Generation>> => {
  const fingerprints = new Map<string, string>()
  for (const projection of projections) fingerprints.set(projection.name, await fingerprintOf(projection))
  return inTransaction(pool, async (client) => {
    await lockGenerations(client)
    await client.query(BOOKKEEPING)
    const found = new Map<string, Generation>()
    for (const projection of projections) {
      const fingerprint = fingerprints.get(projection.name) ?? ''
      found.set(projection.name, await ensureGeneration(client, projection, fingerprint))
    }
    return found
  })
}

/** Instances that change generations take turns; ends with the transaction. */
export const lockGenerations = async (client: ClientBase): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock($1)', [GENERATIONS_LOCK])
}

const ensureGeneration = async (
  client: ClientBase,
  projection: Projection,
  fingerprint: string,
): Promise<Generation> => {
  const all = await listGenerations(client, projection.name)
  const own = all.filter((generation) => generation.fingerprint === fingerprint)
  const usable = own.find(({ state }) => state === 'live') ?? own.find(({ state }) => state === 'building')
  if (usable !== undefined) return usable
  const kept = own.find(({ state }) => state === 'previous')
  if (kept !== undefined) return revive(client, kept)
  const created = await createGeneration(client, projection, fingerprint)
  if (all.length > 0) return created
  await buildIndexes(client, projection, created)
  return makeLive(client, projection, created)
}

/** All generations of a projection, newest first. */
export const listGenerations = async (
  client: Pool | ClientBase,
  projection: string,
): Promise<Generation[]> => {
  const { rows } = await client.query<GenerationRow>(
    'SELECT * FROM projections.generations WHERE projection = $1 ORDER BY number DESC',
    [projection],
  )
  return rows.map(generationOf)
}

/** Those that code with this fingerprint made, newest first. */
export const generationsOf = async (
  client: Pool | ClientBase,
  projection: string,
  fingerprint: string,
): Promise<Generation[]> =>
  (await listGenerations(client, projection)).filter((generation) => generation.fingerprint === fingerprint)

/** A new, empty generation with its tables; their indexes come when its rows stand. */
export const createGeneration = async (
  client: ClientBase,
  projection: Projection,
  fingerprint: string,
): Promise<Generation> => {
  const { rows } = await client.query<GenerationRow>(
    `INSERT INTO projections.generations (projection, number, state, fingerprint, shape, schema)
     SELECT $1, n, 'building', $2, $3, $1 || '_g' || n
     FROM (SELECT coalesce(max(number), 0) + 1 AS n FROM projections.generations WHERE projection = $1) AS next
     RETURNING *`,
    [projection.name, fingerprint, shapeOf(projection)],
  )
  const [row] = rows
  if (row === undefined) throw new TypeError('INSERT … RETURNING gave no row')
  await client.query(`CREATE SCHEMA ${quoteIdentifier(row.schema)}`)
  for (const table of projection.tables) await client.query(createTable(row.schema, table))
  return generationOf(row)
}

export const buildIndexes = async (
  client: ClientBase,
  projection: Projection,
  { schema }: Generation,
): Promise<void> => {
  for (const statement of projection.tables.flatMap((table) => createIndexes(schema, table))) {
    await client.query(statement)
  }
}

/** Has queries read this generation. The one that they read before is kept as the previous one. */
export const makeLive = async (
  client: ClientBase,
  projection: Projection,
  generation: Generation,
): Promise<Generation> => {
  await client.query(
    `UPDATE projections.generations SET state = 'previous'
     WHERE projection = $1 AND shape = $2 AND state = 'live' AND number <> $3`,
    [generation.projection, generation.shape, generation.number],
  )
  const { rows } = await client.query<GenerationRow>(
    `UPDATE projections.generations SET state = 'live', live_since = now()
     WHERE projection = $1 AND number = $2 RETURNING *`,
    [generation.projection, generation.number],
  )
  const readSchema = quoteIdentifier(readSchemaOf(projection))
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${readSchema}`)
  for (const { name } of projection.tables) {
    const source = `${quoteIdentifier(generation.schema)}.${quoteIdentifier(name)}`
    await client.query(
      `CREATE OR REPLACE VIEW ${readSchema}.${quoteIdentifier(name)} AS SELECT * FROM ${source}`,
    )
  }
  return rows[0] === undefined ? generation : generationOf(rows[0])
}

/** A generation that was live before is built on from where it stopped. */
const revive = async (client: ClientBase, { projection, number }: Generation): Promise<Generation> => {
  const { rows } = await client.query<GenerationRow>(
    `UPDATE projections.generations SET state = 'building' WHERE projection = $1 AND number = $2 RETURNING *`,
    [projection, number],
  )
  const [row] = rows
  if (row === undefined) throw new TypeError('UPDATE … RETURNING gave no row')
  return generationOf(row)
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

/** The position in two numeric columns; both are null before the first event. */
export const positionOf = (commit: string | null, prepare: string | null): Position | undefined =>
  commit === null || prepare === null ? undefined : { commit: BigInt(commit), prepare: BigInt(prepare) }
