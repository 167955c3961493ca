import { setTimeout as delay } from 'node:timers/promises'
import { isOutage } from '../../commands/outage.ts'
import { HeldUpError } from './seed-error.ts'

/** Longer together than a circuit breaker stays open. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000]

/**
 * Does `work`, and again where a server or a provider is away for a moment: what it consists of is done once, by its command ids.
 * @throws what it throws at last
 */
export const surely = async <Result>(
  work: () => Promise<Result>,
  pausesMs: readonly number[] = PAUSES_MS,
): Promise<Result> => {
  const [pauseMs, ...later] = pausesMs
  try {
    return await work()
  } catch (error) {
    if (pauseMs === undefined || !(error instanceof HeldUpError || isOutage(error))) throw error
  }
  await delay(pauseMs)
  return surely(work, later)
}
