import type { Pool } from 'pg'
import { pageOf, type Page } from '../cursor.ts'
import type { Money } from '../money.ts'
import { newestFirst, pageSize, type List } from '../newest-first.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import type { Transition } from '../transition.ts'
import { paymentsProjection } from './projection.ts'
import { paymentsTable, type Failure, type PaymentStatus } from './tables.ts'

export { PAYMENT_STATUSES } from './tables.ts'
export type { PaymentStatus } from './tables.ts'

export interface PaymentDetail {
  readonly id: string
  readonly orderId: string
  /** These are null where the payment was closed before it was begun. */
  readonly customerId: string | null
  readonly provider: string | null
  readonly paymentMethodId: string | null
  readonly providerReference: string | null
  readonly amount: Money | null
  readonly captured: Money | null
  readonly refunded: Money | null
  readonly status: PaymentStatus
  /** Why the provider last said no. */
  readonly failure: Failure | null
  readonly openedAt: string
  readonly updatedAt: string
  /** Every status it has had, oldest first. */
  readonly history: readonly Transition<PaymentStatus>[]
  /** Revision of the payment's stream that this shows. */
  readonly revision: string
}

export interface PaymentFilter {
  readonly orderId?: string | undefined
  readonly customerId?: string | undefined
  readonly statuses?: readonly PaymentStatus[] | undefined
  /** RFC 3339, inclusive. */
  readonly openedFrom?: string | undefined
  /** RFC 3339, exclusive. */
  readonly openedBefore?: string | undefined
  /** Payments a page, 1 to 100. Default 20. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const payments = viewOf(paymentsProjection, paymentsTable)
const list: List = {
  ...{ view: payments, columns: Object.keys(paymentsTable.columns) },
  ...{ time: 'opened_at', id: 'id' },
}

/** The payment `id` with all that is known of it; undefined where there is none (yet). */
export const getPayment = async (pool: Pool, id: string): Promise<PaymentDetail | undefined> => {
  const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM ${payments} WHERE id = $1`, [id])
  return rows.map(detailOf)[0]
}

/**
 * Payments that the filter lets through, newest first.
 * @throws InvalidCursorError
 */
export const listPayments = async (pool: Pool, filter: PaymentFilter = {}): Promise<Page<PaymentDetail>> => {
  const limit = pageSize(filter.limit, 100)
  const { text, values } = newestFirst(list, {
    // an order has one payment, of the same id
    equals: { id: filter.orderId, customer_id: filter.customerId },
    ...{ statuses: filter.statuses, from: filter.openedFrom, before: filter.openedBefore },
    ...{ cursor: filter.cursor, limit },
  })
  const { rows } = await pool.query<Record<string, unknown>>(text, [...values])
  return pageOf(
    rows.map(detailOf),
    limit,
    (payment) => payment,
    ({ openedAt, id }) => [openedAt, id],
  )
}

const detailOf = (raw: Readonly<Record<string, unknown>>): PaymentDetail => {
  const row = decodeRow(paymentsTable, raw)
  const { currency } = row
  const money = (amount: number | null): Money | null =>
    amount === null || currency === null ? null : { amount, currency }
  return {
    id: row.id,
    orderId: row.order_id,
    customerId: row.customer_id,
    provider: row.provider,
    paymentMethodId: row.payment_method_id,
    providerReference: row.provider_reference,
    amount: money(row.amount),
    captured: money(row.captured_amount),
    refunded: money(row.refunded_amount),
    status: row.status,
    failure: row.failure,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    history: row.history,
    revision: String(row.revision),
  }
}
