import { structuredUuidField, TEXT_UUID_FIELD_LENGTH } from '../codec/uuid.ts'
import { varintLength, writeVarint } from '../codec/wire.ts'
import type { RecordedEvent } from '../log/types.ts'
import type { Message } from './message.ts'

/** Revisions beyond what is exact stand for `long.MaxValue`, which takes nine bytes. */
const numberLength = (value: number): number => (value > Number.MAX_SAFE_INTEGER ? 9 : varintLength(value))

/** Bytes of a length-delimited field with a one-byte tag. */
const fieldLength = (length: number): number => 1 + varintLength(length) + length

const writeHead = (target: Buffer, offset: number, tag: number, length: number): number => {
  target[offset] = tag
  return writeVarint(target, offset + 1, length)
}

const writeText = (target: Buffer, offset: number, tag: number, text: string, length: number): number => {
  const at = writeHead(target, offset, tag, length)
  return at + target.write(text, at, 'utf8')
}

const writeBytes = (target: Buffer, offset: number, tag: number, bytes: Uint8Array): number => {
  if (bytes.length === 0) return offset
  const at = writeHead(target, offset, tag, bytes.length)
  target.set(bytes, at)
  return at + bytes.length
}

const writeNumber = (target: Buffer, offset: number, tag: number, value: number): number => {
  target[offset] = tag
  return writeVarint(target, offset + 1, value)
}

/** Bytes of an entry of the metadata map, without its own tag and length. */
const entryLength = (key: string, value: number): number => fieldLength(key.length) + fieldLength(value)

const writeEntry = (target: Buffer, offset: number, key: string, value: string, length: number): number => {
  let at = writeHead(target, offset, 0x32, entryLength(key, length))
  at = writeText(target, at, 0x0a, key, key.length)
  return writeText(target, at, 0x12, value, length)
}

/** An event with the lengths of what it is written as. */
interface Part {
  readonly event: RecordedEvent
  readonly uuid: Buffer | undefined
  readonly created: string
  readonly stream: number
  readonly type: number
  readonly length: number
}

const partOf = (event: RecordedEvent, position: number, structured: boolean): Part => {
  const uuid = structured
    ? structuredUuidField(Buffer.from(event.id.replaceAll('-', ''), 'hex'), 0)
    : undefined
  const created = String(event.created)
  const stream = Buffer.byteLength(event.stream)
  const type = Buffer.byteLength(event.type)
  const length =
    (uuid?.length ?? TEXT_UUID_FIELD_LENGTH) +
    fieldLength(fieldLength(stream)) +
    (1 + numberLength(event.revision)) +
    2 * (1 + varintLength(position)) +
    fieldLength(entryLength('type', type)) +
    fieldLength(entryLength('created', created.length)) +
    fieldLength(entryLength('content-type', event.contentType.length)) +
    (event.metadata.length === 0 ? 0 : fieldLength(event.metadata.length)) +
    (event.data.length === 0 ? 0 : fieldLength(event.data.length))
  return { event, uuid, created, stream, type, length }
}

const writeTextUuid = (target: Buffer, offset: number, id: string): number => {
  const at = writeHead(target, offset, 0x0a, TEXT_UUID_FIELD_LENGTH - 2)
  return writeText(target, at, 0x12, id, id.length)
}

const writePart = (target: Buffer, offset: number, tag: number, part: Part, position: number): number => {
  const { event, uuid } = part
  let at = writeHead(target, offset, tag, part.length)
  if (uuid === undefined) at = writeTextUuid(target, at, event.id)
  else {
    target.set(uuid, at)
    at += uuid.length
  }
  at = writeHead(target, at, 0x12, fieldLength(part.stream))
  at = writeText(target, at, 0x1a, event.stream, part.stream)
  at = writeNumber(target, at, 0x18, event.revision)
  at = writeNumber(target, at, 0x20, position)
  at = writeNumber(target, at, 0x28, position)
  at = writeEntry(target, at, 'type', event.type, part.type)
  at = writeEntry(target, at, 'created', part.created, part.created.length)
  at = writeEntry(target, at, 'content-type', event.contentType, event.contentType.length)
  at = writeBytes(target, at, 0x3a, event.metadata)
  return writeBytes(target, at, 0x42, event.data)
}

/**
 * `persistent_subscriptions.ReadResp` with a message. Written by hand because each delivery is one: the generated classes
 * take several times as long. Both positions of an event that was reached through a link are those of the link.
 *
 * @param structured Whether the consumer wants ids as two numbers rather than as text.
 */
export const encodeMessage = (message: Message, structured: boolean): Buffer => {
  const { resolved, retryCount, original } = message
  const { position } = original
  const event = resolved.event === undefined ? undefined : partOf(resolved.event, position, structured)
  const link = resolved.link === undefined ? undefined : partOf(resolved.link, position, structured)
  const length =
    (event === undefined ? 0 : fieldLength(event.length)) +
    (link === undefined ? 0 : fieldLength(link.length)) +
    (1 + varintLength(position)) +
    (1 + varintLength(retryCount))
  const target = Buffer.allocUnsafe(fieldLength(length))
  let at = writeHead(target, 0, 0x0a, length)
  if (event !== undefined) at = writePart(target, at, 0x0a, event, position)
  if (link !== undefined) at = writePart(target, at, 0x12, link, position)
  at = writeNumber(target, at, 0x18, position)
  writeNumber(target, at, 0x28, retryCount)
  return target
}
