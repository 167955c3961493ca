import type { OrderEvent } from '../../domain/order/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { timeOf } from '../order-events.ts'
import { progressAfter, type OrderProgress } from '../order-progress.ts'
import type { DeadlineRow } from './tables.ts'

/** How long after its delivery an order completes by itself: the time that a customer has for objections. */
export const COMPLETION_DAYS = 14
const COMPLETION_MS = COMPLETION_DAYS * 24 * 60 * 60 * 1_000

type Kind = DeadlineRow['kind']

/** An order's deadline after an event: set by the event that begins its time, struck by the one that makes it moot. */
export const evolveDeadline = (row: DeadlineRow | undefined, event: StoredEvent<OrderEvent>): DeadlineRow => {
  const progress = progressAfter(row?.progress, event)
  const kind = kindOf(progress)
  const standing = { order_id: event.data.orderId, progress, revision: event.revision }
  // one that is set stays as it is, whatever else happens to the order meanwhile
  if (row !== undefined && row.kind === kind) return { ...row, ...standing }
  if (kind === null) return { ...standing, kind, due_at: null, set_by: null, correlation_id: null }
  return {
    ...{ ...standing, kind, due_at: dueAt(kind, progress, event) },
    ...{ set_by: event.id, correlation_id: event.metadata.$correlationId },
  }
}

const kindOf = ({ stage, cancelling }: OrderProgress): Kind => {
  if (cancelling) return null
  if (stage === 'placed' || stage === 'reserved') return 'payment'
  return stage === 'delivered' ? 'completion' : null
}

const dueAt = (kind: NonNullable<Kind>, { payBy }: OrderProgress, event: StoredEvent<OrderEvent>): string =>
  kind === 'payment' ? payBy : new Date(Date.parse(timeOf(event)) + COMPLETION_MS).toISOString()
