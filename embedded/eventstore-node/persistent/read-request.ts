import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import { readChecked } from '../codec/checked-message.ts'
import { readUuid } from '../codec/uuid.ts'
import {
  cursorOf,
  DELIMITED,
  readMessage,
  readString,
  readVarint,
  skip,
  VARINT,
  type Cursor,
} from '../codec/wire.ts'

/** What a consumer says: first its options, then its answers. */
export type ReadRequest =
  | { readonly kind: 'options'; readonly options: persistent.ReadReq.Options | undefined }
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | {
      readonly kind: 'nack'
      readonly ids: readonly string[]
      readonly action: number
      readonly reason: string
    }

const field = (number: number, wireType: number): number => (number << 3) | wireType

const readAnswer = (message: Cursor): { ids: string[]; action: number; reason: string } => {
  const ids: string[] = []
  let action = 0
  let reason = ''
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(2, DELIMITED)) ids.push(readUuid(readMessage(message)).toLowerCase())
    else if (tag === field(3, VARINT)) action = readVarint(message)
    else if (tag === field(4, DELIMITED)) reason = readString(message)
    else skip(message, tag & 7)
  }
  return { ids, action, reason }
}

/**
 * Reads `persistent_subscriptions.ReadReq`. Answers are read by hand because there is one for each event, or nearly.
 *
 * @throws MalformedMessageError
 */
export const decodeReadRequest = (bytes: Buffer): ReadRequest => {
  const message = cursorOf(bytes)
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(2, DELIMITED)) return { kind: 'ack', ids: readAnswer(readMessage(message)).ids }
    if (tag === field(3, DELIMITED)) return { kind: 'nack', ...readAnswer(readMessage(message)) }
    if (tag === field(1, DELIMITED)) break
    skip(message, tag & 7)
  }
  return { kind: 'options', options: readChecked(persistent.ReadReq, bytes).getOptions() }
}
