import type { Logger } from 'pino'
import { completeOrder } from '../commands/complete-order.ts'
import type { CommandContext } from '../commands/context.ts'
import type { CommandDeps } from '../commands/deps.ts'
import { expireOrder } from '../commands/expire-order.ts'

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
   * Takes up to `limit` deadlines that are due at `now`, the oldest first, none that another instance has in hand, and strikes
   * those off for which `carryOut` resolves. How many were taken.
   */
  readonly takeDue: (
    now: Date,
    limit: number,
    carryOut: (deadline: Deadline) => Promise<void>,
  ) => Promise<number>
}

export interface DeadlineDeps extends CommandDeps {
  readonly book: DeadlineBook
  readonly logger: Logger
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const BATCH = 100
/** How late a deadline may be noticed, in milliseconds. */
const EVERY_MS = 1_000

/** Carries out what is due until `signal` is aborted. A failure is told and tried again: nothing is struck off for it. */
export const keepDeadlines = async (deps: DeadlineDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    let taken = 0
    try {
      taken = await deps.book.takeDue(deps.now(), BATCH, (deadline) => carryOut(deps, deadline))
    } catch (error) {
      deps.logger.error({ err: error }, 'deadlines could not be kept, trying again')
    }
    if (taken < BATCH) await deps.sleep(EVERY_MS, signal)
  }
}

/** A deadline that is out of date does nothing: the commands look at where the order stands. */
export const carryOut = async (deps: CommandDeps, deadline: Deadline): Promise<void> => {
  const { orderId, kind, causationId, correlationId } = deadline
  const context: CommandContext = {
    actor: { kind: 'system', id: 'deadlines' },
    correlationId,
    causationId,
    commandId: `${orderId}/deadline/${kind}`,
  }
  if (kind === 'payment') await expireOrder(deps, orderId, context)
  else await completeOrder(deps, orderId, context)
}
