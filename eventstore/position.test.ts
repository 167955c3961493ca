import { expect } from 'chai'
import fc from 'fast-check'
import { comparePositions, formatPosition, parsePosition } from './position.ts'

const half = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const position = fc.record({ commit: half, prepare: half })

describe('a position', () => {
  it('survives being written as text', () => {
    fc.assert(
      fc.property(position, (place) => {
        expect(parsePosition(formatPosition(place))).to.deep.equal(place)
      }),
    )
  })

  it('is not read from anything else', () => {
    for (const text of [
      '',
      '1',
      '1/',
      '/1',
      '-1/1',
      '1/1/1',
      '1.0/1',
      ' 1/1',
      '1/1\n',
      `1/${'9'.repeat(21)}`,
    ]) {
      expect(parsePosition(text), text).to.equal(undefined)
    }
  })

  it('is compared by its commit half, then by its prepare half', () => {
    const sorted = [
      { commit: 1n, prepare: 9n },
      { commit: 2n, prepare: 1n },
      { commit: 2n, prepare: 2n },
      { commit: 2n ** 63n, prepare: 0n },
      { commit: 2n ** 63n + 1n, prepare: 0n },
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
        expect([...shuffled].sort(comparePositions)).to.deep.equal(sorted)
      }),
    )
  })

  it('is at the same place as an equal one', () => {
    fc.assert(
      fc.property(position, (place) => {
        expect(comparePositions(place, { ...place })).to.equal(0)
      }),
    )
  })
})
