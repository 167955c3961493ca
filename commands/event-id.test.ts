import { expect } from 'chai'
import fc from 'fast-check'
import { v5 as uuidV5, validate, version } from 'uuid'
import { eventId } from './event-id.ts'

describe('event ids', () => {
  it('are the same for the same command, and UUIDs of version 5', () => {
    const id = eventId('order-1', 'command', 0)
    expect(id).to.equal(eventId('order-1', 'command', 0))
    expect(validate(id)).to.equal(true)
    expect(version(id)).to.equal(5)
  })

  it('differ by stream, command and place', () => {
    const ids = [
      eventId('order-1', 'command', 0),
      eventId('order-2', 'command', 0),
      eventId('order-1', 'other', 0),
      eventId('order-1', 'command', 1),
    ]
    expect(new Set(ids).size).to.equal(4)
  })

  it('are what any other library makes of the same name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.nat(), (stream, commandId, index) => {
        const name = `${stream}/${commandId}/${index}`
        expect(eventId(stream, commandId, index)).to.equal(
          uuidV5(name, 'a8e2a8d6-5a3b-5d0e-9a53-0a4cf3f7a1c9'),
        )
      }),
    )
  })

  it('are a public contract: what was written once is recognised for good', () => {
    expect(eventId('order-1', 'command', 0)).to.equal('55b664de-5a53-50d5-b4e1-c6563ce4334b')
  })
})
