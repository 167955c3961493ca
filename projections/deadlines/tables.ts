import type { OrderProgress } from '../order-progress.ts'
import { document, instant, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'

export const DEADLINE_KINDS = ['payment', 'completion'] as const

/** One row an order, fed by its `order-` stream: an order has one deadline at a time, or none. */
export const deadlinesTable = table({
  name: 'deadlines',
  columns: {
    order_id: text,
    kind: nullable(oneOf(DEADLINE_KINDS)),
    due_at: nullable(instant),
    /** The event that set it. */
    set_by: nullable(text),
    correlation_id: nullable(text),
    progress: document<OrderProgress>(),
    revision,
  },
  key: ['order_id'],
  indexes: ['(due_at, order_id) WHERE due_at IS NOT NULL'],
})
export type DeadlineRow = RowOf<typeof deadlinesTable>
