import { createIdTable, hashId, type IdTable } from './id-table.ts'
import { flagsOf, idOffset, revisionOf, streamLengthOf, streamOffset, TOMBSTONE } from './record.ts'
import { createStreamTable, type StreamTable } from './stream-table.ts'

/** What the log keeps in memory to find events: by stream and revision, by id, and by a rough position. */
export interface LogIndex {
  readonly streams: StreamTable
  readonly ids: IdTable
  /** The last known start of a record at or before `position`, 0 where there is none. */
  boundaryBefore(position: number): number
  addBoundary(position: number): void
}

/** What is known of one record without reading it: also a line of a sealed segment's index file. */
export interface IndexEntry {
  readonly stream: number
  readonly position: number
  /** `TOMBSTONE_REVISION` for a tombstone. */
  readonly revision: number
  readonly idHash: number
  readonly tombstone: boolean
}

const BOUNDARY_DISTANCE = 64 * 1024

export function createLogIndex(): LogIndex {
  let boundaries = new Float64Array(1024)
  let count = 0
  let latest = -BOUNDARY_DISTANCE

  return {
    streams: createStreamTable(),
    ids: createIdTable(),
    boundaryBefore(position) {
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((boundaries[middle] ?? 0) <= position) low = middle
        else high = middle - 1
      }
      const boundary = boundaries[low] ?? 0
      return boundary <= position ? boundary : 0
    },
    addBoundary(position) {
      if (position - latest < BOUNDARY_DISTANCE) return
      if (count === boundaries.length) {
        const grown = new Float64Array(count * 2)
        grown.set(boundaries)
        boundaries = grown
      }
      boundaries[count++] = position
      latest = position
    },
  }
}

export function entryOf(index: LogIndex, buffer: Buffer, offset: number, position: number): IndexEntry {
  const start = streamOffset(buffer, offset)
  return {
    stream: index.streams.findOrAddBytes(buffer, start, start + streamLengthOf(buffer, offset)),
    position,
    revision: revisionOf(buffer, offset),
    idHash: hashId(buffer, idOffset(offset)),
    tombstone: (flagsOf(buffer, offset) & TOMBSTONE) !== 0,
  }
}

/** Makes an event known to decisions on new appends; readers see it after `commitEntry`. */
export function addEntry(index: LogIndex, entry: IndexEntry): void {
  if (entry.tombstone) index.streams.markTombstoned(entry.stream)
  else index.streams.push(entry.stream, entry.position)
  index.ids.add(entry.idHash, entry.position)
  index.addBoundary(entry.position)
}

export function commitEntry(index: LogIndex, entry: IndexEntry): void {
  if (entry.tombstone) index.streams.commitTombstone(entry.stream)
  else index.streams.commit(entry.stream, 1)
}
