import { getEventListeners } from 'node:events'
import { expect } from 'chai'
import { rejection } from '../eventstore/testing/rejection.ts'
import { DeadlineError, untilAborted, withDeadline } from './with-deadline.ts'

const never = new Promise<never>(() => undefined)

describe('a time limit', () => {
  it('lets pass what comes in time, results and failures', async () => {
    expect(await withDeadline(1_000, Promise.resolve(1))).to.equal(1)
    await rejection(withDeadline(1_000, Promise.reject(new RangeError('no'))), RangeError)
  })

  it('ends what does not', async () => {
    await rejection(withDeadline(1, never), DeadlineError)
  })

  it('leaves no timer running', async () => {
    const { setTimeout: set, clearTimeout: clear } = globalThis
    const running = new Set<unknown>()
    globalThis.setTimeout = Object.assign((...parameters: Parameters<typeof set>) => {
      const timer = set(...parameters)
      running.add(timer)
      return timer
    }, set)
    globalThis.clearTimeout = (timer) => {
      running.delete(timer)
      clear(timer)
    }
    try {
      const working = withDeadline(60_000, Promise.resolve())
      expect(running.size).to.equal(1)
      await working
      expect(running.size).to.equal(0)
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
    }
  })
})

describe('work until it is given up', () => {
  it('fails at once when it is given up, before or meanwhile', async () => {
    await rejection(untilAborted(AbortSignal.abort(), never), DOMException)
    const controller = new AbortController()
    const working = untilAborted(controller.signal, never)
    controller.abort()
    await rejection(working, DOMException)
  })

  it('may fail after it was given up', async () => {
    const late = Promise.reject(new Error('late'))
    await rejection(untilAborted(AbortSignal.abort(), late), Error)
  })

  it('lets pass what comes before, and leaves no listener behind', async () => {
    const { signal } = new AbortController()
    expect(await untilAborted(signal, Promise.resolve(1))).to.equal(1)
    await rejection(untilAborted(signal, Promise.reject(new RangeError('no'))), RangeError)
    expect(getEventListeners(signal, 'abort')).to.deep.equal([])
  })
})
