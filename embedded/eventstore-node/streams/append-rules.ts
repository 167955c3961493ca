import { InvalidEventError } from '../log/errors.ts'
import type { ProposedEvent } from '../log/types.ts'

/** Bytes of data that the events of one append may have together: EventStoreDB's default, which leaves metadata out. */
export const MAXIMUM_APPEND_SIZE = 1024 * 1024

export const appendedSize = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { data }) => sum + data.length, 0)

const EMPTY_ID = /^[0-]*$/

/** What an event's metadata must have, or the append is refused. */
export const REQUIRED_METADATA = ['type', 'content-type']

/** @throws InvalidEventError where the event lacks an id, a type or a content type */
export function checkEvent(event: ProposedEvent): void {
  if (EMPTY_ID.test(event.id)) throw new InvalidEventError('event id', 'it is empty')
  if (event.type === '') throw new InvalidEventError('event type', 'it is empty')
  if (event.contentType === '') throw new InvalidEventError('event metadata', "'content-type' is missing")
}
