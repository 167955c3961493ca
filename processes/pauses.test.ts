import { getEventListeners } from 'node:events'
import { expect } from 'chai'
import { pausesUntil } from './pauses.ts'

const HOUR = 3_600_000

describe('pauses of an instance', () => {
  it('end by themselves', async () => {
    const pause = pausesUntil(new AbortController().signal)
    const begun = performance.now()
    await pause(30)
    // timers may be early by a fraction of a millisecond
    expect(performance.now() - begun).to.be.at.least(29)
  })

  it('end when the instance stops, and none begins any more', async () => {
    const stopping = new AbortController()
    const pause = pausesUntil(stopping.signal)
    const pauses = Array.from({ length: 200 }, () => pause(HOUR))
    stopping.abort()
    await Promise.all(pauses)
    await pause(HOUR)
  })

  it('are one listener for the signal, however many there are', async () => {
    const stopping = new AbortController()
    const pause = pausesUntil(stopping.signal)
    const pauses = Array.from({ length: 200 }, () => pause(HOUR))
    expect(getEventListeners(stopping.signal, 'abort')).to.have.length(1)
    stopping.abort()
    await Promise.all(pauses)
  })
})
