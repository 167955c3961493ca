import type { CommandContext } from '../commands/context.ts'
import type { PaymentDeps } from '../commands/deps.ts'
import type { CancellationReason, Shortfall } from '../domain/order/events.ts'
import type { OrderStatus, PlacedOrder } from '../domain/order/state.ts'

/** What came of a step. A step that throws has failed for a reason that it can't judge: failures.ts does. */
export type StepResult =
  /** The order stands elsewhere now: look again. */
  | { readonly kind: 'done' }
  /** Nothing to be done before somebody outside speaks: a customer, a provider. */
  | { readonly kind: 'waiting' }
  /** It has failed for good. All that was done for the order is to be taken back, which the table knows how to do. */
  | {
      readonly kind: 'compensate'
      readonly reason: CancellationReason
      readonly detail: string | null
      /** Only where goods fell short. */
      readonly shortfalls: readonly Shortfall[]
    }

/** Which step was taken, and where the order stood then: it goes with everything that is told of a failure. */
export interface AtStep {
  readonly step: string
  readonly status: OrderStatus
}

/** One step of a process manager: commands with ids of its own, so that doing it again changes nothing. */
export interface Step {
  readonly name: string
  readonly run: (deps: PaymentDeps, order: PlacedOrder, context: CommandContext) => Promise<StepResult>
}

/** From where an order stands to what is to be done next; undefined where it waits for somebody. Pure. */
export type ProcessTable = (order: PlacedOrder) => Step | undefined

export const done: StepResult = { kind: 'done' }

export const compensate = (
  reason: CancellationReason,
  detail: string | null = null,
  shortfalls: readonly Shortfall[] = [],
): StepResult => ({ kind: 'compensate', reason, detail, shortfalls })
