import { asksForOperator, isOutage, outageEndsInMs } from '../commands/outage.ts'
import { EndlessProcessError } from './driver.ts'

/** Milliseconds before each new try of an event whose handling fails for a reason that we don't know. */
const POISON_DELAYS = [1_000, 2_000, 4_000]

/** What is done about a step that threw. What a step itself answers stands in step.ts; taking back is a step of the table. */
export type Reaction =
  /** Somebody outside is away: once more, after a pause, for as long as the store leaves us the event; `afterMs` where they say when. */
  | { readonly kind: 'wait'; readonly reason: string; readonly afterMs: number | undefined }
  /** We don't know what is wrong: once more, after so long. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number }
  /** It has failed too often: among the parked messages, with the cause. */
  | { readonly kind: 'park'; readonly reason: string }
  /** Trying again can't help: it is parked at once, and a person has to put something right first. */
  | { readonly kind: 'operator'; readonly reason: string }

/** What to do about `error`, which is the `failures`-th one (from 1) of this event that was not an outage. Pure. */
export const reactTo = (error: unknown, failures: number): Reaction => {
  const reason = messageOf(error)
  if (isOutage(error)) return { kind: 'wait', reason, afterMs: outageEndsInMs(error) }
  if (asksForOperator(error) || error instanceof EndlessProcessError) return { kind: 'operator', reason }
  const afterMs = POISON_DELAYS[failures - 1]
  return afterMs === undefined ? { kind: 'park', reason } : { kind: 'retry', reason, afterMs }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
