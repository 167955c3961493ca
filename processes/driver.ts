import { orders } from '../commands/aggregates.ts'
import type { CommandContext } from '../commands/context.ts'
import { at, type PaymentDeps } from '../commands/deps.ts'
import type { PlacedOrder } from '../domain/order/state.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { moveOn, part } from './move-on.ts'
import type { AtStep, ProcessTable, Step, StepResult } from './step.ts'

export type DriveResult =
  /** The order waits for somebody: a customer, a provider, the warehouse. */
  | { readonly kind: 'waiting' }
  /** Somebody else has it in hand, or could not be asked: once more, after a pause. */
  | { readonly kind: 'retry_after'; readonly reason: string }

/** More steps than any order has: a table that goes in circles. */
const MOST_STEPS = 50

export class EndlessProcessError extends Error {
  override readonly name = 'EndlessProcessError'
  readonly orderId: string

  constructor(orderId: string, lastStep: string) {
    super(`Order ${orderId} was still not at rest after ${MOST_STEPS} steps; the last was ${lastStep}`)
    this.orderId = orderId
  }
}

/**
 * Takes an order as far as it goes. `cause` is a wake-up, not an instruction: what is to be done follows from where the order
 * stands now, so that an event that comes twice, late or out of order changes nothing.
 * @param entering told of each step before it is taken: a failure is told with it
 * @throws whatever a step throws; the steps done so far stand
 */
export const drive = async (
  deps: PaymentDeps,
  table: ProcessTable,
  orderId: string,
  cause: StoredEvent,
  entering?: (at: AtStep) => void,
): Promise<DriveResult> => {
  let { state, revision = -1n } = await deps.handler.load(orders, orderId, cause.revision)
  let lastStep = 'none'
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const step = state.status === 'none' ? undefined : table(state)
    if (step === undefined || state.status === 'none') return { kind: 'waiting' }
    entering?.({ step: step.name, status: state.status })
    const result = await takeStep(deps, step, state, {
      actor: { kind: 'system', id: step.name },
      correlationId: cause.metadata.$correlationId,
      causationId: cause.id,
      commandId: `${orderId}/${step.name}`,
      traceparent: cause.metadata.traceparent,
    })
    if (result.kind === 'waiting') return result
    const next = await deps.handler.load(orders, orderId, revision + 1n)
    // somebody else has the order in hand: what he does will be seen in a moment
    if (next.revision === revision) return { kind: 'retry_after', reason: 'it did not move the order' }
    lastStep = step.name
    ;({ state, revision = -1n } = next)
  }
  throw new EndlessProcessError(orderId, lastStep)
}

/**
 * Takes one step. Where that has failed for good, it is written down that the order is taken back, and why; how, is the next step of
 * the table, so that a crash in between changes nothing. @throws as `drive`
 */
export const takeStep = async (
  deps: PaymentDeps,
  step: Step,
  order: PlacedOrder,
  context: CommandContext,
): Promise<Exclude<StepResult, { readonly kind: 'compensate' }>> => {
  const result = await step.run(deps, order, context)
  if (result.kind !== 'compensate') return result
  const { reason, detail, shortfalls } = result
  const { orderId } = order
  await moveOn(
    deps,
    { type: 'StartCancellation', orderId, reason, detail, shortfalls, at: at(deps) },
    part(context, 'cancel'),
  )
  return { kind: 'done' }
}
