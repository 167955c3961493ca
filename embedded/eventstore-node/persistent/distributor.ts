import type { NodeLog } from '../log/log.ts'
import type { RecordedEvent } from '../log/types.ts'
import type { EventFilter } from '../streams/filter.ts'
import { filterKey, groupFilter, runsOf, type GroupFilter, type Run } from './filter.ts'
import type { Group } from './group.ts'
import { allStream, type Source } from './settings.ts'
import { allReader, streamReader, type SourceReader } from './source-reader.ts'

/** Tells groups of what is committed. */
export interface Distributor {
  /** How a group reads its source. @throws InvalidRegexError for a filter that is none. */
  readerOf(source: Source): SourceReader
  add(group: Group): void
  remove(group: Group): void
}

/** Groups on `$all` whose filters let the same events through. */
interface FilterClass {
  readonly filter: GroupFilter
  readonly groups: Set<Group>
}

/**
 * A filter looks at each event once, however many groups have it; a stream's event is looked at by the groups of that
 * stream. The log is listened to only while there are groups.
 */
export const createDistributor = (log: NodeLog): Distributor => {
  const onStreams = new Map<string, Set<Group>>()
  const onAll = new Map<string, FilterClass>()
  let stopListening: (() => void) | undefined

  const classOf = (filter: EventFilter | undefined): FilterClass => {
    const key = filterKey(filter)
    const known = onAll.get(key) ?? { filter: groupFilter(filter), groups: new Set<Group>() }
    onAll.set(key, known)
    return known
  }

  const tellStreams = (events: readonly RecordedEvent[]): void => {
    const found = new Map<string, Run[]>()
    for (const event of events) {
      if (!onStreams.has(event.stream)) continue
      const runs = found.get(event.stream) ?? []
      found.set(event.stream, runs)
      runs.push({ skipped: 0, through: -1, event })
    }
    for (const [stream, runs] of found) {
      for (const group of onStreams.get(stream) ?? []) group.committed(runs)
    }
  }

  const tellAll = (events: readonly RecordedEvent[]): void => {
    for (const { filter, groups } of onAll.values()) {
      const runs = runsOf(events, filter)
      if (runs.length === 0) continue
      for (const group of groups) group.committed(runs)
    }
  }

  const tell = (events: readonly RecordedEvent[]): void => {
    if (onStreams.size > 0) tellStreams(events)
    tellAll(events)
  }

  return {
    readerOf: ({ stream, filter }) =>
      stream === allStream ? allReader(log, classOf(filter).filter) : streamReader(log, stream),
    add: (group) => {
      const { stream, filter } = group.source
      if (stream === allStream) classOf(filter).groups.add(group)
      else onStreams.set(stream, (onStreams.get(stream) ?? new Set()).add(group))
      stopListening ??= log.onCommitted(tell)
    },
    remove: (group) => {
      const { stream, filter } = group.source
      const key = filterKey(filter)
      const groups = stream === allStream ? onAll.get(key)?.groups : onStreams.get(stream)
      groups?.delete(group)
      if (groups?.size !== 0) return
      if (stream === allStream) onAll.delete(key)
      else onStreams.delete(stream)
      if (onAll.size > 0 || onStreams.size > 0) return
      stopListening?.()
      stopListening = undefined
    },
  }
}
