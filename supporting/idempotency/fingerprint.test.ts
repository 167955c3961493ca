import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson, fingerprintOf } from './fingerprint.ts'

describe('fingerprints of requests', () => {
  it('do not depend on the order of keys, at any depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).to.equal('{"a":"x","b":[{"c":null,"d":1}]}')
  })

  it('tell requests apart that ask for something else', () => {
    const request = { items: [{ id: 'a', quantity: 1 }] }

    expect(fingerprintOf(request).equals(fingerprintOf({ items: [{ id: 'a', quantity: 2 }] }))).to.be.false
    expect(fingerprintOf({ items: [1, 2] }).equals(fingerprintOf({ items: [2, 1] }))).to.be.false
    expect(fingerprintOf(request)).to.have.length(32)
  })

  it('change nothing of what is asked', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (request) => {
        expect(JSON.parse(canonicalJson(request))).to.deep.equal(JSON.parse(JSON.stringify(request)))
      }),
    )
  })
})
