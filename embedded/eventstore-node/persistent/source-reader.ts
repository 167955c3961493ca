import type { NodeLog } from '../log/log.ts'
import { toRecordedEvent } from '../log/record.ts'
import type { RecordedEvent } from '../log/types.ts'
import { beginTurn } from '../turn-time.ts'
import { runCollector, type GroupFilter, type Run } from './filter.ts'

export interface Page {
  readonly runs: readonly Run[]
  /** How many events of the log were looked at. */
  readonly considered: number
  /** The place to go on from. */
  readonly next: number
  /** Nothing is behind `next` yet. */
  readonly atEnd: boolean
}

/** Reads the source of a group page by page, by place. */
export interface SourceReader {
  placeOf(event: RecordedEvent): number
  /** Looks at no more than `limit` events from `place` on, and stops behind the one with which `room` is used up. */
  read(place: number, limit: number, room: number): Page
}

export const streamReader = (log: NodeLog, stream: string): SourceReader => ({
  placeOf: (event) => event.revision,
  read: (place, limit, room) => {
    const { status, lastRevision } = log.state(stream)
    const events = status === 'live' ? log.readForwards(stream, place, Math.min(limit, room)) : []
    // an empty page: what was there is truncated or too old
    const next = Math.max(place, (events.at(-1)?.revision ?? lastRevision) + 1)
    const runs = events.map((event) => ({ skipped: 0, through: -1, event }))
    return { runs, considered: events.length, next, atEnd: next > lastRevision }
  },
})

/** Reads records where they lie: what a filter leaves out costs no object. */
export const allReader = (log: NodeLog, filter: GroupFilter): SourceReader => ({
  placeOf: (event) => event.position,
  read: (place, limit, room) => {
    const runs = runCollector()
    let left = room
    let considered = 0
    const hasTime = beginTurn()
    const next = log.records.allForwards(place, limit, (buffer, offset, position) => {
      considered++
      const verdict = filter.judgeRecord(buffer, offset)
      if (verdict === 'skip') runs.skip(position)
      if (verdict !== 'deliver') return hasTime()
      runs.deliver(toRecordedEvent(buffer, offset, position))
      return --left > 0 && hasTime()
    })
    return { runs: runs.finish(), considered, next, atEnd: next >= log.end }
  },
})
