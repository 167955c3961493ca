import { expect } from 'chai'
import { validate, version } from 'uuid'
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

  it('are a public contract: what was written once is recognised for good', () => {
    expect(eventId('order-1', 'command', 0)).to.equal('55b664de-5a53-50d5-b4e1-c6563ce4334b')
  })
})
