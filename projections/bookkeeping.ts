import type { ClientBase } from 'pg'

/** Key of the advisory lock for changes of generations; any number that nothing else in this database uses. */
const GENERATIONS_LOCK = 7_203_512

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS projections;
  CREATE TABLE IF NOT EXISTS projections.generations (
    projection text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'live', 'previous', 'verifying')),
    fingerprint text NOT NULL,
    shape text NOT NULL,
    schema text NOT NULL,
    commit_position numeric(20),
    prepare_position numeric(20),
    events bigint NOT NULL DEFAULT 0,
    last_event_at timestamptz(3),
    last_batch_at timestamptz(3),
    last_batch_events integer NOT NULL DEFAULT 0,
    last_batch_lag_ms bigint NOT NULL DEFAULT 0,
    events_per_second double precision NOT NULL DEFAULT 0,
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
  CREATE TABLE IF NOT EXISTS projections.forgotten (
    customer_id text PRIMARY KEY,
    forgotten_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS projections.claims (
    purpose text NOT NULL,
    key text NOT NULL,
    tries integer NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (purpose, key)
  );
  CREATE INDEX IF NOT EXISTS claims_by_time ON projections.claims (until);
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

/** Instances that change generations take turns; ends with the transaction. */
export const lockGenerations = async (client: ClientBase): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock($1)', [GENERATIONS_LOCK])
}

/** The tables in which the generations are kept, where they are not there yet. */
export const createBookkeeping = async (client: ClientBase): Promise<void> => {
  await lockGenerations(client)
  await client.query(TABLES)
}
