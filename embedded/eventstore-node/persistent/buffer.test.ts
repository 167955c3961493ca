import { expect } from 'chai'
import { messageBuffer, type MessageBuffer } from './buffer.ts'
import { messageOf, recorded } from './testing/doubles.ts'

const at = (revision: number, replayed = false) => messageOf(recorded('s', revision), { replayed })

const contents = (buffer: MessageBuffer): number[] => {
  const seen: number[] = []
  buffer.scan((message) => {
    seen.push(message.original.revision)
    return 'leave'
  })
  return seen
}

describe('message buffer', () => {
  it('gives retries before new messages, in the order of the source', () => {
    const buffer = messageBuffer()
    for (const revision of [7, 8]) buffer.addFresh(at(revision))
    for (const revision of [5, 2, 4]) buffer.addRetry(at(revision))
    expect(contents(buffer)).to.deep.equal([2, 4, 5, 7, 8])
    expect([buffer.retries, buffer.fresh]).to.deep.equal([3, 2])
  })

  it('puts replayed messages behind other retries, in the order in which they came', () => {
    const buffer = messageBuffer()
    buffer.addRetry(at(9, true))
    buffer.addRetry(at(1, true))
    buffer.addRetry(at(4))
    buffer.addRetry(at(3))
    expect(contents(buffer)).to.deep.equal([3, 4, 9, 1])
  })

  it('takes messages out of the middle and stops where it is told to', () => {
    const buffer = messageBuffer()
    for (const revision of [1, 2, 3, 4]) buffer.addFresh(at(revision))
    const seen: number[] = []
    buffer.scan(({ original: { revision } }) => {
      seen.push(revision)
      if (revision === 3) return 'stop'
      return revision === 2 ? 'take' : 'leave'
    })
    expect(seen).to.deep.equal([1, 2, 3])
    expect(contents(buffer)).to.deep.equal([1, 3, 4])
    buffer.scan(() => 'take')
    buffer.addFresh(at(5))
    expect(contents(buffer)).to.deep.equal([5])
  })
})
