import { expect } from 'chai'
import type { BuildProgress } from '../../projections/building.ts'
import { createProgressLine, type ProgressOutput } from './progress-line.ts'

const progress = (
  events: number,
  fraction: number,
  phase: BuildProgress['phase'] = 'loading',
): BuildProgress => ({
  ...{ projections: ['orders', 'inventory'], phase, events, fraction },
})

const written = (isTTY: boolean): { out: ProgressOutput; text: () => string } => {
  let text = ''
  const write = (more: string): void => {
    text += more
  }
  return { out: { write, isTTY }, text: () => text }
}

describe('the line that shows how far a build is', () => {
  it('has a bar, the events, the rate and the time that is left', () => {
    let now = 0
    const { out, text } = written(false)
    const line = createProgressLine(out, () => now)
    line.show(progress(0, 0))
    now = 5_000
    line.show(progress(50_000, 0.25))
    expect(text().split('\n')).to.deep.equal([
      '░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 events  loading: orders, inventory',
      '██████░░░░░░░░░░░░░░░░░░  25 %  50,000 events  10,000/s  15 s left  loading: orders, inventory',
      '',
    ])
  })

  it('tells longer times in minutes and hours', () => {
    let now = 0
    const { out, text } = written(false)
    const line = createProgressLine(out, () => now)
    line.show(progress(0, 0))
    now = 5_000
    line.show(progress(50_000, 0.05, 'catching up'))
    now = 10_000
    line.show(progress(50_001, 0.0505))
    expect(text())
      .to.match(/1 min 35 s left/)
      .and.to.match(/\d h \d+ min left|min/)
  })

  it('writes over itself on a terminal', () => {
    const { out, text } = written(true)
    const line = createProgressLine(out)
    line.show(progress(1, 0.5))
    line.show(progress(2, 1, 'live'))
    line.end()
    expect(text().split('\r\u001b[2K')).to.have.length(3)
    expect(text().endsWith('live: orders, inventory\n')).to.equal(true)
  })

  it('writes little where there is no terminal: the first line, and where it came to', () => {
    const { out, text } = written(false)
    const line = createProgressLine(out, () => 0)
    for (let count = 0; count < 100; count += 1) line.show(progress(count, 0))
    line.end()
    line.end()
    expect(
      text()
        .trim()
        .split('\n')
        .map((shown) => /\S+ events/.exec(shown)?.[0]),
    ).to.deep.equal(['0 events', '99 events'])
  })
})
