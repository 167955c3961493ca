import type { OrderEvent } from '../../domain/order/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { timeOf } from '../order-events.ts'
import { progressAfter } from '../order-progress.ts'
import { limitsOf, stepOf } from './steps.ts'
import type { SagaRow } from './tables.ts'

/** Where an order stands after an event. */
export const evolveSaga = (row: SagaRow | undefined, event: StoredEvent<OrderEvent>): SagaRow => {
  const progress = progressAfter(row?.progress, event)
  const step = stepOf(progress)
  const since = timeOf(event)
  const limits = step === undefined ? undefined : limitsOf(step, since, progress)
  return {
    order_id: event.data.orderId,
    step: step ?? null,
    since,
    sweep_at: limits?.sweepAt ?? null,
    stuck_at: limits?.stuckAt ?? null,
    last_event: { type: event.type, id: event.id, at: since, actor: event.metadata.actor },
    progress,
    revision: event.revision,
  }
}
