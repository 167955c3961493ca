import { expect } from 'chai'
import { countsOf } from './counts.ts'

describe('counts on a command line', () => {
  it('are whole numbers with commas between them', () => {
    expect(countsOf('--orders', '1000')).to.deep.equal([1_000])
    expect(countsOf('--orders', '1,20,300')).to.deep.equal([1, 20, 300])
  })

  for (const text of ['abc', '', '0', '-1', '1.5', '1,,2', '1e3'])
    it(`are refused where they are "${text}"`, () => {
      expect(() => countsOf('--orders', text)).to.throw(RangeError, `--orders is ${text}, but it has to be`)
    })
})
