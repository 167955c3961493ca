import { encodeReadEvent, type UuidForm } from '../codec/read-resp.ts'
import { LINK_TYPE, parseLink } from '../log/link.ts'
import type { NodeLog } from '../log/log.ts'
import type { RecordPlace } from '../log/reader.ts'
import { dataOf, typeOf } from '../log/record.ts'
import type { StreamPredicate } from '../users/access.ts'

/** Records that a reader is given in one turn of the event loop, so that one fast reader does not hold up the others. */
export const PAGE = 128

/**
 * Makes the answer for a record: with `resolveLinks` a link brings the event that it leads to.
 * @param mayRead whether the reader may see the events of a stream; a link to others comes alone
 */
export function createEncoder(
  log: NodeLog,
  resolveLinks: boolean,
  uuid: UuidForm,
  mayRead: StreamPredicate | undefined,
): (place: RecordPlace) => Buffer {
  return (place) => {
    if (!resolveLinks || typeOf(place.buffer, place.offset) !== LINK_TYPE)
      return encodeReadEvent(place, undefined, uuid)
    const target = parseLink(dataOf(place.buffer, place.offset))
    if (target === undefined) return encodeReadEvent(place, undefined, uuid)
    const isHidden = mayRead?.(target.stream) === false
    const event = isHidden ? undefined : log.records.place(target.stream, target.revision)
    return encodeReadEvent(event, place, uuid)
  }
}
