import { ExponentialBackoff, fullJitterGenerator, handleWhen, retry } from 'cockatiel'
import { DeadlineError, withDeadline } from '../../platform/with-deadline.ts'
import { createBreaker, OpenBreakerError, type Breaker, type BreakerPolicy } from './circuit-breaker.ts'
import { intercept } from './intercept.ts'
import { ProviderUnavailableError, type PaymentProvider } from './provider.ts'

export interface ResiliencePolicy {
  /** How long one try may take, in milliseconds. */
  readonly limitMs: number
  readonly retries: {
    /** Tries after the first one. */
    readonly most: number
    /** Before the first retry at most so long, before each further one at most twice as long, never longer than `capMs`. */
    readonly baseMs: number
    readonly capMs: number
  }
  readonly breaker: BreakerPolicy
}

export const defaultResilience: ResiliencePolicy = {
  limitMs: 2_500,
  retries: { most: 2, baseMs: 200, capMs: 1_000 },
  breaker: { failures: 5, windowMs: 60_000, openMs: 30_000 },
}

export interface ResilientProvider extends PaymentProvider {
  readonly breaker: Pick<Breaker, 'state' | 'onChange'>
}

/**
 * `provider`, each try of which is over after `limitMs`. A try whose outcome is unknown is repeated with the same key, after a
 * delay with full jitter (M. Brooker, "Exponential Backoff And Jitter"), and counts for the circuit breaker; where that is open,
 * nobody is asked, and ProviderUnavailableError says in `retryAfterMs` until when. Other errors pass through: they are answers.
 * @param now milliseconds on any scale that never goes back
 */
export const resilient = (
  provider: PaymentProvider,
  policy: ResiliencePolicy = defaultResilience,
  now: () => number = () => performance.now(),
): ResilientProvider => {
  const breaker = createBreaker(policy.breaker, isUnknownOutcome, now)
  const retries = retry(
    handleWhen((error) => isUnknownOutcome(error) && error.retryAfterMs === undefined),
    {
      maxAttempts: policy.retries.most,
      backoff: new ExponentialBackoff({
        initialDelay: policy.retries.baseMs,
        maxDelay: policy.retries.capMs,
        generator: fullJitterGenerator,
      }),
    },
  )

  const calls = intercept(provider, (operation, _request, call) => {
    const limited = async (): ReturnType<typeof call> => {
      try {
        return await withDeadline(policy.limitMs, call())
      } catch (error) {
        if (!(error instanceof DeadlineError)) throw error
        throw new ProviderUnavailableError(provider.name, operation, error)
      }
    }
    return retries.execute(async () => {
      try {
        return await breaker.run(limited)
      } catch (error) {
        if (!(error instanceof OpenBreakerError)) throw error
        throw new ProviderUnavailableError(provider.name, operation, error, error.retryAfterMs)
      }
    })
  })
  return { ...calls, breaker: { state: breaker.state, onChange: breaker.onChange } }
}

const isUnknownOutcome = (error: unknown): error is ProviderUnavailableError =>
  error instanceof ProviderUnavailableError
