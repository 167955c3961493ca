import type { RecordedEvent } from '../log/types.ts'
import { InvalidRequestError } from './errors.ts'

/** Server-side filter of a group on `$all`: one of several prefixes, or a regular expression. */
export type FilterSpec = { readonly on: 'stream' | 'type' } & (
  { readonly prefixes: readonly string[] } | { readonly regex: string }
)

export type EventPredicate = (event: RecordedEvent) => boolean

/** The groups' own books on `$all` and the log's housekeeping, which no group on `$all` gets to see. */
const isHousekeeping = (stream: string): boolean =>
  stream.startsWith('$') &&
  (stream === '$epoch-information' ||
    (stream.startsWith('$persistentsubscription-$all::') &&
      (stream.endsWith('-checkpoint') || stream.endsWith('-parked'))))

/** @throws InvalidRequestError for a regular expression that is none. */
const compile = (regex: string): RegExp => {
  try {
    return new RegExp(regex)
  } catch (error) {
    throw new InvalidRequestError(`'${regex}' is not a valid regular expression`, { cause: error })
  }
}

/**
 * Tells which events of the log a group on `$all` gets; without a filter, all but housekeeping.
 *
 * @throws InvalidRequestError for a regular expression that is none.
 */
export const eventPredicate = (filter: FilterSpec | undefined): EventPredicate => {
  if (filter === undefined) return (event) => !isHousekeeping(event.stream)
  const subject =
    filter.on === 'stream' ? (event: RecordedEvent) => event.stream : (event: RecordedEvent) => event.type
  if ('regex' in filter) {
    const regex = compile(filter.regex)
    return (event) => !isHousekeeping(event.stream) && regex.test(subject(event))
  }
  const { prefixes } = filter
  return (event) => {
    const text = subject(event)
    return !isHousekeeping(event.stream) && prefixes.some((prefix) => text.startsWith(prefix))
  }
}

/** The same text for filters that let the same events through: groups that share it share the work. */
export const filterKey = (filter: FilterSpec | undefined): string => JSON.stringify(filter ?? null)

/** An event to deliver, after `skipped` events up to `through` that are not; at the end of a page perhaps none. */
export interface Run {
  readonly skipped: number
  /** Position of the last skipped event; means nothing where none was skipped. */
  readonly through: number
  readonly event: RecordedEvent | undefined
}

/** Sorts a part of the log by what a group is to get. Housekeeping is passed over without being counted. */
export const runsOf = (events: readonly RecordedEvent[], matches: EventPredicate): Run[] => {
  const runs: Run[] = []
  let skipped = 0
  let through = -1
  for (const event of events) {
    if (matches(event)) {
      runs.push({ skipped, through, event })
      skipped = 0
    } else if (!isHousekeeping(event.stream)) {
      skipped++
      through = event.position
    }
  }
  if (skipped > 0) runs.push({ skipped, through, event: undefined })
  return runs
}
