import type { EventLog, RecordedEvent } from '../log/types.ts'
import { runsOf, type EventPredicate, type Run } from './filter.ts'
import { allStream } from './settings.ts'

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
  /** The place of the next event that will be written. */
  end(): number
  /** At most `limit` events from `place` on. */
  read(place: number, limit: number): Page
}

const everything: EventPredicate = () => true

const streamReader = (log: EventLog, stream: string): SourceReader => {
  const end = (): number => log.state(stream).lastRevision + 1
  return {
    placeOf: (event) => event.revision,
    end,
    read: (place, limit) => {
      const events = log.state(stream).status === 'live' ? log.readForwards(stream, place, limit) : []
      const last = events.at(-1)
      // an empty page: what was there is truncated or too old
      const next = last === undefined ? Math.max(place, end()) : last.revision + 1
      return { runs: runsOf(events, everything), considered: events.length, next, atEnd: next >= end() }
    },
  }
}

const allReader = (log: EventLog, matches: EventPredicate): SourceReader => ({
  placeOf: (event) => event.position,
  end: () => log.end,
  read: (place, limit) => {
    const { events, next } = log.readAllForwards(place, limit)
    return {
      runs: runsOf(events, matches),
      considered: events.length,
      next,
      atEnd: next >= log.end || next <= place,
    }
  },
})

export const sourceReader = (log: EventLog, stream: string, matches: EventPredicate): SourceReader =>
  stream === allStream ? allReader(log, matches) : streamReader(log, stream)
