import type { CommandContext } from '../commands/context.ts'
import type { PaymentDeps } from '../commands/deps.ts'
import type { PlacedOrder } from '../domain/order/state.ts'

/** What came of a step. A step that throws has failed for a reason that it can't judge. */
export type StepResult =
  /** The order stands elsewhere now: look again. */
  | { readonly kind: 'done' }
  /** Nothing to be done before somebody outside speaks: a customer, a provider. */
  | { readonly kind: 'waiting' }
  /** Somebody outside did not answer; nothing is lost by trying again. */
  | { readonly kind: 'retry'; readonly reason: string }

/** One step of a process manager: commands with ids of its own, so that doing it again changes nothing. */
export interface Step {
  readonly name: string
  readonly run: (deps: PaymentDeps, order: PlacedOrder, context: CommandContext) => Promise<StepResult>
}

/** From where an order stands to what is to be done next; undefined where it waits for somebody. Pure. */
export type ProcessTable = (order: PlacedOrder) => Step | undefined

export const done: StepResult = { kind: 'done' }
