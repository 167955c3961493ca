import { expect } from 'chai'
import { BusyError } from './errors.ts'
import { createMailboxes } from './mailboxes.ts'

/** An `answer` that records its batches, and finishes one each time `finish` is called. */
const recorder = (): {
  readonly batches: (readonly number[])[]
  readonly answer: (batch: readonly number[]) => Promise<void>
  readonly finish: () => Promise<void>
} => {
  const batches: (readonly number[])[] = []
  const finishers: (() => void)[] = []
  return {
    batches,
    answer: (batch) => {
      batches.push(batch)
      return new Promise((resolve) => finishers.push(resolve))
    },
    finish: async () => {
      finishers.shift()?.()
      await new Promise(setImmediate)
    },
  }
}

describe('mailboxes', () => {
  it('hand the first request on at once, and together what came meanwhile, in order', async () => {
    const post = createMailboxes({ waiting: 10, batch: 10 })
    const { batches, answer, finish } = recorder()
    for (const request of [1, 2, 3]) post('s', request, answer)
    expect(batches).to.deep.equal([[1]])
    await finish()
    expect(batches).to.deep.equal([[1], [2, 3]])
    await finish()
    post('s', 4, answer)
    expect(batches).to.deep.equal([[1], [2, 3], [4]])
  })

  it('take no more at once than a batch', async () => {
    const post = createMailboxes({ waiting: 10, batch: 2 })
    const { batches, answer, finish } = recorder()
    for (const request of [1, 2, 3, 4]) post('s', request, answer)
    await finish()
    await finish()
    expect(batches).to.deep.equal([[1], [2, 3], [4]])
  })

  it('do not let one stream wait for another', () => {
    const post = createMailboxes({ waiting: 10, batch: 10 })
    const { batches, answer } = recorder()
    post('a', 1, answer)
    post('b', 2, answer)
    expect(batches).to.deep.equal([[1], [2]])
  })

  it('refuse one more than may wait, and say how many do', async () => {
    const post = createMailboxes({ waiting: 2, batch: 10 })
    const { batches, answer, finish } = recorder()
    for (const request of [1, 2, 3]) post('s', request, answer)
    expect(() => {
      post('s', 4, answer)
    })
      .to.throw(BusyError)
      .that.includes({ stream: 's', waiting: 2 })
    await finish()
    post('s', 5, answer)
    await finish()
    expect(batches).to.deep.equal([[1], [2, 3], [5]])
  })
})
