import type { RecordedEvent } from '../log/types.ts'
import { beginTurn } from '../turn-time.ts'
import type { CheckpointTracker } from './checkpoint.ts'
import type { Run } from './filter.ts'
import type { SourceReader } from './source-reader.ts'

/** Keeps a group supplied with the events of its source, each once, in order. */
export interface Feed {
  /** Nothing is behind what was taken in: events come as they are committed, and nothing is read. */
  readonly live: boolean
  /** Whether `fill` would read. */
  readonly hungry: boolean
  /** Place of the last event that the group would deliver, as far as it is known. */
  readonly lastKnown: number | undefined
  /** Events that came while live, at most as many as the live buffer is said to hold. */
  readonly liveBuffered: number
  /** Reads on until there is no room any more, or nothing more to read, or it is somebody else's turn. */
  fill(): void
  /** Takes in what was committed, if the feed is live. */
  committed(runs: readonly Run[]): void
  stop(): void
}

export interface FeedOptions {
  readonly reader: SourceReader
  readonly tracker: CheckpointTracker
  /** The place to begin with. */
  readonly begin: number
  /** This much room has to be free before the source is read. */
  readonly readBatchSize: number
  readonly liveBufferSize: number
  /** How many more events the group can hold. */
  room(): number
  accept(event: RecordedEvent): void
  /** Something was taken in or passed over. */
  moved(): void
  /** Reading was interrupted for others' sake, and would go on now. */
  goOn(): void
}

/** So many events are looked at before others have their turn. */
const considerAtOnce = 1_000

export const createFeed = (options: FeedOptions): Feed => {
  const { reader, tracker, readBatchSize, liveBufferSize } = options
  let next = options.begin
  let live = false
  let stopped = false
  let interrupted = false
  let lastKnown: number | undefined
  let liveBuffered = 0

  const know = (event: RecordedEvent): void => {
    lastKnown = Math.max(lastKnown ?? -1, reader.placeOf(event))
  }

  /** Takes in what lies at `next` or behind it. False where the room was used up before the end. */
  const takeIn = (runs: readonly Run[]): boolean => {
    for (const { skipped, through, event } of runs) {
      if (skipped > 0 && through >= next) {
        tracker.skip(skipped, through)
        next = through + 1
      }
      if (event === undefined) continue
      const place = reader.placeOf(event)
      if (place < next) continue
      next = place
      if (options.room() <= 0) return false
      options.accept(event)
      next = place + 1
    }
    return true
  }

  const isHungry = (): boolean => !live && !stopped && !interrupted && options.room() > readBatchSize

  const interrupt = (): void => {
    interrupted = true
    setImmediate(() => {
      interrupted = false
      options.goOn()
    })
  }

  return {
    get live() {
      return live
    },
    get hungry() {
      return isHungry()
    },
    get lastKnown() {
      return lastKnown
    },
    get liveBuffered() {
      return liveBuffered
    },
    fill: () => {
      let budget = considerAtOnce
      const hasTime = beginTurn()
      while (isHungry()) {
        if (budget <= 0 || !hasTime()) {
          interrupt()
          return
        }
        const page = reader.read(next, budget, options.room())
        budget -= Math.max(page.considered, 1)
        for (const { event } of page.runs) if (event !== undefined) know(event)
        if (!takeIn(page.runs)) return
        next = Math.max(next, page.next)
        if (page.atEnd) {
          live = true
          liveBuffered = 0
        }
        options.moved()
      }
    },
    committed: (runs) => {
      for (const { event } of runs) {
        if (event === undefined) continue
        know(event)
        liveBuffered = Math.min(liveBufferSize, liveBuffered + 1)
      }
      if (!live || stopped) return
      live = takeIn(runs)
      options.moved()
    },
    stop: () => {
      stopped = true
    },
  }
}
