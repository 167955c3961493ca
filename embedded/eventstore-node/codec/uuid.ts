import { DELIMITED, readInt64, readMessage, readString, skip, VARINT, type Cursor } from './wire.ts'

/** `event_store.client.UUID`: text, or two signed 64-bit halves, the high one first. Returns the canonical text. */
export function readUuid(message: Cursor): string {
  let text = ''
  while (message.at < message.end) {
    const tag = message.bytes[message.at++] ?? 0
    if (tag === ((2 << 3) | DELIMITED)) text = readString(message)
    else if (tag === ((1 << 3) | DELIMITED)) text = readStructured(readMessage(message))
    else skip(message, tag & 7)
  }
  return text
}

function readStructured(message: Cursor): string {
  const halves = [0n, 0n]
  while (message.at < message.end) {
    const tag = message.bytes[message.at++] ?? 0
    if ((tag & 7) === VARINT && (tag >> 3 === 1 || tag >> 3 === 2))
      halves[(tag >> 3) - 1] = readInt64(message)
    else skip(message, tag & 7)
  }
  const hex = halves.map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const HEX = Buffer.from('0123456789abcdef', 'latin1')
const HYPHENS = new Set([4, 6, 8, 10])
/** Bytes of a `UUID` message that holds text, with its tag and length as field 1. */
export const TEXT_UUID_FIELD_LENGTH = 2 + 2 + 36

/** Writes field 1, a `UUID` with the canonical text of the 16 bytes of `source` at `from`. */
export function writeTextUuidField(target: Buffer, offset: number, source: Buffer, from: number): number {
  target[offset] = 0x0a
  target[offset + 1] = 38
  target[offset + 2] = 0x12
  target[offset + 3] = 36
  let at = offset + 4
  for (let index = 0; index < 16; index++) {
    if (HYPHENS.has(index)) target[at++] = 0x2d
    const byte = source[from + index] ?? 0
    target[at++] = HEX[byte >> 4] ?? 0
    target[at++] = HEX[byte & 15] ?? 0
  }
  return at
}

/** Field 1, a `UUID` as two halves. */
export function structuredUuidField(source: Buffer, from: number): Buffer {
  const field = Buffer.alloc(2 + 2 + 22)
  let at = 4
  for (const [number, offset] of [
    [1, from],
    [2, from + 8],
  ] as const) {
    field[at++] = (number << 3) | VARINT
    let rest = source.readBigUInt64BE(offset)
    while (rest >= 128n) {
      field[at++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    field[at++] = Number(rest)
  }
  field[0] = 0x0a
  field[1] = at - 2
  field[2] = 0x0a
  field[3] = at - 4
  return field.subarray(0, at)
}
