import { expect } from 'chai'
import { isKnownTag } from './http-cache.ts'

describe('If-None-Match', () => {
  it('names a tag, among others, weak or strong, or any', () => {
    for (const header of ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', '*', ' * ']) {
      expect(isKnownTag(header, '"a"'), header).to.be.true
    }
  })

  it('names no other', () => {
    for (const header of [undefined, '', 'a', '"A"', '"b"', '"a', 'W/a', '"aa"', '"b" "c"']) {
      expect(isKnownTag(header, '"a"'), header).to.be.false
    }
  })
})
