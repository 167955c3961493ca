import { expect } from 'chai'
import { rateMeter, timingStatistics } from './statistics.ts'

describe('statistics', () => {
  it('measures a rate from one look to the next', () => {
    const meter = rateMeter(0)
    for (let item = 0; item < 9; item++) meter.add()
    expect(meter.read(4_000)).to.deep.equal({ sinceLast: 9, perSecond: 2, seconds: 4 })
    expect(meter.read(4_000)).to.deep.equal({ sinceLast: 0, perSecond: 0, seconds: 0 })
    expect(meter.total).to.equal(9)
  })

  it('has nothing to say of timings before the first', () => {
    expect(timingStatistics().measurements()).to.deep.equal([])
  })

  it('shows the timings that EventStoreDB shows', () => {
    const timings = timingStatistics()
    for (let ms = 100; ms >= 1; ms--) timings.record(ms + 0.9)
    expect(Object.fromEntries(timings.measurements().map(({ key, value }) => [key, value]))).to.deep.equal({
      Mean: 50,
      Median: 51,
      Fastest: 1,
      'Quintile 1': 1,
      'Quintile 2': 21,
      'Quintile 3': 41,
      'Quintile 4': 61,
      'Quintile 5': 81,
      '90%': 91,
      '95%': 96,
      '99%': 100,
      '99.5%': 100,
      '99.9%': 100,
      Highest: 100,
    })
  })

  it('forgets all but the last thousand timings', () => {
    const timings = timingStatistics()
    for (let sample = 0; sample < 1_000; sample++) timings.record(1_000_000)
    for (let sample = 0; sample < 1_000; sample++) timings.record(3)
    expect(timings.measurements()[0]).to.deep.equal({ key: 'Mean', value: 3 })
    expect(timings.measurements().at(-1)).to.deep.equal({ key: 'Highest', value: 3 })
  })
})
