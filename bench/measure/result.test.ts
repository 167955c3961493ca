import { expect } from 'chai'
import { holds, resultText, table, type Figure } from './result.ts'

const figure = (value: number, bar?: Figure['bar']): Figure => ({
  ...{ name: 'it', value, unit: 'ms' },
  ...(bar !== undefined && { bar }),
})

describe('figures', () => {
  it('are held against their bar', () => {
    expect(holds(figure(1))).to.equal(undefined)
    expect(holds(figure(10, { atMost: 10 }))).to.equal(true)
    expect(holds(figure(10.1, { atMost: 10 }))).to.equal(false)
    expect(holds(figure(10, { below: 10 }))).to.equal(false)
    expect(holds(figure(9.9, { below: 10 }))).to.equal(true)
    expect(holds(figure(10, { atLeast: 10 }))).to.equal(true)
    expect(holds(figure(9.9, { atLeast: 10 }))).to.equal(false)
    expect(holds(figure(500, { exactly: 500 }))).to.equal(true)
    expect(holds(figure(501, { exactly: 500 }))).to.equal(false)
  })

  it('stand in lines, with three digits that count', () => {
    const lines = table([
      { name: 'paid', value: 204.6, unit: '/s', bar: { atLeast: 200 }, note: 'over 60 s' },
      { name: 'p95', value: 61.04, unit: 'ms', bar: { below: 50 } },
      { name: 'ratio', value: 1.4049, unit: '×' },
      { name: 'wrong', value: 0, unit: '', bar: { exactly: 0 } },
    ]).split('\n')
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).to.deep.equal([
      'paid 205 /s held: ≥ 200 over 60 s',
      'p95 61.0 ms MISSED: < 50',
      'ratio 1.40 ×',
      'wrong 0 held: = 0',
    ])
  })

  it('are told with when, of what and where they were taken', () => {
    const about = { date: '2026-01-01T00:00:00.000Z', commit: 'abc', machine: '2 × X', node: 'v20' }
    const result = { title: 'All', figures: [figure(1)] }
    expect(JSON.parse(resultText(result, true, about))).to.deep.equal({ ...about, ...result })
    expect(resultText(result, false, about)).to.match(
      /^All\n2026-01-01T00:00:00.000Z {2}abc {2}2 × X {2}Node v20\n\nit /,
    )
  })
})
