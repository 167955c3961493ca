import { expect } from 'chai'
import fc from 'fast-check'
import { editDistance, nearMiss } from './near-miss.ts'

const word = fc.string({ unit: fc.constantFrom('A', 'B', 'C', '_'), maxLength: 12 })

describe('near misses', () => {
  it('counts inserting, deleting, replacing and swapping neighbours as one edit each', () => {
    expect(editDistance('PORT', 'PORT')).to.equal(0)
    expect(editDistance('PORT', 'PORTS')).to.equal(1)
    expect(editDistance('PORT', 'PRT')).to.equal(1)
    expect(editDistance('PORT', 'POST')).to.equal(1)
    expect(editDistance('PORT', 'PROT')).to.equal(1)
    expect(editDistance('', 'PORT')).to.equal(4)
    expect(editDistance('HOST', 'PORT')).to.equal(2)
  })

  it('is a distance: symmetric, zero for equal words only, never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)
        expect(editDistance(b, a)).to.equal(distance)
        expect(distance === 0).to.equal(a === b)
        expect(distance).to.be.at.most(Math.max(a.length, b.length))
        expect(distance).to.be.at.least(Math.abs(a.length - b.length))
      }),
    )
  })

  it('lets two slips pass for one name only in different words of it', () => {
    expect(nearMiss('DATABSE_URI', ['DATABASE_URL'])).to.equal('DATABASE_URL')
    expect(nearMiss('DATBSE_URL', ['DATABASE_URL'])).to.equal(undefined)
    expect(nearMiss('POSTGRES_HOST', ['POSTGRES_PORT'])).to.equal(undefined)
  })

  it('leaves short names alone, but not their case', () => {
    expect(nearMiss('POST', ['PORT'])).to.equal(undefined)
    expect(nearMiss('Port', ['PORT'])).to.equal('PORT')
  })
})
