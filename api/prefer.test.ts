import { expect } from 'chai'
import { preferredWait } from './prefer.ts'

describe('Prefer: wait', () => {
  const cases: readonly [string | string[] | undefined, number | undefined][] = [
    [undefined, undefined],
    ['wait=5', 5],
    ['wait="5"', 5],
    ['Wait = 3', 3],
    ['respond-async, wait=4', 4],
    [['respond-async', 'wait=4'], 4],
    ['wait=2, wait=9', 2],
    ['wait=4; foo=bar', 4],
    ['wait=600', 10],
    ['wait=0', 0],
    ['wait', undefined],
    ['wait=-1', undefined],
    ['wait=soon', undefined],
    ['await=5', undefined],
  ]
  for (const [header, seconds] of cases) {
    it(`${header === undefined ? 'nothing' : JSON.stringify(header)} asks for ${seconds === undefined ? 'no waiting' : `${seconds} s`}`, () => {
      expect(preferredWait(header, 10)).to.equal(seconds)
    })
  }
})
