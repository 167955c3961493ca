import { expect } from 'chai'
import fc from 'fast-check'
import { fullJitter } from './retry-delay.ts'

describe('full jitter', () => {
  const limits = { baseMs: 100, capMs: 5_000 }

  it('doubles its limit with each attempt, up to the cap', () => {
    const limitsOfAttempts = [1, 2, 3, 6, 7, 1_000].map((attempt) => fullJitter(attempt, limits, () => 1))
    expect(limitsOfAttempts).to.deep.equal([100, 200, 400, 3_200, 5_000, 5_000])
  })

  it('is anywhere between nothing and its limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, part) => {
          const delay = fullJitter(attempt, limits, () => part)
          expect(delay).to.equal(part * fullJitter(attempt, limits, () => 1))
        },
      ),
    )
  })
})
