import { expect } from 'chai'
import { toCsv } from './csv.ts'

describe('CSV', () => {
  it('has a line of headings, quotes where it must, and no formulas', () => {
    const rows = [
      { sku: 'A-1', name: 'plain', n: -1, share: null },
      { sku: 'B', name: 'say "hi", you\nthere', n: 2, share: 0.5 },
      { sku: 'C', name: '=HYPERLINK("http://x")', n: 3, share: undefined },
    ]
    expect(toCsv(rows)).to.equal(
      'sku,name,n,share\r\nA-1,plain,-1,\r\nB,"say ""hi"", you\nthere",2,0.5\r\nC,"\'=HYPERLINK(""http://x"")",3,\r\n',
    )
    expect(toCsv([])).to.equal('')
  })
})
