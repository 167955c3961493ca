import { document, instant, integer, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'
import type { Transition } from '../transition.ts'

export const PAYMENT_STATUSES = [
  'pending',
  'authorized',
  'captured',
  'declined',
  'voided',
  'failed',
  'partially_refunded',
  'refunded',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** Why a provider said no. */
export interface Failure {
  readonly code: string
  readonly message: string
}

/**
 * One row a payment, fed by its `payment-` stream: an order has one payment, of the same id. What only the first event of a
 * payment tells is null where it was closed before it was begun.
 */
export const paymentsTable = table({
  name: 'payments',
  columns: {
    id: text,
    order_id: text,
    customer_id: nullable(text),
    status: oneOf(PAYMENT_STATUSES),
    provider: nullable(text),
    payment_method_id: nullable(text),
    /** What the provider calls the money that it holds or has handed over. */
    provider_reference: nullable(text),
    /** Minor units of the currency. */
    currency: nullable(text),
    amount: nullable(integer),
    captured_amount: integer,
    refunded_amount: integer,
    failure: nullable(document<Failure>()),
    opened_at: instant,
    updated_at: instant,
    history: document<readonly Transition<PaymentStatus>[]>(),
    revision,
  },
  key: ['id'],
  indexes: [
    '(opened_at DESC, id DESC)',
    '(customer_id, opened_at DESC, id DESC)',
    '(status, opened_at DESC, id DESC)',
  ],
})
export type PaymentRow = RowOf<typeof paymentsTable>
