import { HEADER_LENGTH, idOffset, revisionOf } from '../log/record.ts'
import type { RecordPlace } from '../log/reader.ts'
import { structuredUuidField, TEXT_UUID_FIELD_LENGTH, writeTextUuidField } from './uuid.ts'
import { delimited, varintLength, writeVarint } from './wire.ts'

export type UuidForm = 'text' | 'structured'

interface Part {
  readonly place: RecordPlace
  readonly uuid: Buffer | undefined
  readonly revision: number
  readonly stored: number
  readonly length: number
}

const numberLength = (value: number): number => (value > Number.MAX_SAFE_INTEGER ? 9 : varintLength(value))

function partOf(place: RecordPlace, form: UuidForm): Part {
  const { buffer, offset, position } = place
  const uuid = form === 'structured' ? structuredUuidField(buffer, idOffset(offset)) : undefined
  const revision = revisionOf(buffer, offset)
  const stored = buffer.readUInt32LE(offset) - HEADER_LENGTH
  const length =
    (uuid?.length ?? TEXT_UUID_FIELD_LENGTH) +
    1 +
    numberLength(revision) +
    2 * (1 + varintLength(position)) +
    stored
  return { place, uuid, revision, stored, length }
}

/** Writes a `RecordedEvent` as field `tag`: what differs from reader to reader, then the fields as they were stored. */
function writePart(target: Buffer, offset: number, tag: number, part: Part): number {
  const { buffer, offset: from, position } = part.place
  target[offset] = tag
  let at = writeVarint(target, offset + 1, part.length)
  if (part.uuid === undefined) {
    at = writeTextUuidField(target, at, buffer, idOffset(from))
  } else {
    target.set(part.uuid, at)
    at += part.uuid.length
  }
  target[at++] = 0x18
  at = writeVarint(target, at, part.revision)
  target[at++] = 0x20
  at = writeVarint(target, at, position)
  target[at++] = 0x28
  at = writeVarint(target, at, position)
  buffer.copy(target, at, from + HEADER_LENGTH, from + HEADER_LENGTH + part.stored)
  return at + part.stored
}

const partFieldLength = (part: Part | undefined): number =>
  part === undefined ? 0 : 1 + varintLength(part.length) + part.length

/** `ReadResp` with an event, the link that led to it, or a link that leads nowhere. */
export function encodeReadEvent(
  event: RecordPlace | undefined,
  link: RecordPlace | undefined,
  form: UuidForm,
): Buffer {
  const eventPart = event === undefined ? undefined : partOf(event, form)
  const linkPart = link === undefined ? undefined : partOf(link, form)
  const position = (link ?? event)?.position ?? 0
  const length = partFieldLength(eventPart) + partFieldLength(linkPart) + 1 + varintLength(position)
  const target = Buffer.allocUnsafe(1 + varintLength(length) + length)
  target[0] = 0x0a
  let at = writeVarint(target, 1, length)
  if (eventPart !== undefined) at = writePart(target, at, 0x0a, eventPart)
  if (linkPart !== undefined) at = writePart(target, at, 0x12, linkPart)
  target[at++] = 0x18
  writeVarint(target, at, position)
  return target
}

export const encodeConfirmation = (subscriptionId: string): Buffer =>
  delimited(2, delimited(1, Buffer.from(subscriptionId)))

export function encodeCheckpoint(position: number): Buffer {
  const content = Buffer.allocUnsafe(2 * (1 + varintLength(position)))
  content[0] = 0x08
  const at = writeVarint(content, 1, position)
  content[at] = 0x10
  writeVarint(content, at + 1, position)
  return delimited(3, content)
}

export const encodeStreamNotFound = (stream: string): Buffer =>
  delimited(4, delimited(1, delimited(3, Buffer.from(stream))))

function revisionField(number: number, revision: number): Buffer {
  const target = Buffer.allocUnsafe(1 + varintLength(revision))
  target[0] = number << 3
  writeVarint(target, 1, revision)
  return target
}

export const encodeFirstStreamPosition = (revision: number): Buffer => revisionField(5, revision)
export const encodeLastStreamPosition = (revision: number): Buffer => revisionField(6, revision)

const EMPTY = Buffer.alloc(0)
export const CAUGHT_UP = delimited(8, EMPTY)
export const FELL_BEHIND = delimited(9, EMPTY)
