/** The time as persistent subscriptions see it, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with a fraction; never runs backwards. */
  now(): number
  /** Calls back every `milliseconds` until the function that it returns is called. */
  every(milliseconds: number, callback: () => void): () => void
}

/** Steady: the wall clock as it was at start, moved on by the monotonic one. It keeps no process alive. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  every: (milliseconds, callback) => {
    const timer = setInterval(callback, milliseconds)
    timer.unref()
    return () => {
      clearInterval(timer)
    }
  },
}
