import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import fc from 'fast-check'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import type { ExpectedRevision } from '../log/types.ts'
import { decodeBatchAppendReq, encodeBatchAppendSuccess } from './batch-append.ts'
import { MalformedMessageError } from './wire.ts'

const text = fc.string({ maxLength: 200, unit: 'grapheme' })
const anyEvent = fc.record({
  id: fc.uuid(),
  type: text,
  contentType: fc.constantFrom('application/json', 'application/octet-stream', ''),
  data: fc.uint8Array({ maxLength: 300 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
})
const anyExpected: fc.Arbitrary<ExpectedRevision | undefined> = fc.oneof(
  fc.constantFrom('any', 'no_stream', 'stream_exists', undefined),
  fc.maxSafeNat(),
)

function setExpected(
  options: streamsPb.BatchAppendReq.Options,
  expected: ExpectedRevision | undefined,
): void {
  const empty = new emptyPb.Empty()
  if (expected === 'any') options.setAny(empty)
  else if (expected === 'no_stream') options.setNoStream(empty)
  else if (expected === 'stream_exists') options.setStreamExists(empty)
  else if (expected !== undefined) options.setStreamPosition(String(expected))
}

describe('BatchAppendReq, read by hand', () => {
  it('says what the generated class wrote', () => {
    const anyChunk = fc.record({
      correlationId: fc.uuid(),
      stream: text,
      expected: anyExpected,
      deadline: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: undefined }),
      events: fc.array(anyEvent, { maxLength: 5 }),
      isFinal: fc.boolean(),
    })
    fc.assert(
      fc.property(anyChunk, ({ correlationId, stream, expected, deadline, events, isFinal }) => {
        const id = new sharedPb.UUID().setString(correlationId)
        const identifier = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream))
        const options = new streamsPb.BatchAppendReq.Options().setStreamIdentifier(identifier)
        if (deadline !== undefined) options.setDeadline(timestampPb.Timestamp.fromDate(new Date(deadline)))
        setExpected(options, expected)
        const request = new streamsPb.BatchAppendReq()
          .setCorrelationId(id)
          .setOptions(options)
          .setIsFinal(isFinal)
        for (const event of events) {
          const proposed = request.addProposedMessages(new streamsPb.BatchAppendReq.ProposedMessage())
          proposed
            .setId(new sharedPb.UUID().setString(event.id))
            .setData(event.data)
            .setCustomMetadata(event.metadata)
          proposed.getMetadataMap().set('type', event.type).set('content-type', event.contentType)
        }
        const chunk = decodeBatchAppendReq(Buffer.from(request.serializeBinary()), 0)
        expect(chunk).to.deep.equal({
          correlationId: Buffer.from(id.serializeBinary()),
          options: { stream, expected, deadline },
          isFinal,
          events: events.map((event) => ({
            ...event,
            data: Buffer.from(event.data),
            metadata: Buffer.from(event.metadata),
          })),
        })
      }),
    )
  })

  it('reads ids that come as two numbers', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const hex = uuid.replaceAll('-', '')
        const half = (from: number): string =>
          BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString()
        const structured = new sharedPb.UUID.Structured()
          .setMostSignificantBits(half(0))
          .setLeastSignificantBits(half(16))
        const proposed = new streamsPb.BatchAppendReq.ProposedMessage().setId(
          new sharedPb.UUID().setStructured(structured),
        )
        const request = new streamsPb.BatchAppendReq().setProposedMessagesList([proposed])
        const [event] = decodeBatchAppendReq(Buffer.from(request.serializeBinary()), 0).events
        expect(event?.id).to.equal(uuid)
      }),
    )
  })

  it('counts a deadline that is a duration from now', () => {
    // BatchAppendReq { options: { deadline (7): Duration { seconds: 3, nanos: 500000000 } } }
    const bytes = Buffer.from('120a3a08080310' + '80cab5ee01', 'hex')
    expect(decodeBatchAppendReq(bytes, 10_000).options?.deadline).to.equal(13_500)
  })

  it('refuses bytes that are no message, and passes over fields that it does not know', () => {
    expect(decodeBatchAppendReq(Buffer.from('f8070c' + '2001', 'hex'), 0).isFinal).to.equal(true)
    for (const bytes of ['1aff', '08', '0b', `20${'ff'.repeat(11)}`, '1a05']) {
      expect(() => decodeBatchAppendReq(Buffer.from(bytes, 'hex'), 0), bytes).to.throw(MalformedMessageError)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          decodeBatchAppendReq(Buffer.from(bytes), 0)
        } catch (error) {
          expect(error).to.be.instanceOf(MalformedMessageError)
        }
      }),
    )
  })
})

describe('BatchAppendResp, written by hand', () => {
  it('is read by the generated class', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        text,
        fc.oneof(fc.maxSafeNat(), fc.constant(-1)),
        fc.maxSafeNat(),
        (uuid, stream, revision, position) => {
          const id = new sharedPb.UUID().setString(uuid)
          const bytes = encodeBatchAppendSuccess(
            Buffer.from(id.serializeBinary()),
            stream,
            revision,
            position,
          )
          const response = streamsPb.BatchAppendResp.deserializeBinary(bytes)
          expect(response.getCorrelationId()?.getString()).to.equal(uuid)
          const name = response.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()
          expect(Buffer.from(name).toString()).to.equal(Buffer.from(stream).toString())
          const success = response.getSuccess()
          expect(success?.hasNoStream()).to.equal(revision < 0)
          expect(success?.getCurrentRevision()).to.equal(String(Math.max(revision, 0)))
          expect(success?.getPosition()?.toObject()).to.deep.equal({
            commitPosition: String(position),
            preparePosition: String(position),
          })
        },
      ),
    )
  })
})
