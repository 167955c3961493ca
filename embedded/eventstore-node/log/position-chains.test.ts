import { expect } from 'chai'
import fc from 'fast-check'
import { createPositionChains } from './position-chains.ts'

describe('Position chains', () => {
  it('hold many lists that grow in any order', () => {
    const lists = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 3000 })), { maxLength: 12 })
    fc.assert(
      fc.property(lists, (growths) => {
        const chains = createPositionChains()
        const expected: number[][] = Array.from({ length: 6 }, () => [])
        const tails = [0, 0, 0, 0, 0, 0]
        let position = 0
        for (const [list, growth] of growths) {
          for (let n = 0; n < growth; n++) {
            const entries = expected[list] ?? []
            tails[list] = chains.push(tails[list] ?? 0, entries.length, ++position * 1e9)
            entries.push(position * 1e9)
          }
        }
        expected.forEach((entries, list) => {
          const step = Math.max(1, Math.floor(entries.length / 200))
          for (let index = 0; index < entries.length; index += step) {
            expect(chains.at(tails[list] ?? 0, entries.length, index)).to.equal(entries[index])
          }
        })
      }),
      { numRuns: 20 },
    )
  })

  it('find each entry of a list that goes far beyond the largest block', () => {
    const chains = createPositionChains()
    const count = 100_000
    let tail = 0
    for (let index = 0; index < count; index++) tail = chains.push(tail, index, index + 0.5)
    for (let index = 0; index < count; index += 7) expect(chains.at(tail, count, index)).to.equal(index + 0.5)
    expect(chains.at(tail, count, count - 1)).to.equal(count - 0.5)
    expect(() => chains.at(tail, count, count)).to.throw(RangeError)
  })

  it('take little room', () => {
    const chains = createPositionChains()
    for (let list = 0; list < 50_000; list++) {
      let tail = 0
      for (let index = 0; index < 4; index++) tail = chains.push(tail, index, list * 4 + index)
    }
    expect(chains.size / 200_000).to.be.below(30)
  })
})
