import { expect } from 'chai'
import fc from 'fast-check'
import { editsBetween } from './edits.ts'

describe('edits between words', () => {
  it('are letters changed, added, left out or swapped', () => {
    for (const [a, b, edits] of [
      ['kettle', 'kettle', 0],
      ['kettle', 'kettel', 1],
      ['kettle', 'ketle', 1],
      ['kettle', 'kettles', 1],
      ['kettle', 'kattle', 1],
      ['grinder', 'girnedr', 2],
      ['tea', 'team', 1],
      ['', 'ab', 2],
      ['ca', 'abc', 3],
    ] as const) {
      expect(editsBetween(a, b, 5), `${a} ${b}`).to.equal(edits)
    }
  })

  it('are counted up to a limit', () => {
    expect(editsBetween('coffee', 'kettle', 2)).to.equal(3)
    expect(editsBetween('a', 'abcdef', 2)).to.equal(3)
  })

  it('are as many in both directions, and none only between equal words', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ж', '😀'), maxLength: 8 })
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, most) => {
        const edits = editsBetween(a, b, most)
        expect(edits).to.equal(editsBetween(b, a, most))
        expect(edits === 0).to.equal(a === b)
        expect(edits).to.be.at.most(most + 1)
      }),
    )
  })
})
