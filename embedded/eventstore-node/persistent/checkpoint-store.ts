import type { EventLog } from '../log/types.ts'
import { closeBook, jsonEvent, keepBook, lastEntry } from './books.ts'
import { groupKey, placeFromText, placeText } from './settings.ts'

const eventType = 'SubscriptionCheckpoint'

/** Where a group keeps its checkpoint. */
export interface CheckpointStore {
  /** The place that was written last, undefined where none was. */
  readonly written: number | undefined
  /** Writes the place; while a write is under way only the newest place waits for it. */
  write(place: number): void
  /** @throws BookkeepingError where the log does not take it. */
  delete(): Promise<void>
}

/** @param background Sees the writes through. Where one fails the group goes on, and would start further back after a crash. */
export const checkpointStore = (
  log: EventLog,
  source: string,
  group: string,
  background: (work: Promise<void>) => void,
): CheckpointStore => {
  const stream = `$persistentsubscription-${groupKey(source, group)}-checkpoint`
  let waiting: number | undefined
  let writing = false

  const entry = lastEntry(log, stream, eventType)
  let written = entry === undefined ? undefined : placeFromText(source, entry.replaceAll('"', ''))

  const writeAll = async (): Promise<void> => {
    writing = true
    try {
      while (waiting !== undefined) {
        const place = waiting
        waiting = undefined
        const data = JSON.stringify(placeText(source, place))
        await keepBook(log, 'a checkpoint', stream, jsonEvent(eventType, data))
        written = place
      }
    } finally {
      writing = false
    }
  }

  return {
    get written() {
      return written
    },
    write: (place) => {
      waiting = place
      if (!writing) background(writeAll())
    },
    delete: () => {
      waiting = undefined
      return closeBook(log, 'the end of the checkpoints', stream)
    },
  }
}
