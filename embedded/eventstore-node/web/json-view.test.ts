import { expect } from 'chai'
import { bytesView, preview } from './json-view.ts'

const textIn = (bytes: Buffer): string =>
  bytesView(bytes)
    .markup.replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim()

describe('The view of data and metadata', () => {
  it('indents JSON as JSON.stringify does', () => {
    const values = [
      {
        a: 1,
        b: [true, null, { c: 'x' }],
        d: {},
        e: [],
        'k"ey': 'line\nbreak "quoted" \\ {not: [a, structure]}',
      },
      [],
      [[], [[]]],
      'just text',
      -1.5e-7,
      false,
    ]
    for (const value of values) {
      expect(textIn(Buffer.from(JSON.stringify(value)))).to.equal(JSON.stringify(value, null, 2))
    }
  })

  it('keeps every digit of large numbers', () => {
    expect(textIn(Buffer.from('{"$tb":9223372036854775807,"x":1.10}'))).to.equal(
      '{\n  "$tb": 9223372036854775807,\n  "x": 1.10\n}',
    )
  })

  it('lets nothing out of it become part of the page', () => {
    const { markup } = bytesView(Buffer.from('{"<b>":"</pre><script>alert(1)</script>"}'))
    expect(markup).not.to.match(/<b>|<\/pre><script>/)
    expect(bytesView(Buffer.from('<script>')).markup).not.to.include('<script>')
  })

  it('shows other text as it is, other bytes in hexadecimal, and a part of what is long', () => {
    expect(textIn(Buffer.from('0@a-1'))).to.equal('0@a-1')
    expect(textIn(Buffer.from([0, 255, 65]))).to.match(/^000000 {2}00 ff 41 +··A$/)
    expect(textIn(Buffer.alloc(0))).to.equal('none')
    expect(textIn(Buffer.from('x'.repeat(100_003)))).to.match(/x\s*… and 3 characters more$/)
    expect(textIn(Buffer.alloc(5000))).to.include('5000 bytes in all')
  })

  it('previews the beginning in one line', () => {
    expect(preview(Buffer.from('{\n  "a": 1\n}'))).to.equal('{ "a": 1 }')
    expect(preview(Buffer.from([0, 1, 2]))).to.equal('3 bytes')
    expect(preview(Buffer.from('y'.repeat(1000)))).to.have.length(161)
  })
})
