import type { Logger } from 'pino'
import type { PaymentDeps } from '../commands/deps.ts'
import type { Verdict } from '../eventstore/persistent-group.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { drive, type DriveResult } from './driver.ts'
import { reactTo, toldAt, type Reaction } from './failures.ts'
import type { AtStep, ProcessTable } from './step.ts'

export interface SettleDeps {
  readonly logger: Logger
  /** Resolves after `ms` milliseconds, or sooner where `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
}

export type RunnerDeps = PaymentDeps & SettleDeps

/** Where only somebody outside is away: as long as the store leaves the event in our hands. */
const OUTAGE = { baseMs: 100, capMs: 2_000, longestMs: 20_000 }

/** What becomes of an event of an order: never throws, so that each failure has a verdict. */
export const handleOrderEvent = (
  deps: RunnerDeps,
  table: ProcessTable,
  event: StoredEvent,
  signal: AbortSignal,
): Promise<Verdict> =>
  settleEvent(
    deps,
    event,
    (entering) => drive(deps, table, event.stream.slice('order-'.length), event, entering),
    signal,
  )

/**
 * Does `work`, which an event of an order asks for, until it is done or there is a verdict without it; a step that it tells of goes
 * with what is logged and with the verdict. Never throws.
 */
export const settleEvent = async (
  deps: SettleDeps,
  event: StoredEvent,
  work: (entering: (at: AtStep) => void) => Promise<DriveResult>,
  signal: AbortSignal,
): Promise<Verdict> => {
  const orderId = event.stream.slice('order-'.length)
  const { id: eventId, type: eventType } = event
  const context = { orderId, eventId, eventType, correlationId: event.metadata.$correlationId }
  // made where there is something to tell, which is seldom
  const log = (): Logger => deps.logger.child(context)
  let at: AtStep | undefined
  const entering = (step: AtStep): void => {
    at = step
  }
  let failures = 0
  let waits = 0
  let waitedMs = 0
  while (!signal.aborted) {
    let reaction: Reaction
    try {
      at = undefined
      const result = await work(entering)
      if (result.kind === 'waiting') return { kind: 'done' }
      reaction = { ...result, because: 'outage', afterMs: undefined }
    } catch (error) {
      reaction = reactTo(error, failures + 1)
      if (reaction.kind !== 'retry_after' || reaction.because !== 'outage') {
        failures += 1
        log().error({ err: error, ...at, failures, reaction: reaction.kind }, 'step failed')
      }
    }
    const reason = toldAt(at, reaction.reason)
    if (reaction.kind === 'park') return { kind: 'park', reason, retries: failures - 1 }
    if (reaction.kind === 'needs_operator') {
      return { kind: 'park', reason: `An operator is needed. ${reason}`, retries: failures - 1 }
    }
    if (reaction.because === 'unknown') {
      await deps.sleep(reaction.afterMs, signal)
      continue
    }
    if (waitedMs >= OUTAGE.longestMs) return { kind: 'again', reason }
    waits += 1
    const pause =
      reaction.afterMs === undefined
        ? fullJitter(waits, OUTAGE, deps.random)
        : Math.min(Math.max(reaction.afterMs, 1), OUTAGE.longestMs - waitedMs)
    waitedMs += pause
    if (waits > 3) log().warn({ ...at, reason: reaction.reason, waits }, 'order has to wait')
    await deps.sleep(pause, signal)
  }
  return { kind: 'again', reason: 'this instance stops' }
}
