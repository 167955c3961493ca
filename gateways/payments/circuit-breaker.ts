import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
  type IBreaker,
} from 'cockatiel'

/** `isolated` is never reached: nobody opens it by hand. */
export type BreakerState = 'closed' | 'open' | 'half_open'

export interface BreakerPolicy {
  /** So many failures … */
  readonly failures: number
  /** … within so many milliseconds open it … */
  readonly windowMs: number
  /** … for so many milliseconds, after which one call is tried. */
  readonly openMs: number
}

export interface Breaker {
  /** Runs `call`. @throws OpenBreakerError without running it where the breaker is open; else what `call` throws */
  readonly run: <Result>(call: () => Promise<Result>) => Promise<Result>
  /** `open` until the trial begins, also when its time has come. */
  readonly state: () => BreakerState
  /** Calls `listener` at each change; the function that it returns ends that. */
  readonly onChange: (listener: (state: BreakerState) => void) => () => void
}

/** Not run: it failed too often just now. */
export class OpenBreakerError extends Error {
  override readonly name = 'OpenBreakerError'
  /** Milliseconds until one call is tried. */
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super(`The circuit breaker is open for another ${retryAfterMs} ms`)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * @param isFailure which errors count; the others pass through and say that somebody answered
 * @param now milliseconds on any scale that never goes back
 */
export const createBreaker = (
  policy: BreakerPolicy,
  isFailure: (error: Error) => boolean,
  now: () => number,
): Breaker => {
  const opening = openFor(policy.openMs, now)
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: opening,
    breaker: failuresWithin(policy, now),
  })
  return {
    run: async (call) => {
      try {
        return await breaker.execute(() => call())
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw new OpenBreakerError(opening.remainingMs())
        throw error
      }
    },
    state: () => named(breaker.state),
    onChange: (listener) => {
      const subscription = breaker.onStateChange((state) => {
        listener(named(state))
      })
      return () => {
        subscription.dispose()
      }
    },
  }
}

const named = (state: CircuitState): BreakerState => {
  switch (state) {
    case CircuitState.Closed:
      return 'closed'
    case CircuitState.HalfOpen:
      return 'half_open'
    case CircuitState.Open:
    case CircuitState.Isolated:
      return 'open'
  }
}

/** The library's own breakers open at a share of calls, not at a count within a time. */
const failuresWithin = ({ failures, windowMs }: BreakerPolicy, now: () => number): IBreaker => {
  let times: number[] = []
  return {
    state: undefined,
    success: (state) => {
      if (state === CircuitState.HalfOpen) times = []
    },
    failure: () => {
      const time = now()
      times = [...times.filter((earlier) => time - earlier < windowMs), time].slice(-failures)
      return times.length >= failures
    },
  }
}

/** The library asks the system's clock how long it has been open; so it is told "for ever" until our clock says otherwise. */
const openFor = (
  openMs: number,
  now: () => number,
): IBackoffFactory<unknown> & IBackoff<unknown> & { readonly remainingMs: () => number } => {
  let openedAt = 0
  const remainingMs = (): number => Math.max(0, Math.ceil(openedAt + openMs - now()))
  return {
    next() {
      openedAt = now()
      return this
    },
    get duration() {
      return remainingMs() > 0 ? Infinity : 0
    },
    remainingMs,
  }
}
