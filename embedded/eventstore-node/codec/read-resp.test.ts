import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import fc from 'fast-check'
import type { RecordPlace } from '../log/reader.ts'
import { formatUuid, recordLength, sealRecord, TOMBSTONE_REVISION, writeRecord } from '../log/record.ts'
import {
  CAUGHT_UP,
  encodeCheckpoint,
  encodeConfirmation,
  encodeFirstStreamPosition,
  encodeLastStreamPosition,
  encodeReadEvent,
  encodeStreamNotFound,
  FELL_BEHIND,
} from './read-resp.ts'

const read = (bytes: Buffer): streamsPb.ReadResp => streamsPb.ReadResp.deserializeBinary(bytes)

const anyRecord = fc.record({
  stream: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
  revision: fc.oneof(fc.maxSafeNat(), fc.constant(TOMBSTONE_REVISION)),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  type: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
  json: fc.boolean(),
  tombstone: fc.boolean(),
  created: fc.integer({ min: 0, max: 9_999_999_999_999 }),
  data: fc.uint8Array({ maxLength: 300 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
  position: fc.maxSafeNat(),
})
type AnyRecord = typeof anyRecord extends fc.Arbitrary<infer T> ? T : never

function placed({ position, ...fields }: AnyRecord): RecordPlace {
  const length = recordLength(fields)
  const buffer = Buffer.alloc(length + 3)
  writeRecord(buffer, 3, length, fields, true)
  sealRecord(buffer, 3, position, position)
  return { buffer, offset: 3, position }
}

const idOf = (record: AnyRecord): string => formatUuid(Buffer.from(record.id), 0)

function expectRecorded(
  message: streamsPb.ReadResp.ReadEvent.RecordedEvent | undefined,
  record: AnyRecord | undefined,
): void {
  expect(message === undefined).to.equal(record === undefined)
  if (message === undefined || record === undefined) return
  expect(Buffer.from(message.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).to.equal(
    record.stream,
  )
  const revision = record.revision === TOMBSTONE_REVISION ? '9223372036854775807' : String(record.revision)
  expect(message.getStreamRevision()).to.equal(revision)
  expect(message.getCommitPosition()).to.equal(String(record.position))
  expect(message.getPreparePosition()).to.equal(String(record.position))
  expect(message.getMetadataMap().toObject()).to.have.deep.members([
    ['type', record.type],
    ['content-type', record.json ? 'application/json' : 'application/octet-stream'],
    ['created', `${String(record.created).padStart(13, '0')}0000`],
  ])
  expect(Buffer.from(message.getData_asU8()).equals(record.data)).to.equal(true)
  expect(Buffer.from(message.getCustomMetadata_asU8()).equals(record.metadata)).to.equal(true)
}

describe('ReadResp, written by hand', () => {
  it('gives the generated class the event, its link or both', () => {
    const either = fc.option(anyRecord, { nil: undefined })
    fc.assert(
      fc.property(either, either, (event, link) => {
        fc.pre(event !== undefined || link !== undefined)
        const places = [event, link].map((each) => each && placed(each))
        const message = read(encodeReadEvent(places[0], places[1], 'text')).getEvent()
        expectRecorded(message?.getEvent(), event)
        expectRecorded(message?.getLink(), link)
        expect(message?.getCommitPosition()).to.equal(String((link ?? event)?.position))
        if (event !== undefined) expect(message?.getEvent()?.getId()?.getString()).to.equal(idOf(event))
      }),
    )
  })

  it('gives ids as two numbers where that is asked for', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const message = read(encodeReadEvent(placed(record), undefined, 'structured'))
          .getEvent()
          ?.getEvent()
        expectRecorded(message, record)
        const structured = message?.getId()?.getStructured()
        const half = (text = '0'): string => BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0')
        expect(
          half(structured?.getMostSignificantBits()) + half(structured?.getLeastSignificantBits()),
        ).to.equal(idOf(record).replaceAll('-', ''))
      }),
    )
  })

  it('tells of everything else', () => {
    expect(read(encodeConfirmation('abc')).getConfirmation()?.getSubscriptionId()).to.equal('abc')
    expect(
      read(encodeCheckpoint(2 ** 40))
        .getCheckpoint()
        ?.toObject(),
    ).to.deep.equal({
      commitPosition: String(2 ** 40),
      preparePosition: String(2 ** 40),
    })
    const notFound = read(encodeStreamNotFound('ordre-é')).getStreamNotFound()?.getStreamIdentifier()
    expect(Buffer.from(notFound?.getStreamName_asU8() ?? []).toString()).to.equal('ordre-é')
    expect(read(encodeFirstStreamPosition(300)).getFirstStreamPosition()).to.equal('300')
    expect(read(encodeLastStreamPosition(0)).hasLastStreamPosition()).to.equal(true)
    expect(read(CAUGHT_UP).hasCaughtUp()).to.equal(true)
    expect(read(FELL_BEHIND).hasFellBehind()).to.equal(true)
  })
})
