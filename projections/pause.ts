import { setTimeout as delay } from 'node:timers/promises'

/** Waits, in milliseconds; ends early when `signal` is aborted. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  await delay(ms, undefined, { signal }).catch(() => undefined)
}

/** Asks anew: the compiler takes `signal.aborted` for as constant as it was before an `await`. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted
