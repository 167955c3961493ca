import { expect } from 'chai'
import { createComeback } from './comeback.ts'

describe('coming back', () => {
  it('waits longer after each failure, up to a limit, and briefly again after a success', async () => {
    const waited: number[] = []
    const comeback = createComeback(
      (ms) => Promise.resolve(waited.push(ms)),
      () => 1,
    )
    const { signal } = new AbortController()
    for (let failures = 0; failures < 8; failures += 1) await comeback.pause(signal)
    expect(comeback.failures()).to.equal(8)
    comeback.succeeded()
    await comeback.pause(signal)
    expect(waited).to.deep.equal([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 100])
  })

  it('does not wait once it is given up', async () => {
    const comeback = createComeback(undefined, () => 1)
    await comeback.pause(AbortSignal.abort())
    const controller = new AbortController()
    const waiting = comeback.pause(controller.signal)
    controller.abort()
    await waiting
  })
})
