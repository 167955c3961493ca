import type { Actor } from '../../eventstore/types.ts'
import type { OrderProgress } from '../order-progress.ts'
import { document, instant, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'
import { STEP_NAMES } from './steps.ts'

/** What an order last did. */
export interface LastEvent {
  readonly type: string
  readonly id: string
  readonly at: string
  readonly actor: Actor
}

/** One row an order, fed by its `order-` stream; without a step where nothing is to happen to it any more. */
export const sagasTable = table({
  name: 'sagas',
  columns: {
    order_id: text,
    step: nullable(oneOf(STEP_NAMES)),
    /** When it last moved. */
    since: instant,
    sweep_at: nullable(instant),
    stuck_at: nullable(instant),
    last_event: document<LastEvent>(),
    progress: document<OrderProgress>(),
    revision,
  },
  key: ['order_id'],
  indexes: [
    '(since, order_id) WHERE step IS NOT NULL',
    '(stuck_at, order_id) WHERE stuck_at IS NOT NULL',
    '(sweep_at, order_id) WHERE sweep_at IS NOT NULL',
  ],
})
export type SagaRow = RowOf<typeof sagasTable>
