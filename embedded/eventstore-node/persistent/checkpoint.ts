import type { Tracked } from './message.ts'

export interface CheckpointRules {
  /** Milliseconds; 0: never for time's sake. */
  readonly checkpointAfter: number
  readonly minCheckpointCount: number
  readonly maxCheckpointCount: number
}

/** Keeps the place up to which everything is done, and says when it is worth writing down. */
export interface CheckpointTracker {
  /** Place of the event that was considered last, -1 where none was. */
  readonly through: number
  /** `count` events up to `place` were passed over: they are done. */
  skip(count: number, place: number): void
  /** The next event is one to deliver. What a message has to know of it: */
  track(place: number): Tracked
  /** To be called once for each tracked message, as soon as nobody will ask for it again. */
  settle(ordinal: number): void
  /** The place to write down now, if any. `ticking`: the clock asks, not the end of a message. */
  due(now: number, ticking: boolean): number | undefined
}

/**
 * The checkpoint is the last considered place before the first event that is not settled, be it with a consumer, waiting
 * for one, or on its way to the parked messages: nothing behind a checkpoint can be lost by a crash.
 *
 * When to write follows EventStoreDB: at once after `maxCheckpointCount` considered events; on the clock after
 * `minCheckpointCount` of them, if the last write is `checkpointAfter` ago.
 *
 * @param from Place of the checkpoint that the group starts with; undefined where it has none.
 */
export const checkpointTracker = (rules: CheckpointRules, from: number | undefined): CheckpointTracker => {
  const unsettled = new Map<number, Tracked>()
  let through = from ?? -1
  let considered = 0
  let nextOrdinal = 0
  let lowestOrdinal = 0
  let writtenCount = 0
  let writtenAt = -Infinity

  const lowest = (): Tracked | undefined => {
    while (lowestOrdinal < nextOrdinal) {
      const entry = unsettled.get(lowestOrdinal)
      if (entry !== undefined) return entry
      lowestOrdinal++
    }
    return undefined
  }

  return {
    get through() {
      return through
    },
    skip: (count, place) => {
      considered += count
      through = place
    },
    track: (place) => {
      const tracked = { place, previous: through, sequence: considered, ordinal: nextOrdinal }
      unsettled.set(nextOrdinal, tracked)
      nextOrdinal++
      considered++
      through = place
      return tracked
    },
    settle: (ordinal) => {
      unsettled.delete(ordinal)
    },
    due: (now, ticking) => {
      const waiting = lowest()
      const count = waiting?.sequence ?? considered
      const gained = count - writtenCount
      if (gained <= 0) return undefined
      const timely = rules.checkpointAfter > 0 && now - writtenAt >= rules.checkpointAfter
      if (gained < rules.maxCheckpointCount && !(ticking && timely && gained >= rules.minCheckpointCount)) {
        return undefined
      }
      writtenCount = count
      writtenAt = now
      return waiting?.previous ?? through
    },
  }
}
