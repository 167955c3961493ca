import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Aggregate } from './aggregate.ts'
import type { Loaded } from './loaded.ts'
import { recentCommandsOf } from './recent-commands.ts'
import type { SnapshotStore } from './snapshot-store.ts'

type Snapshotted<State> = Pick<Aggregate<State, never, never, unknown>, 'snapshots'>

export interface Snapshotting {
  /** The stream as of its snapshot; undefined where there is none that this code understands. */
  readonly load: <State>(aggregate: Snapshotted<State>, stream: string) => Promise<Loaded<State> | undefined>
  /** Takes a snapshot where the stream has grown enough between `before` and `after`; nobody waits for it. */
  readonly grown: <State>(
    aggregate: Snapshotted<State>,
    stream: string,
    before: Loaded<State>,
    after: Loaded<State>,
  ) => void
}

/** Events between two snapshots of a stream at least: those since the last one are what a new process has to read. */
const EVERY = 50n
/** How many times as long as it took is waited after a snapshot: in a rush they must not become what a process mostly does. */
const REST = 20

/** Snapshots help, but nothing depends on them: what goes wrong is told to `onError`, and the stream is read instead. */
export const createSnapshotting = (
  kept:
    { readonly store: SnapshotStore; readonly onError: (error: unknown, stream: string) => void } | undefined,
): Snapshotting => {
  if (kept === undefined) return { load: () => Promise.resolve(undefined), grown: () => undefined }
  const { store, onError } = kept
  /** Streams of which a snapshot is being taken, or was a moment ago. */
  const resting = new Set<string>()

  const take = async <State>(
    { toSnapshot, foldHash }: NonNullable<Snapshotted<State>['snapshots']>,
    stream: string,
    { state, revision, position, recentCommands }: Loaded<State>,
  ): Promise<void> => {
    if (revision === undefined || position === undefined) return
    resting.add(stream)
    // a large state takes its time: whoever waits for the stream is answered first
    await nextTurn()
    const began = performance.now()
    try {
      await store.save(stream, {
        ...{ foldHash, revision, position },
        state: toSnapshot(state),
        recentCommands: [...recentCommands],
        hasOlderCommands: recentCommands.hasOlder,
      })
    } finally {
      setTimeout(() => resting.delete(stream), REST * (performance.now() - began)).unref()
    }
  }

  return {
    load: async ({ snapshots }, stream) => {
      if (snapshots === undefined) return undefined
      try {
        const snapshot = await store.load(stream, snapshots.foldHash)
        if (snapshot === undefined) return undefined
        const { revision, position, state, recentCommands, hasOlderCommands } = snapshot
        return {
          state: snapshots.fromSnapshot(state),
          revision,
          position,
          recentCommands: recentCommandsOf(recentCommands, hasOlderCommands),
        }
      } catch (error) {
        onError(error, stream)
        return undefined
      }
    },

    grown: ({ snapshots }, stream, before, after) => {
      const isGrown = (after.revision ?? 0n) / EVERY > (before.revision ?? 0n) / EVERY
      if (snapshots === undefined || !isGrown || resting.has(stream)) return
      take(snapshots, stream, after).catch((error: unknown) => {
        onError(error, stream)
      })
    },
  }
}
