import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailableError, UnknownOutcomeError } from '../../eventstore/errors.ts'
import { isDatabaseUnavailable } from '../../supporting/database.ts'

/** Longer together than a server takes to start again. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000]

/**
 * Does `work`, and again where a server is away for a moment: what it consists of has to be done once however often it is tried.
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
    if (pauseMs === undefined || !isAway(error)) throw error
  }
  await delay(pauseMs)
  return surely(work, later)
}

const isAway = (error: unknown): boolean =>
  error instanceof StoreUnavailableError ||
  error instanceof UnknownOutcomeError ||
  (error instanceof Error && isDatabaseUnavailable(error))
