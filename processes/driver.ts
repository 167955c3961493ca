import { orders } from '../commands/aggregates.ts'
import type { PaymentDeps } from '../commands/deps.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import type { ProcessTable } from './step.ts'

export type DriveResult =
  /** The order waits for somebody: a customer, a provider, the warehouse. */
  { readonly kind: 'waiting' } | { readonly kind: 'retry'; readonly reason: string }

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
 * @throws whatever a step throws; the steps done so far stand
 */
export const drive = async (
  deps: PaymentDeps,
  table: ProcessTable,
  orderId: string,
  cause: StoredEvent,
): Promise<DriveResult> => {
  let { state, revision } = await deps.handler.load(orders, orderId, cause.revision)
  let lastStep = 'none'
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const step = state.status === 'none' ? undefined : table(state)
    if (step === undefined || state.status === 'none') return { kind: 'waiting' }
    const result = await step.run(deps, state, {
      actor: { kind: 'system', id: step.name },
      correlationId: cause.metadata.$correlationId,
      causationId: cause.id,
      commandId: `${orderId}/${step.name}`,
      traceparent: cause.metadata.traceparent,
    })
    if (result.kind !== 'done') return result
    const next = await deps.handler.load(orders, orderId, (revision ?? -1n) + 1n)
    // somebody else has the order in hand: what he does will be seen in a moment
    if (next.revision === revision)
      return { kind: 'retry', reason: `step ${step.name} did not move the order` }
    lastStep = step.name
    state = next.state
    revision = next.revision
  }
  throw new EndlessProcessError(orderId, lastStep)
}
