import fs from 'node:fs'
import path from 'node:path'
import { lockDirectory } from './directory-lock.ts'
import type { IndexEntry, LogIndex } from './log-index.ts'
import type { SegmentedStore } from './log-store.ts'
import { recover } from './recovery.ts'
import { SCAVENGING_SUFFIX, syncDirectory, type Segment } from './segment-files.ts'
import { addToColumns, createEntryColumns, writeSegmentIndex, type EntryColumns } from './segment-index.ts'
import { markerFile, openSyncedMarker } from './synced-marker.ts'

/** A log's directory, open and locked. */
export interface LogFiles {
  readonly store: SegmentedStore
  /** Position of the last event that was found, -1 where there was none. */
  readonly lastPosition: number
  /** Called with each event that is on disk, in order, so that a segment has an index file when it is complete. */
  add(entry: IndexEntry): void
  /** The segments that take no more appends, and have their index files. */
  sealed(): readonly Segment[]
  close(): void
}

/**
 * Opens the directory of a log, creates it where it is missing, and fills the index from its files.
 * @throws DataDirectoryInUseError, LogDamagedError
 */
export function openLogFiles(
  directory: string,
  index: LogIndex,
  segmentLength: number,
  report: (line: string) => void,
): LogFiles {
  const created = fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (created !== undefined) syncDirectory(path.dirname(created))
  const unlock = lockDirectory(directory)
  try {
    const marker = openSyncedMarker(directory)
    try {
      if (marker.initial === undefined)
        report(`${markerFile(directory)} is harmed: where the log ends is taken from its records.`)
      const { segments, active, lastPosition } = recover(directory, index, marker.initial ?? 0, report)
      removeUnfinished(directory)
      const last = segments.at(-1)
      // it may have lagged behind, or be harmed
      marker.set(last === undefined ? 0 : last.base + last.length)
      const sealer = createSealer(index, segments, active)
      return {
        store: { directory, segments, marker, segmentLength },
        lastPosition,
        add: (entry) => {
          sealer.add(entry)
        },
        sealed: () => segments.slice(0, sealer.sealedCount),
        close() {
          marker.close()
          unlock()
        },
      }
    } catch (error) {
      marker.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Collects what the index file of the newest segment will say, and writes it when the next segment has begun. */
function createSealer(
  index: LogIndex,
  segments: readonly Segment[],
  active: EntryColumns,
): { add(entry: IndexEntry): void; readonly sealedCount: number } {
  const nameOf = (stream: number): string => index.streams.nameOf(stream)
  let columns = active
  let current = Math.max(segments.length - 1, 0)
  const add = (entry: IndexEntry): void => {
    for (
      let next = segments[current + 1];
      next !== undefined && entry.position >= next.base;
      next = segments[current + 1]
    ) {
      const sealed = segments[current++]
      if (sealed !== undefined) writeSegmentIndex(sealed, columns, nameOf)
      columns = createEntryColumns()
    }
    addToColumns(columns, entry, segments[current]?.base ?? 0)
  }
  return {
    add,
    get sealedCount() {
      return current
    },
  }
}

/** Takes away what a scavenge had not finished when the process ended. */
function removeUnfinished(directory: string): void {
  for (const name of fs.readdirSync(directory))
    if (name.endsWith(SCAVENGING_SUFFIX)) fs.rmSync(path.join(directory, name))
}
