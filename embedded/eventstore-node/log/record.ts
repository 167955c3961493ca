import { crc32 } from 'node:zlib'
import { InvalidEventError } from './errors.ts'
import type { RecordedEvent } from './types.ts'

/**
 * How an event lies in the log: a header of fixed length (little endian), then those fields of the protobuf message
 * `ReadResp.ReadEvent.RecordedEvent` that are the same for every reader, so that an answer is put together by copying.
 *
 *      0 u32  length of the record
 *      4 u32  CRC-32 of bytes 8 … length, seeded with the position, so that a record can't stand in another's place
 *      8 u8   flags
 *      9 u8   0
 *     10 u16  length of the stream name
 *     12 u16  length of the event type
 *     14 u16  0
 *     16 u32  bytes between the last synced position and this record when it was written
 *     20 u32  length of the data
 *     24 u32  length of the metadata
 *     28 u32  0
 *     32 f64  revision
 *     40 f64  time of the append, milliseconds since the Unix epoch
 *     48 16   event id
 *     64      stream identifier (2), metadata map (6): type, created, content-type; custom metadata (7), data (8)
 */
export const HEADER_LENGTH = 64
export const LAST_OF_APPEND = 1
export const JSON_CONTENT = 2
export const TOMBSTONE = 4
const KNOWN_FLAGS = LAST_OF_APPEND | JSON_CONTENT | TOMBSTONE

/** Revision of the event that a tombstone is: `long.MaxValue` on the wire, which the writers know. */
export const TOMBSTONE_REVISION = 2 ** 63

const MAX_NAME_LENGTH = 0xffff
export const MAX_RECORD_LENGTH = 64 * 1024 * 1024

const TICKS_PER_MILLISECOND = 10_000
const TYPE_KEY = Buffer.from('\x0a\x04type\x12', 'latin1')
const CREATED_ENTRY = Buffer.from('\x32\x1c\x0a\x07created\x12\x11', 'latin1')
const CREATED_DIGITS = 17
const JSON_ENTRY = Buffer.from('\x32\x20\x0a\x0ccontent-type\x12\x10application/json', 'latin1')
const OCTETS_ENTRY = Buffer.from('\x32\x28\x0a\x0ccontent-type\x12\x18application/octet-stream', 'latin1')

export interface RecordFields {
  readonly stream: string
  readonly revision: number
  readonly id: Uint8Array
  readonly type: string
  readonly json: boolean
  readonly tombstone: boolean
  /** Milliseconds since the Unix epoch. */
  readonly created: number
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

function writeVarint(target: Buffer, offset: number, value: number): number {
  let at = offset
  let rest = value
  while (rest >= 128) {
    target[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

const fieldLength = (length: number): number => (length === 0 ? 0 : 1 + varintLength(length) + length)
const streamFieldLength = (length: number): number => {
  const inner = 1 + varintLength(length) + length
  return 1 + varintLength(inner) + inner
}
const typeEntryLength = (length: number): number => {
  const inner = TYPE_KEY.length + varintLength(length) + length
  return 1 + varintLength(inner) + inner
}

function totalLength(stream: number, type: number, json: boolean, metadata: number, data: number): number {
  return (
    HEADER_LENGTH +
    streamFieldLength(stream) +
    typeEntryLength(type) +
    CREATED_ENTRY.length +
    CREATED_DIGITS +
    (json ? JSON_ENTRY.length : OCTETS_ENTRY.length) +
    fieldLength(metadata) +
    fieldLength(data)
  )
}

/**
 * Bytes that the record of an event takes.
 * @throws InvalidEventError for a stream name or type of more than 65,535 bytes, or a record of more than 64 MiB
 */
export function recordLength(
  fields: Pick<RecordFields, 'stream' | 'type' | 'json' | 'data' | 'metadata'>,
): number {
  const stream = Buffer.byteLength(fields.stream)
  const type = Buffer.byteLength(fields.type)
  if (stream > MAX_NAME_LENGTH)
    throw new InvalidEventError('stream name', `longer than ${MAX_NAME_LENGTH} bytes`)
  if (type > MAX_NAME_LENGTH)
    throw new InvalidEventError('event type', `longer than ${MAX_NAME_LENGTH} bytes`)
  const length = totalLength(stream, type, fields.json, fields.metadata.length, fields.data.length)
  if (length > MAX_RECORD_LENGTH)
    throw new InvalidEventError('event', `larger than ${MAX_RECORD_LENGTH} bytes`)
  return length
}

/** Writes the record of `length` bytes (from `recordLength`) at `offset`, all but what `sealRecord` adds. */
export function writeRecord(
  target: Buffer,
  offset: number,
  length: number,
  fields: RecordFields,
  last: boolean,
): void {
  const { data, metadata } = fields
  const streamLength = Buffer.byteLength(fields.stream)
  const typeLength = Buffer.byteLength(fields.type)
  target.writeUInt32LE(length, offset)
  target[offset + 8] =
    (last ? LAST_OF_APPEND : 0) | (fields.json ? JSON_CONTENT : 0) | (fields.tombstone ? TOMBSTONE : 0)
  target[offset + 9] = 0
  target.writeUInt16LE(streamLength, offset + 10)
  target.writeUInt16LE(typeLength, offset + 12)
  target.writeUInt16LE(0, offset + 14)
  target.writeUInt32LE(data.length, offset + 20)
  target.writeUInt32LE(metadata.length, offset + 24)
  target.writeUInt32LE(0, offset + 28)
  target.writeDoubleLE(fields.revision, offset + 32)
  target.writeDoubleLE(fields.created, offset + 40)
  target.set(fields.id, offset + 48)

  let at = offset + HEADER_LENGTH
  target[at++] = 0x12
  at = writeVarint(target, at, 1 + varintLength(streamLength) + streamLength)
  target[at++] = 0x1a
  at = writeVarint(target, at, streamLength)
  at += target.write(fields.stream, at, 'utf8')
  target[at++] = 0x32
  at = writeVarint(target, at, TYPE_KEY.length + varintLength(typeLength) + typeLength)
  target.set(TYPE_KEY, at)
  at = writeVarint(target, at + TYPE_KEY.length, typeLength)
  at += target.write(fields.type, at, 'utf8')
  target.set(CREATED_ENTRY, at)
  at += CREATED_ENTRY.length
  at += target.write(String(fields.created).padStart(13, '0') + '0000', at, 'latin1')
  const contentType = fields.json ? JSON_ENTRY : OCTETS_ENTRY
  target.set(contentType, at)
  at += contentType.length
  if (metadata.length > 0) {
    target[at++] = 0x3a
    at = writeVarint(target, at, metadata.length)
    target.set(metadata, at)
    at += metadata.length
  }
  if (data.length > 0) {
    target[at++] = 0x42
    at = writeVarint(target, at, data.length)
    target.set(data, at)
  }
}

/** The last touch to a record once its place is known. `syncedTo` is the position up to which the log is on disk. */
export function sealRecord(target: Buffer, offset: number, position: number, syncedTo: number): void {
  target.writeUInt32LE(position - syncedTo, offset + 16)
  const length = target.readUInt32LE(offset)
  target.writeUInt32LE(checksum(target, offset, length, position), offset + 4)
}

function checksum(source: Buffer, offset: number, length: number, position: number): number {
  return crc32(source.subarray(offset + 8, offset + length), position % 0x1_0000_0000)
}

/**
 * Length of the record that lies at `offset` whole and unharmed, else 0: its lengths must add up and its checksum fit
 * the position.
 */
export function validRecordLength(source: Buffer, offset: number, end: number, position: number): number {
  if (offset + HEADER_LENGTH > end) return 0
  const length = source.readUInt32LE(offset)
  if (length < HEADER_LENGTH || offset + length > end) return 0
  const flags = source[offset + 8] ?? 0xff
  if ((flags & ~KNOWN_FLAGS) !== 0) return 0
  const expected = totalLength(
    source.readUInt16LE(offset + 10),
    source.readUInt16LE(offset + 12),
    (flags & JSON_CONTENT) !== 0,
    source.readUInt32LE(offset + 24),
    source.readUInt32LE(offset + 20),
  )
  if (expected !== length) return 0
  return checksum(source, offset, length, position) === source.readUInt32LE(offset + 4) ? length : 0
}

export const flagsOf = (source: Buffer, offset: number): number => source[offset + 8] ?? 0
export const revisionOf = (source: Buffer, offset: number): number => source.readDoubleLE(offset + 32)
/** Milliseconds since the Unix epoch. */
export const createdOf = (source: Buffer, offset: number): number => source.readDoubleLE(offset + 40)
export const idOffset = (offset: number): number => offset + 48
/** Position up to which the log was on disk when this record was written. */
export const syncedToOf = (source: Buffer, offset: number, position: number): number =>
  position - source.readUInt32LE(offset + 16)

export const streamLengthOf = (source: Buffer, offset: number): number => source.readUInt16LE(offset + 10)
export function streamOffset(source: Buffer, offset: number): number {
  const length = streamLengthOf(source, offset)
  return offset + HEADER_LENGTH + streamFieldLength(length) - length
}
export const streamOf = (source: Buffer, offset: number): string => {
  const at = streamOffset(source, offset)
  return source.toString('utf8', at, at + streamLengthOf(source, offset))
}
export function typeOf(source: Buffer, offset: number): string {
  const length = source.readUInt16LE(offset + 12)
  const end =
    offset + HEADER_LENGTH + streamFieldLength(streamLengthOf(source, offset)) + typeEntryLength(length)
  return source.toString('utf8', end - length, end)
}
/** View of the data, shared with `source`. */
export function dataOf(source: Buffer, offset: number): Buffer {
  const end = offset + source.readUInt32LE(offset)
  return source.subarray(end - source.readUInt32LE(offset + 20), end)
}
/** View of the metadata, shared with `source`. */
export function metadataOf(source: Buffer, offset: number): Buffer {
  const end = offset + source.readUInt32LE(offset) - fieldLength(source.readUInt32LE(offset + 20))
  return source.subarray(end - source.readUInt32LE(offset + 24), end)
}

/** The record as a plain object that shares no memory with `source`. */
export function toRecordedEvent(source: Buffer, offset: number, position: number): RecordedEvent {
  const data = dataOf(source, offset)
  const metadata = metadataOf(source, offset)
  const copy = Buffer.allocUnsafeSlow(data.length + metadata.length)
  copy.set(data, 0)
  copy.set(metadata, data.length)
  return {
    position,
    stream: streamOf(source, offset),
    revision: revisionOf(source, offset),
    id: formatUuid(source, idOffset(offset)),
    type: typeOf(source, offset),
    contentType:
      (flagsOf(source, offset) & JSON_CONTENT) !== 0 ? 'application/json' : 'application/octet-stream',
    created: BigInt(createdOf(source, offset)) * BigInt(TICKS_PER_MILLISECOND),
    data: copy.subarray(0, data.length),
    metadata: copy.subarray(data.length),
  }
}

/** Canonical text of the 16 bytes at `offset`. */
export function formatUuid(source: Buffer, offset: number): string {
  const hex = source.toString('hex', offset, offset + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/**
 * The 16 bytes of a UUID, with or without hyphens.
 * @throws InvalidEventError where it is none
 */
export function parseUuid(text: string): Buffer {
  if (!UUID.test(text)) throw new InvalidEventError('event id', `'${text.slice(0, 64)}' is not a UUID`)
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}
