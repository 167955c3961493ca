import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeAnswer, encodeAppend, type AppendMessage } from './messages.ts'

const ID = '0190a1b2-c3d4-7e5f-8a6b-0123456789ab'
const message: AppendMessage = {
  correlationId: ID,
  stream: 'order-1',
  expected: 'no_stream',
  deadline: 1_764_086_400_123,
  events: [],
}
/** As the official client's own classes read it. */
const read = (append: Partial<AppendMessage>): streamsPb.BatchAppendReq =>
  streamsPb.BatchAppendReq.deserializeBinary(encodeAppend({ ...message, ...append }))

describe('the messages of an append', () => {
  it('say all of it, in any characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(
          fc.record({
            id: fc.uuid(),
            type: fc.string({ unit: 'grapheme' }),
            json: fc.json(),
            meta: fc.json(),
          }),
        ),
        (stream, made) => {
          const request = read({
            stream,
            events: made.map(({ id, type, json, meta }) => ({ id, type, data: json, metadata: meta })),
          })
          expect(request.getIsFinal()).to.equal(true)
          expect(request.getCorrelationId()?.getString()).to.equal(ID)
          const name = request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8() ?? []
          expect(Buffer.from(name).toString()).to.equal(Buffer.from(stream).toString())
          const events = request.getProposedMessagesList().map((event) => ({
            id: event.getId()?.getString(),
            type: event.getMetadataMap().get('type'),
            contentType: event.getMetadataMap().get('content-type'),
            json: Buffer.from(event.getData_asU8()).toString(),
            meta: Buffer.from(event.getCustomMetadata_asU8()).toString(),
          }))
          expect(events).to.deep.equal(made.map((event) => ({ ...event, contentType: 'application/json' })))
        },
      ),
    )
  })

  it('say until when the store may begin', () => {
    expect(read({}).getOptions()?.getDeadline()?.toDate().getTime()).to.equal(message.deadline)
  })

  for (const [expected, has] of [
    ['no_stream', 'hasNoStream'],
    ['any', 'hasAny'],
    ['stream_exists', 'hasStreamExists'],
    [0n, 'hasStreamPosition'],
  ] as const) {
    it(`say that ${expected} is expected`, () => {
      expect(read({ expected }).getOptions()?.[has]()).to.equal(true)
    })
  }

  for (const revision of [0n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n - 1n]) {
    it(`name the revision ${revision}, and give it back`, () => {
      expect(read({ expected: revision }).getOptions()?.getStreamPosition()).to.equal(revision.toString())
      const position = { commit: revision, prepare: revision }
      expect(decodeAnswer(answered(revision, position))).to.deep.equal({
        ...{ kind: 'appended', correlationId: ID, revision, position },
      })
    })
  }
})

const answered = (
  revision: bigint,
  position: { readonly commit: bigint; readonly prepare: bigint } | undefined,
  correlation = new sharedPb.UUID().setString(ID),
): Buffer => {
  const success = new streamsPb.BatchAppendResp.Success().setCurrentRevision(revision.toString())
  if (position === undefined) success.setNoPosition(new emptyPb.Empty())
  else {
    success.setPosition(
      new sharedPb.AllStreamPosition()
        .setCommitPosition(position.commit.toString())
        .setPreparePosition(position.prepare.toString()),
    )
  }
  const response = new streamsPb.BatchAppendResp().setCorrelationId(correlation).setSuccess(success)
  response.setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from('order-1')))
  return Buffer.from(response.serializeBinary())
}

describe('the answer to an append', () => {
  it('may leave the position out', () => {
    expect(decodeAnswer(answered(3n, undefined))).to.deep.equal({
      ...{ kind: 'appended', correlationId: ID, revision: 3n, position: undefined },
    })
  })

  it('may hold the id as two numbers, as EventStoreDB writes it', () => {
    const hex = BigInt(`0x${ID.replaceAll('-', '')}`)
    const id = new sharedPb.UUID().setStructured(
      new sharedPb.UUID.Structured()
        .setMostSignificantBits(BigInt.asIntN(64, hex >> 64n).toString())
        .setLeastSignificantBits(BigInt.asIntN(64, hex).toString()),
    )
    expect(decodeAnswer(answered(0n, undefined, id)).correlationId).to.equal(ID)
  })

  it('may be an error, which is left to the classes of the official client', () => {
    const bytes = Buffer.from(
      new streamsPb.BatchAppendResp().setCorrelationId(new sharedPb.UUID().setString(ID)).serializeBinary(),
    )
    expect(decodeAnswer(bytes)).to.deep.equal({ correlationId: ID, kind: 'failed', message: bytes })
  })

  it('that breaks off is refused', () => {
    const whole = answered(3n, { commit: 700n, prepare: 700n })
    for (let length = 1; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length)
      // what ends between two fields is a message of its own
      try {
        expect(decodeAnswer(cut)).to.have.property('correlationId')
      } catch (error) {
        expect(error).to.be.instanceOf(RangeError)
      }
    }
  })
})
