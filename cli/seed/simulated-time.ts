import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../platform/clock.ts'

/** Whatever looks at the clock takes so long, in milliseconds: steps of an order are seen to follow each other. */
const PACE_MS = 37

export interface SimulatedTime {
  /** Tells the time of whichever work asks. @throws RangeError outside of `during` */
  readonly clock: Clock
  /** Does `work` as if it were `from`; its own time goes on from there, whatever else is done meanwhile. */
  readonly during: <Result>(from: Date, work: () => Promise<Result>) => Promise<Result>
}

/** A time for each piece of work, so that many orders of the past are dealt with at once, each at its own time. */
export const createSimulatedTime = (): SimulatedTime => {
  const times = new AsyncLocalStorage<{ now: number }>()
  return {
    clock: {
      now: () => {
        const time = times.getStore()
        if (time === undefined) throw new RangeError('Nobody has said what time it is')
        time.now += PACE_MS
        return new Date(time.now)
      },
    },
    during: (from, work) => times.run({ now: from.getTime() }, work),
  }
}
