import { asksForOperator, isOutage, outageEndsInMs } from '../commands/outage.ts'
import { EndlessProcessError } from './driver.ts'
import type { AtStep } from './step.ts'

/** Milliseconds before each new try of an event whose handling fails for a reason that we don't know. */
const POISON_DELAYS = [1_000, 2_000, 4_000]

/**
 * What is done about a step that threw. With what a step itself answers (step.ts: done, waiting, compensate) these are the driver's
 * whole vocabulary for what comes of a step.
 */
export type Reaction =
  /**
   * Once more, after a pause. `outage`: somebody outside is away; for as long as the store leaves us the event, and `afterMs` where
   * they say when. `unknown`: we don't know what is wrong; so often and no more.
   */
  | {
      readonly kind: 'retry_after'
      readonly because: 'outage'
      readonly reason: string
      readonly afterMs: number | undefined
    }
  | {
      readonly kind: 'retry_after'
      readonly because: 'unknown'
      readonly reason: string
      readonly afterMs: number
    }
  /** It has failed too often: among the parked messages, with the cause. */
  | { readonly kind: 'park'; readonly reason: string }
  /** Trying again can't help: it is parked at once, and a person has to put something right first. */
  | { readonly kind: 'needs_operator'; readonly reason: string }

/** What to do about `error`, which is the `failures`-th one (from 1) of this event that was not an outage. Pure. */
export const reactTo = (error: unknown, failures: number): Reaction => {
  const reason = messageOf(error)
  if (isOutage(error)) {
    return { kind: 'retry_after', because: 'outage', reason, afterMs: outageEndsInMs(error) }
  }
  if (asksForOperator(error) || error instanceof EndlessProcessError) {
    return { kind: 'needs_operator', reason }
  }
  const afterMs = POISON_DELAYS[failures - 1]
  return afterMs === undefined
    ? { kind: 'park', reason }
    : { kind: 'retry_after', because: 'unknown', reason, afterMs }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** A reason with where it happened: what a person reads of a failure. */
export const toldAt = (at: AtStep | undefined, reason: string): string =>
  at === undefined ? reason : `Step ${at.step} of an order that is ${at.status}: ${reason}`
