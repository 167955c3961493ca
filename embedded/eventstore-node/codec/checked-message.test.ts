import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { readChecked } from './checked-message.ts'
import { MalformedMessageError } from './wire.ts'

const request = (): streamsPb.ReadReq => {
  const options = new streamsPb.ReadReq.Options().setCount('7').setResolveLinks(true)
  options.setAll(new streamsPb.ReadReq.Options.AllOptions().setStart(new sharedPb.Empty()))
  options.setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty()))
  return new streamsPb.ReadReq().setOptions(options)
}

describe('Messages from outside', () => {
  it('are read as the generated classes read them', () => {
    const bytes = Buffer.from(request().serializeBinary())
    expect(readChecked(streamsPb.ReadReq, bytes).toObject()).to.deep.equal(request().toObject())
  })

  it('are refused where they claim to be longer than they are, at any depth', () => {
    const endless = 'ffffffff0f'
    for (const hex of [
      `0a${endless}`,
      `0a060a${endless}`,
      `0a080a060a${endless}`,
      `0a061a${endless}`,
      '0a05',
      `7a${endless}`,
    ])
      expect(() => readChecked(streamsPb.ReadReq, Buffer.from(hex, 'hex')), hex).to.throw(
        MalformedMessageError,
      )
  })

  it('never keep the node busy, whatever they are', () => {
    const whole = Buffer.from(request().serializeBinary())
    const spoiled = fc
      .tuple(fc.nat(whole.length - 1), fc.nat(255))
      .map(([at, byte]) =>
        Buffer.concat([whole.subarray(0, at), Buffer.from([byte]), whole.subarray(at + 1)]),
      )
    const junk = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(spoiled, junk), (bytes) => {
        const begun = performance.now()
        try {
          readChecked(streamsPb.ReadReq, bytes)
        } catch (error) {
          expect(error).to.be.instanceOf(Error)
        }
        return performance.now() - begun < 1000
      }),
      { numRuns: 2000 },
    )
  })
})
