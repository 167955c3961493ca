import type { Aggregate } from './aggregate.ts'
import type { Loaded } from './loaded.ts'
import { recentCommandsOf } from './recent-commands.ts'
import type { SnapshotStore } from './snapshot-store.ts'

type Snapshotted<State> = Pick<Aggregate<State, never, never, unknown>, 'snapshots'>

export interface Snapshotting {
  /** The stream as of its snapshot; undefined where there is none that this code understands. */
  readonly load: <State>(aggregate: Snapshotted<State>, stream: string) => Promise<Loaded<State> | undefined>
  /** Takes a snapshot where the stream has grown enough between `before` and `after`; does not wait for it. */
  readonly grown: <State>(
    aggregate: Snapshotted<State>,
    stream: string,
    before: Loaded<State>,
    after: Loaded<State>,
  ) => void
}

/** Events between two snapshots of a stream: what a cold start has to read at most. */
const EVERY = 500n

/** Snapshots help, but nothing depends on them: what goes wrong is told to `onError`, and the stream is read instead. */
export const createSnapshotting = (
  kept:
    { readonly store: SnapshotStore; readonly onError: (error: unknown, stream: string) => void } | undefined,
): Snapshotting => ({
  load: async ({ snapshots }, stream) => {
    if (kept === undefined || snapshots === undefined) return undefined
    try {
      const snapshot = await kept.store.load(stream, snapshots.foldHash)
      if (snapshot === undefined) return undefined
      const { revision, position, state, recentCommands, hasOlderCommands } = snapshot
      return {
        state: snapshots.fromSnapshot(state),
        revision,
        position,
        recentCommands: recentCommandsOf(recentCommands, hasOlderCommands),
      }
    } catch (error) {
      kept.onError(error, stream)
      return undefined
    }
  },

  grown: ({ snapshots }, stream, before, after) => {
    const { state, revision, position, recentCommands } = after
    if (kept === undefined || snapshots === undefined) return
    if (revision === undefined || position === undefined) return
    if (revision / EVERY === (before.revision ?? 0n) / EVERY) return
    const { foldHash } = snapshots
    const snapshot = {
      foldHash,
      revision,
      position,
      state: snapshots.toSnapshot(state),
      recentCommands: [...recentCommands],
      hasOlderCommands: recentCommands.hasOlder,
    }
    kept.store.save(stream, snapshot).catch((error: unknown) => {
      kept.onError(error, stream)
    })
  },
})
