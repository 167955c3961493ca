import type { Clock } from '../../platform/clock.ts'

/** Whatever looks at the clock takes so long, in milliseconds: steps of an order are seen to follow each other. */
const PACE_MS = 37

export interface SimulatedTime {
  /** Tells the time that it was set to, and a moment later at each look. */
  readonly clock: Clock
  readonly set: (time: Date) => void
}

export const createSimulatedTime = (): SimulatedTime => {
  let now = Number.NaN
  return {
    clock: {
      now: () => {
        if (Number.isNaN(now)) throw new RangeError('Nobody has said what time it is')
        now += PACE_MS
        return new Date(now)
      },
    },
    set: (time) => {
      now = time.getTime()
    },
  }
}
