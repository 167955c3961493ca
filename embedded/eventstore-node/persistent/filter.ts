import { isHousekeeping } from '../log/housekeeping.ts'
import { streamOf, typeOf } from '../log/record.ts'
import type { RecordedEvent } from '../log/types.ts'
import { compileRegex, type EventFilter } from '../streams/filter.ts'

/** What becomes of an event: given to consumers, passed over, or not even counted. */
export type Verdict = 'deliver' | 'skip' | 'ignore'

/** Tells which events of the log a group on `$all` gets. */
export interface GroupFilter {
  judge(event: RecordedEvent): Verdict
  /** The same for a record where it lies in the log. */
  judgeRecord(buffer: Buffer, offset: number): Verdict
}

/** @throws InvalidRegexError */
const textMatcher = ({ regex, prefixes }: EventFilter): ((text: string) => boolean) =>
  regex === '' ? (text) => prefixes.some((prefix) => text.startsWith(prefix)) : compileRegex(regex)

/** @throws InvalidRegexError for a regular expression that is none. */
export const groupFilter = (filter: EventFilter | undefined): GroupFilter => {
  const matches = filter === undefined ? () => true : textMatcher(filter)
  const byType = filter?.on === 'type'
  return {
    judge: ({ stream, type }) => {
      if (isHousekeeping(stream)) return 'ignore'
      return matches(byType ? type : stream) ? 'deliver' : 'skip'
    },
    judgeRecord: (buffer, offset) => {
      const stream = streamOf(buffer, offset)
      if (isHousekeeping(stream)) return 'ignore'
      return matches(byType ? typeOf(buffer, offset) : stream) ? 'deliver' : 'skip'
    },
  }
}

/** The same text for filters that let the same events through: groups that share it share the work. */
export const filterKey = (filter: EventFilter | undefined): string =>
  filter === undefined ? '' : JSON.stringify([filter.on, filter.regex, filter.prefixes])

/** An event to deliver, after `skipped` events up to `through` that are not; at the end of a page perhaps none. */
export interface Run {
  readonly skipped: number
  /** Position of the last skipped event; means nothing where none was skipped. */
  readonly through: number
  readonly event: RecordedEvent | undefined
}

/** Puts runs together, event by event. */
export interface RunCollector {
  deliver(event: RecordedEvent): void
  skip(position: number): void
  /** All runs, with what was skipped at the end. */
  finish(): Run[]
}

export const runCollector = (): RunCollector => {
  const runs: Run[] = []
  let skipped = 0
  let through = -1
  return {
    deliver: (event) => {
      runs.push({ skipped, through, event })
      skipped = 0
    },
    skip: (position) => {
      skipped++
      through = position
    },
    finish: () => {
      if (skipped > 0) runs.push({ skipped, through, event: undefined })
      skipped = 0
      return runs
    },
  }
}

/** Sorts a part of the log by what a group is to get. */
export const runsOf = (events: readonly RecordedEvent[], filter: GroupFilter): Run[] => {
  const runs = runCollector()
  for (const event of events) {
    const verdict = filter.judge(event)
    if (verdict === 'deliver') runs.deliver(event)
    else if (verdict === 'skip') runs.skip(event.position)
  }
  return runs.finish()
}
