import { randomUUID } from 'node:crypto'
import type { EventLog, ProposedEvent, RecordedEvent } from '../log/types.ts'
import { closeBook, dotnetTimestamp, jsonEvent, keepBook } from './books.ts'
import type { Message } from './message.ts'

/** The link under which a message is parked; fields that .NET would leave out as defaults are left out. */
export const parkedLink = (
  { resolved: { event }, original }: Message,
  reason: string,
  now: number,
): ProposedEvent => ({
  id: randomUUID(),
  type: '$>',
  contentType: 'application/octet-stream',
  data: event === undefined ? original.data : Buffer.from(`${event.revision}@${event.stream}`),
  metadata: Buffer.from(
    JSON.stringify(
      {
        added: dotnetTimestamp(now),
        reason,
        ...(original.revision === 0 ? {} : { subscriptionEventNumber: original.revision }),
      },
      null,
      2,
    ),
  ),
})

const onlyAdmins = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' }

/** The parked messages of one group: links in a stream of its own. */
export interface ParkedMessages {
  /** Number of the first one that was not replayed. */
  readonly first: number
  /** Number after the last one. */
  readonly end: number
  /** Resolves once the message is parked. @throws BookkeepingError where the log does not take it. */
  park(message: Message, reason: string, now: number): Promise<void>
  /** Links from number `from` on, at most `limit`, none from number `stop` on. */
  read(from: number, stop: number, limit: number): RecordedEvent[]
  /** Those before number `before` are not parked any more, as soon as this is called. */
  truncate(before: number): Promise<void>
  delete(): Promise<void>
}

/** @param key The group's, see `groupKey`. */
export const parkedMessages = (log: EventLog, key: string): ParkedMessages => {
  const stream = `$persistentsubscription-${key}-parked`
  let truncated = 0

  const end = (): number => log.state(stream).lastRevision + 1

  return {
    get first() {
      const { status, firstReadable } = log.state(stream)
      return status === 'live' ? Math.max(truncated, firstReadable) : end()
    },
    get end() {
      return end()
    },
    park: async (message, reason, now) => {
      await keepBook(log, 'a parked message', stream, parkedLink(message, reason, now))
    },
    read: (from, stop, limit) => log.readForwards(stream, from, Math.min(limit, stop - from)),
    truncate: async (before) => {
      truncated = before
      const metadata = JSON.stringify({ $tb: before, $acl: onlyAdmins })
      await keepBook(log, 'the end of a replay', `$$${stream}`, jsonEvent('$metadata', metadata))
    },
    delete: () => closeBook(log, 'the end of the parked messages', stream),
  }
}
