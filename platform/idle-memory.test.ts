import { expect } from 'chai'
import { eventually } from '../test/support/eventually.ts'
import { createIdleDecision, giveBackMemoryWhenIdle, type Load } from './idle-memory.ts'

const MB = 1024 * 1024

describe('memory of an idle process', () => {
  /** What is decided at each look; a look every five seconds, in MB and per cent. */
  const decisions = (...looks: readonly (readonly [heap: number, busy: number])[]): boolean[] => {
    const loads = looks.map(([heap, busy], index): Load => ({
      ...{ heapBytes: heap * MB, utilization: busy / 100, now: index * 5_000 },
    }))
    const isDue = createIdleDecision({ heapBytes: 100 * MB, utilization: 0, now: 0 })
    return loads.map(isDue)
  }

  it('is given back at the second quiet look after a busy time, once', () => {
    expect(decisions([300, 90], [300, 5], [300, 5], [120, 1], [120, 1])).to.deep.equal([
      ...[false, false, true, false, false],
    ])
  })

  it('is left alone while there is something to do, and where there is little to be had', () => {
    expect(decisions([300, 90], [300, 5], [300, 50], [300, 5])).to.not.include(true)
    expect(decisions([110, 90], [131, 1], [131, 1], [131, 1])).to.not.include(true)
  })

  it('is looked for anew from what was needed, and at most once a minute', () => {
    const after = Array.from({ length: 14 }, (_, index): [number, number] => [index < 6 ? 250 : 400, 1])
    const made = decisions([300, 90], [300, 1], [300, 1], ...after)
    // the 250 after the first time were needed; the next is a minute later
    expect(made.flatMap((isDue, index) => (isDue ? [index] : []))).to.deep.equal([2, 14])
  })

  it('goes back to the system in truth', async function () {
    this.timeout(30_000)
    const { stop } = giveBackMemoryWhenIdle(20)
    try {
      const made = Array.from({ length: 2_000_000 }, (_, index) => ({ index, more: [index, index] }))
      // some of it stays, all over the pages of the heap
      const kept = made.filter(({ index }) => index % 20 === 0)
      made.length = 0
      const full = process.memoryUsage().heapTotal
      await eventually(() => process.memoryUsage().heapTotal < full - 64 * MB)
      expect(kept).to.have.length(100_000)
    } finally {
      await stop()
    }
  })
})
