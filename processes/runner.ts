import type { Logger } from 'pino'
import type { PaymentDeps } from '../commands/deps.ts'
import { isOutage } from '../commands/outage.ts'
import type { Verdict } from '../eventstore/persistent-group.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { drive, type DriveResult } from './driver.ts'
import type { ProcessTable } from './step.ts'

export interface RunnerDeps extends PaymentDeps {
  readonly logger: Logger
  /** Resolves after `ms` milliseconds, or sooner where `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
}

/** Milliseconds before each new try of an event whose handling fails for a reason that we don't know. */
const POISON_DELAYS = [1_000, 2_000, 4_000]
/** Where only somebody outside is away: as long as the store leaves the event in our hands. */
const OUTAGE = { baseMs: 100, capMs: 2_000, longestMs: 20_000 }

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** What becomes of an event of an order: never throws, so that each failure has a verdict. */
export const handleOrderEvent = async (
  deps: RunnerDeps,
  table: ProcessTable,
  event: StoredEvent,
  signal: AbortSignal,
): Promise<Verdict> => {
  const orderId = event.stream.slice('order-'.length)
  const log = deps.logger.child({ orderId, eventId: event.id, correlationId: event.metadata.$correlationId })
  let failures = 0
  let waits = 0
  let waitedMs = 0
  while (!signal.aborted) {
    let result: DriveResult
    try {
      result = await drive(deps, table, orderId, event)
    } catch (error) {
      if (isOutage(error)) {
        result = { kind: 'retry', reason: messageOf(error) }
      } else {
        const pause = POISON_DELAYS[failures]
        failures += 1
        if (pause === undefined) return { kind: 'park', reason: messageOf(error) }
        log.error({ err: error, failures }, 'step failed, trying again')
        await deps.sleep(pause, signal)
        continue
      }
    }
    if (result.kind === 'waiting') return { kind: 'done' }
    if (waitedMs >= OUTAGE.longestMs) return { kind: 'again', reason: result.reason }
    waits += 1
    const pause = fullJitter(waits, OUTAGE, deps.random)
    waitedMs += pause
    if (waits > 3) log.warn({ reason: result.reason, waits }, 'order has to wait')
    await deps.sleep(pause, signal)
  }
  return { kind: 'again', reason: 'this instance stops' }
}
