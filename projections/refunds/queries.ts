import type { Pool } from 'pg'
import type { SkuQuantity } from '../../domain/order/events.ts'
import { pageOf, type Page } from '../cursor.ts'
import type { Money } from '../money.ts'
import { newestFirst, pageSize, type List } from '../newest-first.ts'
import type { Failure } from '../payments/tables.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { refundsProjection } from './projection.ts'
import { refundsTable, type RefundStatus } from './tables.ts'

export { REFUND_STATUSES } from './tables.ts'
export type { RefundStatus } from './tables.ts'

export interface RefundDetail {
  readonly orderId: string
  /** Unique for its order. */
  readonly refundId: string
  readonly status: RefundStatus
  readonly amount: Money
  readonly lines: readonly SkuQuantity[]
  readonly restock: boolean
  readonly cancelsOrder: boolean
  readonly reason: string
  readonly requestedAt: string
  readonly settledAt: string | null
  /** Why the provider refused it. */
  readonly failure: Failure | null
  readonly attempts: number
  readonly updatedAt: string
}

export interface RefundFilter {
  readonly orderId?: string | undefined
  readonly statuses?: readonly RefundStatus[] | undefined
  /** RFC 3339, inclusive. */
  readonly requestedFrom?: string | undefined
  /** RFC 3339, exclusive. */
  readonly requestedBefore?: string | undefined
  /** Refunds a page, 1 to 100. Default 20. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const list: List = {
  ...{ view: viewOf(refundsProjection, refundsTable), columns: Object.keys(refundsTable.columns) },
  ...{ time: 'requested_at', id: 'id' },
}

/**
 * Refunds that the filter lets through, newest first.
 * @throws InvalidCursorError
 */
export const listRefunds = async (pool: Pool, filter: RefundFilter = {}): Promise<Page<RefundDetail>> => {
  const limit = pageSize(filter.limit, 100)
  const { text, values } = newestFirst(list, {
    equals: { order_id: filter.orderId },
    ...{ statuses: filter.statuses, from: filter.requestedFrom, before: filter.requestedBefore },
    ...{ cursor: filter.cursor, limit },
  })
  const { rows } = await pool.query<Record<string, unknown>>(text, [...values])
  return pageOf(rows.map(detailOf), limit, (refund) => refund, keyOf)
}

const keyOf = ({ orderId, refundId, requestedAt }: RefundDetail): string[] => [
  requestedAt,
  `${orderId}/${refundId}`,
]

const detailOf = (raw: Readonly<Record<string, unknown>>): RefundDetail => {
  const row = decodeRow(refundsTable, raw)
  return {
    orderId: row.order_id,
    refundId: row.refund_id,
    status: row.status,
    amount: { amount: row.amount, currency: row.currency },
    lines: row.lines,
    restock: row.restock,
    cancelsOrder: row.cancels_order,
    reason: row.reason,
    requestedAt: row.requested_at,
    settledAt: row.settled_at,
    failure: row.failure,
    attempts: row.attempts,
    updatedAt: row.updated_at,
  }
}
