import type { NodeLog } from '../log/log.ts'
import type { Visit } from '../log/reader.ts'
import { toRecordedEvent } from '../log/record.ts'
import type { RecordedEvent, ResolvedEvent } from '../log/types.ts'
import { HttpError } from './exchange.ts'

/** Links are followed, as far as the caller may, unless it says otherwise. */
export type Resolve = (event: RecordedEvent) => ResolvedEvent

/** Bytes that a page may have: it is put together in memory. */
const LARGEST_ANSWER = 16 * 1024 * 1024

/** Puts the events of a page together, as the caller is to see them. */
export interface Collector {
  readonly events: ResolvedEvent[]
  /** @throws HttpError 413 where the events are more than fit on a page */
  readonly visit: Visit
}

export function collector(resolve: Resolve): Collector {
  const events: ResolvedEvent[] = []
  let size = 0
  return {
    events,
    visit(buffer, offset, position) {
      const resolved = resolve(toRecordedEvent(buffer, offset, position))
      for (const each of [resolved.event, resolved.link])
        size += (each?.data.length ?? 0) + (each?.metadata.length ?? 0)
      if (size > LARGEST_ANSWER)
        throw new HttpError(413, 'These events are too large for one page: ask for fewer of them.')
      events.push(resolved)
      return true
    },
  }
}

/** What is read, newest first, and the revisions where the neighbouring pages begin. */
export interface StreamPage {
  readonly events: readonly ResolvedEvent[]
  readonly next: number | undefined
  readonly previous: number | undefined
}

export function backwards(log: NodeLog, stream: string, { from, count, resolve }: StreamRange): StreamPage {
  const { lastRevision } = log.state(stream)
  const { events, visit } = collector(resolve)
  log.records.backwards(stream, from, count, visit)
  const next = from - count
  const isEnd = next < log.records.firstReadableRevision(stream)
  return { events, next: isEnd ? undefined : next, previous: Math.min(from, lastRevision) + 1 }
}

export function forwards(log: NodeLog, stream: string, { from, count, resolve }: StreamRange): StreamPage {
  const { lastRevision } = log.state(stream)
  const { events, visit } = collector(resolve)
  log.records.forwards(stream, from, count, visit)
  const hasMore = events.length > 0 || from <= lastRevision
  return {
    events: events.reverse(),
    next: from > 0 ? from - 1 : undefined,
    previous: hasMore ? Math.min(from + count - 1, lastRevision) + 1 : undefined,
  }
}

export interface StreamRange {
  readonly from: number
  readonly count: number
  readonly resolve: Resolve
}
