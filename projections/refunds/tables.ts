import type { SkuQuantity } from '../../domain/order/events.ts'
import {
  document,
  flag,
  instant,
  integer,
  nullable,
  oneOf,
  revision,
  table,
  text,
  type RowOf,
} from '../tables.ts'
import type { Failure } from '../payments/tables.ts'

/** pending: the provider has not said yet. failed: refused for good; staff may have it tried again. */
export const REFUND_STATUSES = ['pending', 'settled', 'failed'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** One row a refund, fed by the `order-` stream that it belongs to. */
export const refundsTable = table({
  name: 'refunds',
  columns: {
    /** `<order id>/<refund id>`: a refund's id is unique for its order only. */
    id: text,
    order_id: text,
    refund_id: text,
    status: oneOf(REFUND_STATUSES),
    currency: text,
    /** Minor units. */
    amount: integer,
    lines: document<readonly SkuQuantity[]>(),
    restock: flag,
    cancels_order: flag,
    reason: text,
    requested_at: instant,
    settled_at: nullable(instant),
    failure: nullable(document<Failure>()),
    /** How often the provider was asked. */
    attempts: integer,
    updated_at: instant,
    revision,
  },
  key: ['id'],
  indexes: [
    '(requested_at DESC, id DESC)',
    '(order_id, requested_at DESC, id DESC)',
    '(status, requested_at DESC, id DESC)',
  ],
})
export type RefundRow = RowOf<typeof refundsTable>
