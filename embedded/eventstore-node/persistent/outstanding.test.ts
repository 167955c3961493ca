import { expect } from 'chai'
import { outstandingMessages } from './outstanding.ts'
import { consumer, messageOf, recorded } from './testing/doubles.ts'

const message = (revision: number) => messageOf(recorded('s', revision), { id: `id-${revision}` })
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id)

describe('outstanding messages', () => {
  it('finds a message by its id once', () => {
    const outstanding = outstandingMessages()
    outstanding.start(message(1), 100)
    expect(outstanding.has('id-1')).to.equal(true)
    expect(outstanding.take('id-1')?.expires).to.equal(100)
    expect(outstanding.take('id-1')).to.equal(undefined)
    expect(outstanding.size).to.equal(0)
  })

  it('takes those whose time is over, and only those', () => {
    const outstanding = outstandingMessages()
    for (const revision of [1, 2, 3]) outstanding.start(message(revision), revision * 100)
    expect(ids(outstanding.takeExpired(200))).to.deep.equal(['id-1', 'id-2'])
    expect(ids(outstanding.takeExpired(200))).to.deep.equal([])
    expect(outstanding.size).to.equal(1)
  })

  it('lets a message that was started anew expire at its new time', () => {
    const outstanding = outstandingMessages()
    const again = message(1)
    outstanding.start(again, 100)
    outstanding.start(message(2), 150)
    outstanding.take('id-1')
    outstanding.start(again, 300)
    expect(ids(outstanding.takeExpired(200))).to.deep.equal(['id-2'])
    expect(ids(outstanding.takeExpired(300))).to.deep.equal(['id-1'])
  })

  it('takes those of one consumer and those that are replayed', () => {
    const outstanding = outstandingMessages()
    const [one, other] = [consumer(), consumer()]
    outstanding.start({ ...message(1), consumer: one }, 100)
    outstanding.start({ ...message(2), consumer: other }, 100)
    outstanding.start({ ...message(3), consumer: other, replayed: true }, 100)
    expect(ids(outstanding.takeFrom(one))).to.deep.equal(['id-1'])
    expect(ids(outstanding.takeReplayed())).to.deep.equal(['id-3'])
    expect(ids(outstanding.takeFrom(other))).to.deep.equal(['id-2'])
  })
})
