import { setTimeout as delay } from 'node:timers/promises'
import { fullJitter } from './retry-delay.ts'

/** Delays between attempts to get back what was lost. */
export interface Comeback {
  /** Failures in a row so far. */
  readonly failures: () => number
  /** All is well: the next failure is the first one. */
  readonly succeeded: () => void
  /** Waits before the next attempt, longer each time; not at all once `signal` is aborted. */
  readonly pause: (signal: AbortSignal) => Promise<void>
}

const LIMITS = { baseMs: 100, capMs: 5_000 }

/** @param wait resolves after so many milliseconds; fails when the signal is aborted */
export const createComeback = (
  wait: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) =>
    delay(ms, undefined, { signal }),
  random: () => number = Math.random,
): Comeback => {
  let failures = 0
  return {
    failures: () => failures,
    succeeded: () => {
      failures = 0
    },
    pause: async (signal) => {
      failures += 1
      await wait(fullJitter(failures, LIMITS, random), signal).catch(() => undefined)
    },
  }
}
