import { seededRandom } from '../../platform/seeded-random.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { intercept } from './intercept.ts'
import { ProviderUnavailableError, type PaymentProvider } from './provider.ts'

export interface Faults {
  /** Share of calls that get no answer, from 0 to 1. In half of them what was asked for is done all the same. */
  readonly rate: number
  /** How long each call takes longer, in milliseconds. */
  readonly latencyMs: number
  /** The same seed gives the same faults to the same sequence of calls. */
  readonly seed: number
}

/** `provider` on a bad line: for development and tests. */
export const withFaults = (provider: PaymentProvider, { rate, latencyMs, seed }: Faults): PaymentProvider => {
  const random = seededRandom(seed)
  return intercept(provider, async (operation, _request, call) => {
    const isFault = random() < rate
    const isDone = random() < 0.5
    const lost = (when: string): ProviderUnavailableError =>
      new ProviderUnavailableError(provider.name, operation, new Error(`simulated fault, ${when}`))

    if (latencyMs > 0) await delay(latencyMs, undefined, { ref: false })
    if (isFault && !isDone) throw lost('the request was lost')
    const result = await call()
    if (isFault) throw lost('the answer was lost')
    return result
  })
}
