import type { Pool } from 'pg'
import type { Position } from '../eventstore/types.ts'

/** The state of a stream as it was after `revision`, as plain JSON data. */
export interface Snapshot {
  /** Of the code that made it: another one does not understand it, and ignores it. */
  readonly foldHash: string
  readonly revision: bigint
  readonly position: Position
  readonly state: unknown
  /** Ids of the newest commands with their times in milliseconds, oldest first; and whether there were others before. */
  readonly recentCommands: readonly (readonly [string, number])[]
  readonly hasOlderCommands: boolean
}

/** Snapshots stand beside the streams, never in them: all of them can be thrown away at any time. */
export interface SnapshotStore {
  /** The newest snapshot of a stream that was made with `foldHash`. */
  readonly load: (stream: string, foldHash: string) => Promise<Snapshot | undefined>
  /** Keeps it, unless there is a newer one by the same code. */
  readonly save: (stream: string, snapshot: Snapshot) => Promise<void>
}

/**
 * `json` and not `jsonb`: it is handed out as it was written, where the other is put together again each time, which takes as long
 * as all the rest of a cold start; and not compressed, which takes its time as well. `aggregates` was the table of earlier versions.
 */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS snapshots;
  DROP TABLE IF EXISTS snapshots.aggregates;
  CREATE TABLE IF NOT EXISTS snapshots.states (
    stream text PRIMARY KEY,
    fold_hash text NOT NULL,
    revision numeric(20) NOT NULL,
    commit_position numeric(20) NOT NULL,
    prepare_position numeric(20) NOT NULL,
    state json NOT NULL,
    recent_commands json NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now()
  );
  ALTER TABLE snapshots.states ALTER COLUMN state SET STORAGE EXTERNAL;
`

/** A lock of our own: two instances that start together must not create the tables at once. */
const CREATING = 7_205_190_412

/** Snapshots in Postgres, shared by all instances. */
export const openSnapshotStore = async (pool: Pool): Promise<SnapshotStore> => {
  await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${CREATING}); ${TABLES} COMMIT;`)
  return {
    load: async (stream, foldHash) => {
      const { rows } = await pool.query<{
        revision: string
        commit_position: string
        prepare_position: string
        state: unknown
        recent_commands: { newest: [string, number][]; hasOlder: boolean }
      }>({
        name: 'snapshot-load',
        text: `SELECT revision, commit_position, prepare_position, state, recent_commands
                 FROM snapshots.states WHERE stream = $1 AND fold_hash = $2`,
        values: [stream, foldHash],
      })
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        foldHash,
        revision: BigInt(row.revision),
        position: { commit: BigInt(row.commit_position), prepare: BigInt(row.prepare_position) },
        state: row.state,
        recentCommands: row.recent_commands.newest,
        hasOlderCommands: row.recent_commands.hasOlder,
      }
    },
    save: async (stream, snapshot) => {
      const { foldHash, revision, position, state, recentCommands, hasOlderCommands } = snapshot
      await pool.query({
        name: 'snapshot-save',
        text: `INSERT INTO snapshots.states AS kept
                      (stream, fold_hash, revision, commit_position, prepare_position, state, recent_commands)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (stream) DO UPDATE
                  SET fold_hash = excluded.fold_hash, revision = excluded.revision,
                      commit_position = excluded.commit_position, prepare_position = excluded.prepare_position,
                      state = excluded.state, recent_commands = excluded.recent_commands, taken_at = now()
                WHERE kept.fold_hash <> excluded.fold_hash OR kept.revision < excluded.revision`,
        values: [
          stream,
          foldHash,
          revision.toString(),
          position.commit.toString(),
          position.prepare.toString(),
          JSON.stringify(state),
          JSON.stringify({ newest: recentCommands, hasOlder: hasOlderCommands }),
        ],
      })
    },
  }
}
