import { LogClosedError } from './errors.ts'
import { addEntry, entryOf, type IndexEntry, type LogIndex } from './log-index.ts'
import type { LogStore } from './log-store.ts'
import { recordLength, sealRecord, writeRecord, type RecordFields } from './record.ts'

/**
 * Group commit: appends are decided one after the other, at once, and written to the disk together: all that came while
 * the disk was busy share the next write and its sync.
 */
export interface Writer {
  /**
   * Puts the events behind the log's end, as one append that is there wholly or not at all. Returns their positions;
   * they last once `settled` resolves.
   * @throws InvalidEventError, LogWriteError or LogClosedError, before anything was written
   */
  write(records: readonly RecordFields[]): number[]
  /** Resolves when all that was written up to now is on disk, rejects when the disk refused it. */
  settled(): Promise<void>
  /** False from when the disk refused a write, and after `close`. */
  readonly isOpen: boolean
  close(): Promise<void>
}

export interface WriterEvents {
  /** Called after each sync with what became readable, in log order, and the log's new end. */
  synced(entries: readonly IndexEntry[], end: number): void
  /** Called when the disk refused a write: no append will succeed from then on. */
  failed(error: Error): void
}

export function createWriter(index: LogIndex, store: LogStore, events: WriterEvents): Writer {
  let unsynced: IndexEntry[] = []
  let failure: Error | undefined
  let flushing: Promise<void> | undefined
  let waiting: { end: number; resolve: () => void; reject: (error: Error) => void }[] = []

  async function flushAll(): Promise<void> {
    while (store.synced < store.end || unsynced.length > 0) {
      // what else arrives in this turn of the event loop shares the sync, and those who append in answer to what they read
      // can't keep the loop from turning
      await new Promise((resolve) => setImmediate(resolve))
      const entries = unsynced
      unsynced = []
      const end = await store.flush()
      events.synced(entries, end)
      const done = waiting.filter((waiter) => waiter.end <= end)
      waiting = waiting.filter((waiter) => waiter.end > end)
      for (const { resolve } of done) resolve()
    }
  }

  function startFlush(): void {
    flushing ??= flushAll()
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error))
        for (const { reject } of waiting) reject(failure)
        events.failed(failure)
        waiting = []
      })
      .finally(() => {
        flushing = undefined
      })
  }

  return {
    write(records) {
      if (failure !== undefined) throw failure
      const lengths = records.map(recordLength)
      const total = lengths.reduce((sum, length) => sum + length, 0)
      const chunk = store.reserve(total)
      const positions = records.map((record, at) => {
        const length = lengths[at] ?? 0
        const offset = chunk.used
        const position = store.end
        writeRecord(chunk.buffer, offset, length, record, at === records.length - 1)
        sealRecord(chunk.buffer, offset, position, store.synced)
        store.advance(length)
        const entry = entryOf(index, chunk.buffer, offset, position)
        addEntry(index, entry)
        unsynced.push(entry)
        return position
      })
      startFlush()
      return positions
    },
    settled() {
      if (failure !== undefined) return Promise.reject(failure)
      if (flushing === undefined) return Promise.resolve()
      return new Promise((resolve, reject) => waiting.push({ end: store.end, resolve, reject }))
    },
    get isOpen() {
      return failure === undefined
    },
    async close() {
      await flushing
      failure ??= new LogClosedError()
    },
  }
}
