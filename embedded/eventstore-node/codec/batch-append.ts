import type { ExpectedRevision, ProposedEvent } from '../log/types.ts'
import { readUuid } from './uuid.ts'
import {
  cursorOf,
  DELIMITED,
  readBytes,
  readMessage,
  readString,
  readVarint,
  skip,
  VARINT,
  varintLength,
  writeVarint,
  type Cursor,
} from './wire.ts'

/** `BatchAppendReq`: a chunk of one append; the first one of a correlation id has the options. */
export interface BatchAppendChunk {
  /** The `UUID` message as it came, to be sent back. */
  readonly correlationId: Buffer
  readonly options: BatchAppendOptions | undefined
  readonly events: readonly ProposedEvent[]
  readonly isFinal: boolean
}

export interface BatchAppendOptions {
  readonly stream: string
  /** Undefined where the message names none. */
  readonly expected: ExpectedRevision | undefined
  /** Point in time, milliseconds since the Unix epoch. */
  readonly deadline: number | undefined
}

const NOTHING: Buffer = Buffer.alloc(0)
const field = (number: number, wireType: number): number => (number << 3) | wireType

/**
 * Reads `event_store.client.streams.BatchAppendReq`. The events' bytes are shared with the message.
 * @param now milliseconds since the Unix epoch, from which a deadline given as a duration counts
 * @throws MalformedMessageError
 */
export function decodeBatchAppendReq(bytes: Buffer, now: number): BatchAppendChunk {
  const message = cursorOf(bytes)
  const events: ProposedEvent[] = []
  let correlationId = NOTHING
  let options: BatchAppendOptions | undefined
  let isFinal = false
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(3, DELIMITED)) events.push(readProposedMessage(readMessage(message)))
    else if (tag === field(1, DELIMITED)) correlationId = readBytes(message)
    else if (tag === field(2, DELIMITED)) options = readOptions(readMessage(message), now)
    else if (tag === field(4, VARINT)) isFinal = readVarint(message) !== 0
    else skip(message, tag & 7)
  }
  return { correlationId, options, events, isFinal }
}

function readOptions(message: Cursor, now: number): BatchAppendOptions {
  let stream = ''
  let expected: ExpectedRevision | undefined
  let deadline: number | undefined
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(1, DELIMITED)) stream = readStreamIdentifier(readMessage(message))
    else if (tag === field(2, VARINT)) expected = readRevision(message)
    else if (tag === field(3, DELIMITED)) expected = marker(message, 'no_stream')
    else if (tag === field(4, DELIMITED)) expected = marker(message, 'any')
    else if (tag === field(5, DELIMITED)) expected = marker(message, 'stream_exists')
    else if (tag === field(6, DELIMITED)) deadline = readTime(readMessage(message))
    else if (tag === field(7, DELIMITED)) deadline = now + readTime(readMessage(message))
    else skip(message, tag & 7)
  }
  return { stream, expected, deadline }
}

/** The largest number of 64 bits is −1: no stream. */
function readRevision(message: Cursor): ExpectedRevision {
  const revision = readVarint(message)
  return revision < 2 ** 64 ? revision : 'no_stream'
}

function marker(message: Cursor, meaning: ExpectedRevision): ExpectedRevision {
  readBytes(message)
  return meaning
}

/** `google.protobuf.Timestamp` or `Duration`, in milliseconds. */
function readTime(message: Cursor): number {
  let seconds = 0
  let nanos = 0
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(1, VARINT)) seconds = readVarint(message)
    else if (tag === field(2, VARINT)) nanos = readVarint(message)
    else skip(message, tag & 7)
  }
  return seconds * 1000 + nanos / 1e6
}

function readStreamIdentifier(message: Cursor): string {
  let name = ''
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(3, DELIMITED)) name = readString(message)
    else skip(message, tag & 7)
  }
  return name
}

function readProposedMessage(message: Cursor): ProposedEvent {
  const event = { id: '', type: '', contentType: '', metadata: NOTHING, data: NOTHING }
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(1, DELIMITED)) event.id = readUuid(readMessage(message))
    else if (tag === field(2, DELIMITED)) readEntry(readMessage(message), event)
    else if (tag === field(3, DELIMITED)) event.metadata = readBytes(message)
    else if (tag === field(4, DELIMITED)) event.data = readBytes(message)
    else skip(message, tag & 7)
  }
  return event
}

function readEntry(message: Cursor, event: { type: string; contentType: string }): void {
  let key = ''
  let value = ''
  while (message.at < message.end) {
    const tag = readVarint(message)
    if (tag === field(1, DELIMITED)) key = readString(message)
    else if (tag === field(2, DELIMITED)) value = readString(message)
    else skip(message, tag & 7)
  }
  if (key === 'type') event.type = value
  else if (key === 'content-type') event.contentType = value
}

/** `BatchAppendResp` of a success. A revision of -1: the append was empty and the stream has no events. */
export function encodeBatchAppendSuccess(
  correlationId: Buffer,
  stream: string,
  revision: number,
  position: number,
): Buffer {
  const name = Buffer.byteLength(stream)
  const revisionLength = revision < 0 ? 1 + 1 : 1 + varintLength(revision)
  const positionLength = 2 * (1 + varintLength(position))
  const successLength = revisionLength + 1 + varintLength(positionLength) + positionLength
  const identifierLength = 1 + varintLength(name) + name
  const target = Buffer.allocUnsafe(
    1 +
      varintLength(correlationId.length) +
      correlationId.length +
      1 +
      varintLength(successLength) +
      successLength +
      1 +
      varintLength(identifierLength) +
      identifierLength,
  )
  target[0] = 0x0a
  let at = writeVarint(target, 1, correlationId.length)
  target.set(correlationId, at)
  at += correlationId.length
  target[at++] = 0x1a
  at = writeVarint(target, at, successLength)
  if (revision < 0) {
    target[at++] = 0x12
    target[at++] = 0
  } else {
    target[at++] = 0x08
    at = writeVarint(target, at, revision)
  }
  target[at++] = 0x1a
  at = writeVarint(target, at, positionLength)
  target[at++] = 0x08
  at = writeVarint(target, at, position)
  target[at++] = 0x10
  at = writeVarint(target, at, position)
  target[at++] = 0x22
  at = writeVarint(target, at, identifierLength)
  target[at++] = 0x1a
  at = writeVarint(target, at, name)
  target.write(stream, at, 'utf8')
  return target
}
