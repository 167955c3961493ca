import { expect } from 'chai'
import { CallHangsError, coalesced } from './coalesce.ts'

describe('coalesced calls', () => {
  let calls: string[][]
  let finish: (() => void)[]
  let failWith: (requests: readonly string[]) => Error | undefined
  const open = (options: { readonly most?: number; readonly isOfOne?: (error: unknown) => boolean } = {}) =>
    coalesced<string, string>(
      async (requests) => {
        calls.push([...requests])
        await new Promise<void>((resolve) => finish.push(resolve))
        const error = failWith(requests)
        if (error !== undefined) throw error
        return requests.map((request) => request.toUpperCase())
      },
      { keyOf: (request) => request.slice(0, 1), ...options },
    )
  /** Ends calls, as they come, until all of `asked` are answered. */
  const outcomes = async (asked: readonly Promise<string>[]): Promise<unknown[]> => {
    const ended = new Set<Promise<string>>()
    const ends = asked.map((one) =>
      one
        .catch((error: unknown) => error)
        .finally(() => {
          ended.add(one)
        }),
    )
    for (let turns = 0; turns < 1_000 && ended.size < asked.length; turns += 1) {
      finish.shift()?.()
      await Promise.resolve()
    }
    return Promise.all(ends)
  }

  beforeEach(() => {
    calls = []
    finish = []
    failWith = () => undefined
  })

  it('let the first go at once, and those that come meanwhile together', async () => {
    const ask = open()
    const asked = ['a1', 'b1', 'c1'].map(ask)
    expect(calls).to.deep.equal([['a1']])
    expect(await outcomes(asked)).to.deep.equal(['A1', 'B1', 'C1'])
    expect(calls).to.deep.equal([['a1'], ['b1', 'c1']])
  })

  it('begin again after a rest', async () => {
    const ask = open()
    await outcomes([ask('a1')])
    expect(await outcomes([ask('b1')])).to.deep.equal(['B1'])
  })

  it('keep those with one key apart, in their order', async () => {
    const ask = open()
    expect(await outcomes(['x1', 'a1', 'a2', 'b1', 'a3'].map(ask))).to.deep.equal([
      'X1',
      'A1',
      'A2',
      'B1',
      'A3',
    ])
    expect(calls).to.deep.equal([['x1'], ['a1', 'b1'], ['a2'], ['a3']])
  })

  it('take so many at most', async () => {
    const ask = open({ most: 2 })
    await outcomes(['x1', 'a1', 'b1', 'c1'].map(ask))
    expect(calls).to.deep.equal([['x1'], ['a1', 'b1'], ['c1']])
  })

  it('fail together', async () => {
    const error = new Error('away')
    failWith = (requests) => (requests.includes('a1') ? error : undefined)
    const ask = open()
    expect(await outcomes(['x1', 'a1', 'b1'].map(ask))).to.deep.equal(['X1', error, error])
  })

  it('fail alone where one is to blame', async () => {
    const error = new Error('bad')
    failWith = (requests) => (requests.includes('b1') ? error : undefined)
    const ask = open({ isOfOne: (thrown) => thrown === error })
    expect(await outcomes(['x1', 'a1', 'b1', 'c1'].map(ask))).to.deep.equal(['X1', 'A1', error, 'C1'])
    expect(calls).to.deep.equal([['x1'], ['a1', 'b1', 'c1'], ['a1'], ['b1'], ['c1']])
  })

  it('are not held up by one that hangs: who waits for it fails, and the next goes past it', async () => {
    const ends: ((result: string[]) => void)[] = []
    const ask = coalesced<string, string>(() => new Promise((resolve) => ends.push(resolve)), {
      patienceMs: 20,
    })
    const hanging = ask('a')
    const behind = await Promise.all(['b', 'c'].map((one) => ask(one).catch((error: unknown) => error)))
    for (const error of behind)
      expect(error).to.be.instanceOf(CallHangsError).and.include({ code: 'ETIMEDOUT' })

    const next = ask('d')
    ends[1]?.(['D'])
    expect(await next).to.equal('D')
    ends[0]?.(['A'])
    expect(await hanging).to.equal('A')
  })

  it('leave nobody without an answer where there are too few', async () => {
    const ask = coalesced<string, string>((requests) => Promise.resolve(requests.slice(1)))
    expect(await ask('a').catch((error: unknown) => error)).to.be.instanceOf(RangeError)
  })
})
