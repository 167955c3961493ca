import type { LogIndex } from './log-index.ts'
import type { LogStore } from './log-store.ts'
import { createdOf } from './record.ts'
import { firstReadable, isMetastream, originalOf } from './retention.ts'
import type { RetentionReader } from './retention-reader.ts'
import type { StreamState } from './types.ts'

/** Called with a record that lies at `offset` of `buffer` until the call returns. False: no more. */
export type Visit = (buffer: Buffer, offset: number, position: number) => boolean

/** Where a record lies. The buffer does not change any more. */
export interface RecordPlace {
  readonly buffer: Buffer
  readonly offset: number
  readonly position: number
}

/** Reads what is committed, record by record, without making objects of them. */
export interface RecordReader {
  state(stream: string): StreamState
  /** How many streams there are or were; each has a number below, in the order of their first events. */
  readonly streamCount: number
  /** Name of the stream of this number; undefined where none of its events is on disk. */
  streamName(number: number): string | undefined
  /** First revision that can be read now: after `$maxCount`, `$tb` and `$maxAge`. */
  firstReadableRevision(stream: string): number
  /** Where the readable record of this revision lies; undefined where it never was or is not readable any more. */
  place(stream: string, revision: number): RecordPlace | undefined
  /** The stream's records from `from` upwards, at most `limit`. Returns the revision to go on from. */
  forwards(stream: string, from: number, limit: number, visit: Visit): number
  /** The stream's records from `from` downwards, at most `limit`. Returns the revision to go on from, -1 at the start. */
  backwards(stream: string, from: number, limit: number, visit: Visit): number
  /** Records from `from` upwards, at most `limit`. Returns the position to go on from. */
  allForwards(from: number, limit: number, visit: Visit): number
  /** Records below `before`, newest first, at most `limit`. Returns the position to go on below. */
  allBackwards(before: number, limit: number, visit: Visit): number
}

/**
 * @param end gives the position past the last event that is on disk
 * @param now milliseconds since the Unix epoch, for `$maxAge`
 */
export function createRecordReader(
  index: LogIndex,
  store: LogStore,
  retention: RetentionReader,
  end: () => number,
  now: () => number,
): RecordReader {
  const { streams } = index

  function isTombstoned(stream: string): boolean {
    const number = streams.find(isMetastream(stream) ? originalOf(stream) : stream)
    return number >= 0 && streams.isTombstoneCommitted(number)
  }

  function state(stream: string): StreamState {
    const number = streams.find(stream)
    const count = number < 0 ? 0 : streams.committedCount(number)
    if (isTombstoned(stream)) return { lastRevision: count - 1, firstReadable: count, status: 'tombstoned' }
    if (count === 0) return { lastRevision: -1, firstReadable: 0, status: 'none' }
    const kept = retention.of(stream, 'committed')
    if (kept.softDeleted) return { lastRevision: count - 1, firstReadable: count, status: 'soft_deleted' }
    const first = Math.max(firstReadable(kept, count), streams.firstKept(number))
    return { lastRevision: count - 1, firstReadable: first, status: 'live' }
  }

  /** Events are appended in the order of their time, so the first that is young enough is found by halving. */
  function firstYoungerThan(number: number, oldest: number, from: number, count: number): number {
    let low = from
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      const { buffer, offset } = store.locate(streams.positionOf(number, middle))
      if (createdOf(buffer, offset) < oldest) low = middle + 1
      else high = middle
    }
    return low
  }

  function firstReadableRevision(stream: string): number {
    const { firstReadable: first, lastRevision, status } = state(stream)
    if (status !== 'live') return lastRevision + 1
    const { maxAge } = retention.of(stream, 'committed')
    if (maxAge === undefined || first > lastRevision) return first
    return firstYoungerThan(streams.find(stream), now() - maxAge * 1000, first, lastRevision + 1)
  }

  /** The position of the first record at or after `position`. */
  function align(position: number): number {
    const wanted = store.skipToRecord(position)
    if (wanted >= end() || store.tryLocate(wanted) !== undefined) return wanted
    let at = store.skipToRecord(index.boundaryBefore(wanted))
    while (at < wanted) at = following(at)
    return at
  }

  /** The position of the record behind the one at `position`. */
  function following(position: number): number {
    const next = position + store.locate(position).length
    return next < end() ? store.skipToRecord(next) : next
  }

  return {
    state,
    get streamCount() {
      return streams.count
    },
    streamName: (number) =>
      streams.committedCount(number) > 0 || streams.isTombstoneCommitted(number)
        ? streams.nameOf(number)
        : undefined,
    firstReadableRevision,
    place(stream, revision) {
      if (revision < firstReadableRevision(stream) || revision > state(stream).lastRevision) return undefined
      const position = streams.positionOf(streams.find(stream), revision)
      const { buffer, offset } = store.locate(position)
      return { buffer, offset, position }
    },
    forwards(stream, from, limit, visit) {
      const first = Math.max(from, firstReadableRevision(stream))
      const { lastRevision } = state(stream)
      const number = streams.find(stream)
      const stop = Math.min(lastRevision + 1, first + limit)
      for (let revision = first; revision < stop; revision++) {
        const position = streams.positionOf(number, revision)
        const { buffer, offset } = store.locate(position)
        if (!visit(buffer, offset, position)) return revision + 1
      }
      return Math.max(first, stop)
    },
    backwards(stream, from, limit, visit) {
      const first = firstReadableRevision(stream)
      const number = streams.find(stream)
      let revision = Math.min(from, state(stream).lastRevision)
      for (let left = limit; left > 0 && revision >= first; left--) {
        const position = streams.positionOf(number, revision)
        const { buffer, offset } = store.locate(position)
        revision--
        if (!visit(buffer, offset, position)) break
      }
      return revision < first ? -1 : revision
    },
    allForwards(from, limit, visit) {
      const stop = end()
      let position = from >= stop ? from : align(from)
      for (let left = limit; left > 0 && position < stop; left--) {
        let record = store.tryLocate(position)
        if (record === undefined) {
          position = store.skipToRecord(position)
          if (position >= stop) break
          record = store.locate(position)
        }
        const next = position + record.length
        if (!visit(record.buffer, record.offset, position)) return next
        position = next
      }
      return position
    },
    allBackwards(before, limit, visit) {
      let stop = Math.min(before, end())
      let left = limit
      while (left > 0 && stop > 0) {
        const starts: number[] = []
        const boundary = index.boundaryBefore(stop - 1)
        let at = store.skipToRecord(boundary)
        for (; at < stop; at = following(at)) starts.push(at)
        // a scavenge removed all between
        if (starts.length === 0) stop = boundary
        while (left > 0 && starts.length > 0) {
          const position = starts.pop() ?? 0
          const { buffer, offset } = store.locate(position)
          stop = position
          left--
          if (!visit(buffer, offset, position)) return stop
        }
      }
      return stop
    },
  }
}
