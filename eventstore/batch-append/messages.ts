import protobuf from 'protobufjs/minimal.js'
import type { ExpectedRevision, Position } from '../types.ts'

// `BatchAppend` of event_store.client.streams.Streams, as EventStoreDB 23.10 publishes it:
// https://github.com/EventStore/EventStore/blob/release/oss-v23.10/src/Protos/Grpc/streams.proto

/** An event as it goes over the wire. */
export interface WireEvent {
  /** UUID, as text. */
  readonly id: string
  readonly type: string
  /** JSON texts. */
  readonly data: string
  readonly metadata: string
}

export interface AppendMessage {
  /** UUID, as text: the answer carries it. */
  readonly correlationId: string
  readonly stream: string
  readonly expected: ExpectedRevision
  /** Milliseconds since the Unix epoch after which the store need not begin. */
  readonly deadline: number
  readonly events: readonly WireEvent[]
}

/** `(field number << 3) | wire type`, of fields that are a varint (0) or delimited by their length (2). */
const varint = (number: number): number => number << 3
const delimited = (number: number): number => (number << 3) | 2

/** `BatchAppendReq` with all events of one append. */
export const encodeAppend = (append: AppendMessage): Buffer => {
  const { correlationId, stream, expected, deadline, events } = append
  const writer = protobuf.Writer.create()
  writer.uint32(delimited(1)).fork().uint32(delimited(2)).string(correlationId).ldelim()

  writer.uint32(delimited(2)).fork()
  writer.uint32(delimited(1)).fork().uint32(delimited(3)).string(stream).ldelim()
  if (typeof expected === 'bigint') writer.uint32(varint(2)).uint64(expected.toString())
  else writer.uint32(delimited(EXPECTED[expected])).uint32(0)
  writer.uint32(delimited(6)).fork()
  writer.uint32(varint(1)).uint64(Math.floor(deadline / 1_000))
  writer.uint32(varint(2)).uint32((deadline % 1_000) * 1_000_000)
  writer.ldelim().ldelim()

  for (const { id, type, data, metadata } of events) {
    writer.uint32(delimited(3)).fork()
    writer.uint32(delimited(1)).fork().uint32(delimited(2)).string(id).ldelim()
    writeEntry(writer, 'type', type)
    writeEntry(writer, 'content-type', 'application/json')
    writer.uint32(delimited(3)).string(metadata)
    writer.uint32(delimited(4)).string(data)
    writer.ldelim()
  }
  writer.uint32(varint(4)).bool(true)
  // protobufjs writes into Buffers where there are any
  const bytes = writer.finish()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const EXPECTED = { no_stream: 3, any: 4, stream_exists: 5 } as const

const writeEntry = (writer: protobuf.Writer, key: string, value: string): void => {
  writer.uint32(delimited(2)).fork()
  writer.uint32(delimited(1)).string(key).uint32(delimited(2)).string(value)
  writer.ldelim()
}

/** `BatchAppendResp`. `failed`: its error is in the message, for the official client's classes to read. */
export type AppendAnswer = { readonly correlationId: string } & (
  | { readonly kind: 'appended'; readonly revision: bigint; readonly position: Position | undefined }
  | { readonly kind: 'failed'; readonly message: Buffer }
)

/** @throws RangeError, Error where it is no such message */
export const decodeAnswer = (message: Buffer): AppendAnswer => {
  const reader = protobuf.Reader.create(message)
  let correlationId = ''
  let success: { readonly revision: bigint; readonly position: Position | undefined } | undefined
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === delimited(1)) correlationId = readUuid(reader)
    else if (tag === delimited(3)) success = readSuccess(reader)
    else reader.skipType(tag & 7)
  }
  return success === undefined
    ? { correlationId, kind: 'failed', message }
    : { correlationId, kind: 'appended', ...success }
}

/** `Success`. A position is left out where the store knew the events from before. */
const readSuccess = (
  reader: protobuf.Reader,
): { readonly revision: bigint; readonly position: Position | undefined } => {
  const end = reader.uint32() + reader.pos
  // a current revision of 0 may be left out, as proto3 allows for numbers
  let revision = 0n
  let position: Position | undefined
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === varint(1)) revision = readUint64(reader)
    else if (tag === delimited(3)) position = readPosition(reader)
    else reader.skipType(tag & 7)
  }
  return { revision, position }
}

/** Of messages that hold two numbers of 64 bits and no more: a position, an id. */
const readPair = (reader: protobuf.Reader): [first: bigint, second: bigint] => {
  const end = reader.uint32() + reader.pos
  let [first, second] = [0n, 0n]
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === varint(1)) first = readUint64(reader)
    else if (tag === varint(2)) second = readUint64(reader)
    else reader.skipType(tag & 7)
  }
  return [first, second]
}

const readPosition = (reader: protobuf.Reader): Position => {
  const [commit, prepare] = readPair(reader)
  return { commit, prepare }
}

/** As text; EventStoreDB sends it as two numbers of 64 bits. */
const readUuid = (reader: protobuf.Reader): string => {
  const end = reader.uint32() + reader.pos
  let text = ''
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === delimited(2)) text = reader.string()
    else if (tag === delimited(1)) text = readStructured(reader)
    else reader.skipType(tag & 7)
  }
  return text
}

const readStructured = (reader: protobuf.Reader): string => {
  const [most, least] = readPair(reader)
  const digits = ((most << 64n) | least).toString(16).padStart(32, '0')
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-')
}

const readUint64 = (reader: protobuf.Reader): bigint => {
  const value: number | { readonly low: number; readonly high: number } = reader.uint64()
  if (typeof value === 'number') return BigInt(value)
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0)
}
