import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { expect } from 'chai'
import type { RecordedEvent } from '../log/types.ts'
import { TOMBSTONE_REVISION } from '../log/record.ts'
import { encodeMessage } from './encode-event.ts'
import { decodeReadRequest } from './read-request.ts'
import { messageOf, recorded } from './testing/doubles.ts'

const id = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
const [most, least] = [id.replaceAll('-', '').slice(0, 16), id.replaceAll('-', '').slice(16)].map((half) =>
  BigInt.asIntN(64, BigInt(`0x${half}`)).toString(),
)

/** What the generated classes make of the fields of an event. */
const asObject = (event: RecordedEvent, position: number, structured: boolean) => ({
  id: structured
    ? { structured: { mostSignificantBits: most, leastSignificantBits: least }, string: '' }
    : { structured: undefined, string: id },
  streamIdentifier: { streamName: Buffer.from(event.stream).toString('base64') },
  streamRevision: event.revision === TOMBSTONE_REVISION ? '9223372036854775807' : String(event.revision),
  preparePosition: String(position),
  commitPosition: String(position),
  metadataMap: [
    ['content-type', event.contentType],
    ['created', String(event.created)],
    ['type', event.type],
  ],
  customMetadata: Buffer.from(event.metadata).toString('base64'),
  data: Buffer.from(event.data).toString('base64'),
})

describe('messages on the wire', () => {
  const created = 17_952_293_027_809_922n
  const plain = recorded('order-1', 7, { id, created, position: 118_332 })
  const events: [string, RecordedEvent][] = [
    ['a plain event', plain],
    ['an event with metadata', { ...plain, metadata: Buffer.from('{"$correlationId":"k1"}') }],
    [
      'an empty one',
      { ...plain, revision: 0, position: 0, data: Buffer.alloc(0), contentType: 'application/octet-stream' },
    ],
    ['names beyond ASCII', { ...plain, stream: 'ström-\u{1F4E6}', type: 'Größe' }],
    [
      'a name and data that need longer lengths',
      { ...plain, stream: 's'.repeat(300), data: Buffer.alloc(70_000, 1) },
    ],
    ['places beyond 32 bits', { ...plain, position: 2 ** 40 + 1, revision: 2 ** 33 }],
    ['a tombstone', { ...plain, revision: TOMBSTONE_REVISION }],
  ]
  for (const [what, event] of events) {
    for (const structured of [false, true]) {
      it(`${what}, ids as ${structured ? 'numbers' : 'text'}, reads as the generated classes read it`, () => {
        const message = messageOf(event, { retryCount: 3 })
        const { event: read } = persistent.ReadResp.deserializeBinary(
          encodeMessage(message, structured),
        ).toObject()
        const { position } = event
        expect(read).to.deep.equal({
          event: asObject(event, position, structured),
          link: undefined,
          commitPosition: String(position),
          noPosition: undefined,
          retryCount: 3,
          noRetryCount: undefined,
        })
      })
    }
  }

  it('a link comes with its event, both at the position of the link, or alone', () => {
    const link = recorded('$ce-order', 2, {
      id,
      created,
      position: 200_000,
      type: '$>',
      data: Buffer.from('7@order-1'),
    })
    const read = (event: RecordedEvent | undefined) =>
      persistent.ReadResp.deserializeBinary(
        encodeMessage(messageOf(link, { resolved: { event, link } }), false),
      ).getEvent()
    expect(read(plain)?.getEvent()?.toObject()).to.deep.equal(asObject(plain, 200_000, false))
    expect(read(plain)?.getLink()?.toObject()).to.deep.equal(asObject(link, 200_000, false))
    expect(read(undefined)?.hasEvent()).to.equal(false)
    expect(read(undefined)?.getLink()?.toObject()).to.deep.equal(asObject(link, 200_000, false))
    expect(read(undefined)?.hasRetryCount(), 'a count of 0 is said, too').to.equal(true)
  })
})

describe('what consumers say', () => {
  const asText = () => new shared.UUID().setString(id.toUpperCase())
  const asNumbers = () =>
    new shared.UUID().setStructured(
      new shared.UUID.Structured().setMostSignificantBits(most ?? '').setLeastSignificantBits(least ?? ''),
    )
  const decode = (request: persistent.ReadReq) => decodeReadRequest(Buffer.from(request.serializeBinary()))

  it('acknowledgements, ids in both forms', () => {
    const ack = new persistent.ReadReq.Ack().setId(Buffer.from('ignored')).setIdsList([asText(), asNumbers()])
    expect(decode(new persistent.ReadReq().setAck(ack))).to.deep.equal({ kind: 'ack', ids: [id, id] })
    expect(decode(new persistent.ReadReq().setAck(new persistent.ReadReq.Ack()))).to.deep.equal({
      kind: 'ack',
      ids: [],
    })
  })

  it('refusals with what is to be done and why', () => {
    const nack = new persistent.ReadReq.Nack()
      .setIdsList([asText()])
      .setAction(persistent.ReadReq.Nack.Action.SKIP)
      .setReason('Größe')
    expect(decode(new persistent.ReadReq().setNack(nack))).to.deep.equal({
      kind: 'nack',
      ids: [id],
      action: 3,
      reason: 'Größe',
    })
    const bare = new persistent.ReadReq().setNack(new persistent.ReadReq.Nack())
    expect(decode(bare)).to.deep.equal({ kind: 'nack', ids: [], action: 0, reason: '' })
  })

  it('options, or nothing at all', () => {
    const request = decode(
      new persistent.ReadReq().setOptions(new persistent.ReadReq.Options().setGroupName('g')),
    )
    expect(request.kind === 'options' ? request.options?.getGroupName() : undefined).to.equal('g')
    expect(decode(new persistent.ReadReq())).to.deep.equal({ kind: 'options', options: undefined })
  })

  it('is refused where it is cut short', () => {
    const ack = new persistent.ReadReq().setAck(new persistent.ReadReq.Ack().setIdsList([asText()]))
    const bytes = Buffer.from(ack.serializeBinary())
    expect(() => decodeReadRequest(bytes.subarray(0, -1))).to.throw('Malformed message')
  })
})
