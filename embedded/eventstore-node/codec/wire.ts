/**
 * The protobuf wire format, as far as the hot messages need it: varints, length-delimited fields, and skipping the rest.
 * https://protobuf.dev/programming-guides/encoding/
 */

/** A message that breaks the wire format. */
export class MalformedMessageError extends Error {
  constructor(reason: string) {
    super(`Malformed message: ${reason}`)
    this.name = 'MalformedMessageError'
  }
}

export interface Cursor {
  readonly bytes: Buffer
  at: number
  readonly end: number
}

export const VARINT = 0
export const FIXED64 = 1
export const DELIMITED = 2
export const FIXED32 = 5

export const cursorOf = (bytes: Buffer): Cursor => ({ bytes, at: 0, end: bytes.length })

/** Value of a varint as a number: exact up to 2^53, rounded beyond. */
export function readVarint(cursor: Cursor): number {
  let value = 0
  let scale = 1
  for (let length = 0; length < 10; length++) {
    if (cursor.at >= cursor.end) throw new MalformedMessageError('it ends within a number')
    const byte = cursor.bytes[cursor.at++] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return value
    scale *= 128
  }
  throw new MalformedMessageError('a number of more than ten bytes')
}

/** Value of a varint as a signed 64-bit integer. */
export function readInt64(cursor: Cursor): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.end) throw new MalformedMessageError('it ends within a number')
    const byte = cursor.bytes[cursor.at++] ?? 0
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return BigInt.asIntN(64, value)
  }
  throw new MalformedMessageError('a number of more than ten bytes')
}

/** The bytes of a length-delimited field, shared with the message. */
export function readBytes(cursor: Cursor): Buffer {
  const length = readVarint(cursor)
  const start = cursor.at
  if (start + length > cursor.end) throw new MalformedMessageError('a field reaches beyond its end')
  cursor.at = start + length
  return cursor.bytes.subarray(start, start + length)
}

export const readString = (cursor: Cursor): string => readBytes(cursor).toString('utf8')

/** A cursor over an embedded message. */
export function readMessage(cursor: Cursor): Cursor {
  const length = readVarint(cursor)
  const start = cursor.at
  if (start + length > cursor.end) throw new MalformedMessageError('a field reaches beyond its end')
  cursor.at = start + length
  return { bytes: cursor.bytes, at: start, end: start + length }
}

export function skip(cursor: Cursor, wireType: number): void {
  if (wireType === VARINT) readVarint(cursor)
  else if (wireType === FIXED64) cursor.at += 8
  else if (wireType === DELIMITED) readBytes(cursor)
  else if (wireType === FIXED32) cursor.at += 4
  else throw new MalformedMessageError(`wire type ${wireType}`)
  if (cursor.at > cursor.end) throw new MalformedMessageError('a field reaches beyond its end')
}

/** Bytes that a non-negative integer takes as a varint. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest /= 128) length++
  return length
}

/** Writes a non-negative integer up to 2^53; what is larger is written as 2^63 − 1 (`long.MaxValue`). */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  let at = offset
  let rest = value
  if (rest > Number.MAX_SAFE_INTEGER) {
    target.fill(0xff, at, at + 8)
    target[at + 8] = 0x7f
    return at + 9
  }
  while (rest >= 0x8000_0000) {
    target[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  while (rest >= 128) {
    target[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

/** A length-delimited field. */
export function delimited(number: number, content: Buffer): Buffer {
  const target = Buffer.allocUnsafe(1 + varintLength(content.length) + content.length)
  target[0] = (number << 3) | DELIMITED
  target.set(content, writeVarint(target, 1, content.length))
  return target
}
