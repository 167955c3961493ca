import { expect } from 'chai'
import { createHandlings } from './handlings.ts'

/** A promise and what settles it. */
const open = () => {
  let resolve = (_: string): void => undefined
  let reject = (_: Error): void => undefined
  const promise = new Promise<string>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

describe('handlings', () => {
  it('are run once at a time for each id, with one result for all who ask', async () => {
    const { run } = createHandlings<string>(5)
    const work = open()
    let runs = 0
    const ask = (): Promise<string> =>
      run('a', () => {
        runs += 1
        return work.promise
      })
    const asked = [ask(), ask()]
    work.resolve('done')
    expect(await Promise.all(asked)).to.deep.equal(['done', 'done'])
    expect(runs).to.equal(1)
    await ask()
    expect(runs).to.equal(2)
  })

  it('make room when one has ended, however it did', async () => {
    const handlings = createHandlings<string>(2)
    const [first, second] = [open(), open()]
    const failing = handlings.run('a', () => first.promise).catch(() => 'failed')
    void handlings.run('b', () => second.promise)
    expect(handlings.free()).to.equal(1)
    let hasRoom = false
    const room = handlings.hasRoom().then(() => {
      hasRoom = true
    })
    await Promise.resolve()
    expect(hasRoom).to.equal(false)
    first.reject(new Error('no'))
    await room
    expect(await failing).to.equal('failed')
    second.resolve('')
    await handlings.settled()
    expect(handlings.free()).to.equal(2)
  })
})
