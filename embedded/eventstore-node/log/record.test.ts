import { expect } from 'chai'
import fc from 'fast-check'
import { InvalidEventError } from './errors.ts'
import {
  createdOf,
  formatUuid,
  idOffset,
  parseUuid,
  recordLength,
  revisionOf,
  sealRecord,
  syncedToOf,
  toRecordedEvent,
  TOMBSTONE_REVISION,
  validRecordLength,
  writeRecord,
  type RecordFields,
} from './record.ts'

const bytes = (max: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: max })
const anyRecord: fc.Arbitrary<RecordFields> = fc.record({
  stream: fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
  revision: fc.oneof(fc.maxSafeNat(), fc.constant(TOMBSTONE_REVISION)),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  type: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
  json: fc.boolean(),
  tombstone: fc.boolean(),
  created: fc.integer({ min: 0, max: 9_999_999_999_999 }),
  data: bytes(300),
  metadata: bytes(300),
})

function written(fields: RecordFields, position: number, offset = 0): Buffer {
  const length = recordLength(fields)
  const buffer = Buffer.alloc(offset + length)
  writeRecord(buffer, offset, length, fields, true)
  sealRecord(buffer, offset, position, Math.max(0, position - 7))
  return buffer
}

describe('A record of the log', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(1e12), fc.nat(50), (fields, position, offset) => {
        const buffer = written(fields, position, offset)
        expect(validRecordLength(buffer, offset, buffer.length, position)).to.equal(buffer.length - offset)
        expect(toRecordedEvent(buffer, offset, position)).to.deep.equal({
          position,
          stream: fields.stream,
          revision: fields.revision,
          id: formatUuid(Buffer.from(fields.id), 0),
          type: fields.type,
          contentType: fields.json ? 'application/json' : 'application/octet-stream',
          created: BigInt(fields.created) * 10_000n,
          data: Buffer.from(fields.data),
          metadata: Buffer.from(fields.metadata),
        })
        expect(revisionOf(buffer, offset)).to.equal(fields.revision)
        expect(createdOf(buffer, offset)).to.equal(fields.created)
        expect(syncedToOf(buffer, offset, position)).to.equal(Math.max(0, position - 7))
        expect(buffer.subarray(idOffset(offset), idOffset(offset) + 16).equals(fields.id)).to.equal(true)
      }),
    )
  })

  it('is invalid with any byte changed, cut short, or in another place of the log', () => {
    fc.assert(
      fc.property(
        anyRecord,
        fc.nat(1e12),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (fields, position, at, change) => {
          const buffer = written(fields, position)
          expect(validRecordLength(buffer, 0, buffer.length - 1, position)).to.equal(0)
          expect(validRecordLength(buffer, 0, buffer.length, position + 1)).to.equal(0)
          const index = at % buffer.length
          buffer[index] = (buffer[index] ?? 0) ^ change
          expect(validRecordLength(buffer, 0, buffer.length, position)).to.equal(0)
        },
      ),
    )
  })

  it('takes no names of more than 65,535 bytes', () => {
    const fields = { stream: 'a', type: 'T', json: true, data: Buffer.alloc(0), metadata: Buffer.alloc(0) }
    const long = 'ä'.repeat(32_768)
    expect(() => recordLength({ ...fields, stream: long })).to.throw(InvalidEventError, 'stream name')
    expect(() => recordLength({ ...fields, type: long })).to.throw(InvalidEventError, 'event type')
  })

  it('knows event ids with and without hyphens, in any case, and nothing else', () => {
    const id = '0A1b2c3d-0001-0002-0003-000000000004'
    expect(formatUuid(parseUuid(id), 0)).to.equal(id.toLowerCase())
    expect(formatUuid(parseUuid(id.replaceAll('-', '')), 0)).to.equal(id.toLowerCase())
    for (const wrong of ['', 'x', `${id}0`, id.replace('0A', '0G')]) {
      expect(() => parseUuid(wrong)).to.throw(InvalidEventError, 'event id')
    }
  })
})
