import type { Logger } from 'pino'
import { completeOrder } from '../commands/complete-order.ts'
import type { CommandContext } from '../commands/context.ts'
import type { CommandDeps } from '../commands/deps.ts'
import { expireOrder } from '../commands/expire-order.ts'
import { isOutage } from '../commands/outage.ts'

/** Something that has to happen to an order by a time, unless it has moved on by then. */
export interface Deadline {
  readonly orderId: string
  /** `payment`: its stock is kept until then; `completion`: it was delivered, and nobody has complained. */
  readonly kind: 'payment' | 'completion'
  /** The event that it was set by, and what that goes back to. */
  readonly causationId: string
  readonly correlationId: string
}

/** What is due. It can be rebuilt from the events at any time, and any number of instances take from it. */
export interface DeadlineBook {
  /**
   * Takes up to `limit` deadlines that are due at `now`, the oldest first, none that another instance has in hand. They are lent:
   * one that is not struck comes again after a while.
   */
  readonly take: (now: Date, limit: number) => Promise<readonly Deadline[]>
  /** It was carried out, or is out of date. */
  readonly strike: (deadline: Deadline) => Promise<void>
  /** It could not be carried out now, and is to come again soon. */
  readonly release: (deadline: Deadline) => Promise<void>
}

/** What became of a deadline: it moved its order, or was out of date, or could not be carried out. */
export type DeadlineOutcome = 'kept' | 'stale' | 'failed'

export interface DeadlineDeps extends CommandDeps {
  readonly book: DeadlineBook
  readonly logger: Logger
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told what became of each. */
  readonly onDeadline?: (deadline: Deadline, outcome: DeadlineOutcome) => void
}

const BATCH = 100
/** How late a deadline may be noticed, in milliseconds. */
const EVERY_MS = 1_000

/** Carries out what is due until `signal` is aborted. A failure is told and tried again: nothing is struck off for it. */
export const keepDeadlines = async (deps: DeadlineDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    let isMoreDue = false
    try {
      const due = await deps.book.take(deps.now(), BATCH)
      await Promise.all(due.map((deadline) => keep(deps, deadline)))
      isMoreDue = due.length === BATCH
    } catch (error) {
      deps.logger.error({ err: error }, 'deadlines can not be read or written, trying again')
    }
    if (!isMoreDue) await deps.sleep(EVERY_MS, signal)
  }
}

/** One of them: the failure of one does not hold up the others. @throws whatever the book throws */
const keep = async (deps: DeadlineDeps, deadline: Deadline): Promise<void> => {
  let outcome: DeadlineOutcome
  try {
    outcome = (await carryOut(deps, deadline)) ? 'kept' : 'stale'
  } catch (error) {
    outcome = 'failed'
    const { orderId, kind, correlationId } = deadline
    const line = { err: error, orderId, deadline: kind, correlationId }
    deps.logger[isOutage(error) ? 'warn' : 'error'](line, 'a deadline could not be carried out, trying again')
  }
  deps.onDeadline?.(deadline, outcome)
  await (outcome === 'failed' ? deps.book.release(deadline) : deps.book.strike(deadline))
}

/** Whether it moved the order. A deadline that is out of date does nothing: the commands look at where the order stands. */
export const carryOut = async (deps: CommandDeps, deadline: Deadline): Promise<boolean> => {
  const { orderId, kind, causationId, correlationId } = deadline
  const context: CommandContext = {
    actor: { kind: 'system', id: 'deadlines' },
    correlationId,
    causationId,
    commandId: `${orderId}/deadline/${kind}`,
  }
  return kind === 'payment' ? expireOrder(deps, orderId, context) : completeOrder(deps, orderId, context)
}
