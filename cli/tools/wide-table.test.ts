import { expect } from 'chai'
import { wideTable, wrap } from './wide-table.ts'

describe('a wide table', () => {
  it('has cells of several lines, and wraps its last column', () => {
    const rows = [['1', 'two\nlines', 'what is said here is longer than there is room for']]
    expect(wideTable(['#', 'event', 'text'], rows, 34).split('\n')).to.deep.equal([
      '#  event  text',
      '1  two    what is said here is',
      '   lines    longer than there is',
      '            room for',
    ])
    expect(wideTable(['#', 'event', 'text'], rows)).to.match(/room for$/m)
  })

  it('cuts a word that is longer than a line', () => {
    expect(wrap('x'.repeat(25), 10)).to.deep.equal(['xxxxxxxxxx', '  xxxxxxxx', '  xxxxxxx'])
  })
})
