import { randomUUID } from 'node:crypto'
import type { EventLog, ProposedEvent } from '../log/types.ts'
import { BookkeepingError } from './errors.ts'

/**
 * A time as .NET writes it: seven digits after the point without trailing zeros, and the offset.
 *
 * @param milliseconds Since the Unix epoch.
 */
export const dotnetTimestamp = (milliseconds: number): string => {
  const seconds = Math.floor(milliseconds / 1000)
  const ticks = Math.floor((milliseconds - seconds * 1000) * 10_000)
  const fraction = String(ticks).padStart(7, '0').replace(/0+$/, '')
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return `${whole}${fraction === '' ? '' : `.${fraction}`}+00:00`
}

/** A new event of the server's own, in JSON. */
export const jsonEvent = (type: string, data: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
})

/**
 * Writes to one of the streams in which persistent subscriptions keep their books.
 *
 * @param what What is lost if it fails, for the error.
 * @returns The revision of the event.
 * @throws BookkeepingError where the log does not take it.
 */
export const keepBook = async (
  log: EventLog,
  what: string,
  stream: string,
  event: ProposedEvent,
): Promise<number> => {
  const result = await log.append(stream, 'any', [event]).catch((error: unknown) => {
    throw new BookkeepingError(what, stream, error)
  })
  if (result.kind !== 'appended') throw new BookkeepingError(what, stream, result)
  return result.revision
}

/** Soft-deletes a book, if there is anything in it. @throws BookkeepingError where the log does not take it. */
export const closeBook = async (log: EventLog, what: string, stream: string): Promise<void> => {
  if (log.state(stream).status !== 'live') return
  const result = await log.delete(stream, 'any').catch((error: unknown) => {
    throw new BookkeepingError(what, stream, error)
  })
  if (result.kind === 'wrong_expected_version') throw new BookkeepingError(what, stream, result)
}

/** Text of the last event of a book, of the given type; undefined where there is none. */
export const lastEntry = (log: EventLog, stream: string, type: string): string | undefined => {
  const { status, lastRevision } = log.state(stream)
  if (status !== 'live') return undefined
  const [last] = log.readBackwards(stream, lastRevision, 1)
  return last?.type === type ? Buffer.from(last.data).toString('utf8') : undefined
}
