import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { transition } from '../transition.ts'
import type { PaymentRow, PaymentStatus } from './tables.ts'

type Stored = StoredEvent<PaymentEvent>

/** The row of a payment after an event. A payment may begin with its end: one that is voided before it was begun. */
export const evolvePayment = (row: PaymentRow | undefined, event: Stored): PaymentRow => {
  const { at, ...change } = changes(row, event)
  const before = row ?? opened(event, at)
  const next = { ...before, ...change, updated_at: at }
  const moved = row === undefined || next.status !== row.status
  return moved ? { ...next, history: [...before.history, transition(next.status, at, event)] } : next
}

const opened = ({ data, revision }: Stored, at: string): PaymentRow => ({
  id: data.paymentId,
  order_id: data.paymentId,
  customer_id: null,
  status: 'pending',
  provider: null,
  payment_method_id: null,
  provider_reference: null,
  currency: null,
  amount: null,
  captured_amount: 0,
  refunded_amount: 0,
  failure: null,
  opened_at: at,
  updated_at: at,
  history: [],
  revision,
})

const changes = (row: PaymentRow | undefined, event: Stored): Partial<PaymentRow> & { at: string } => {
  switch (event.type) {
    case 'PaymentInitiated': {
      const { orderId, customerId, provider, paymentMethodId, amount, initiatedAt } = event.data
      return {
        ...{ at: initiatedAt, order_id: orderId, customer_id: customerId, status: 'pending', provider },
        ...{ payment_method_id: paymentMethodId, currency: amount.currency, amount: amount.amount },
        failure: null,
      }
    }
    case 'PaymentAuthorized': {
      const { authorizedAt, providerReference } = event.data
      return { at: authorizedAt, status: 'authorized', provider_reference: providerReference }
    }
    case 'PaymentDeclined': {
      const { code, message, declinedAt } = event.data
      return { at: declinedAt, status: 'declined', failure: { code, message } }
    }
    case 'PaymentCaptured': {
      const { amount, capturedAt } = event.data
      return { at: capturedAt, status: 'captured', captured_amount: amount.amount, currency: amount.currency }
    }
    case 'PaymentCaptureFailed': {
      const { code, message, failedAt } = event.data
      return { at: failedAt, status: 'failed', failure: { code, message } }
    }
    case 'PaymentVoided':
      return { at: event.data.voidedAt, status: 'voided' }
    case 'PaymentRefunded': {
      const { amount, refundedAt } = event.data
      const refunded = (row?.refunded_amount ?? 0) + amount.amount
      const status: PaymentStatus = refunded < (row?.captured_amount ?? 0) ? 'partially_refunded' : 'refunded'
      return { at: refundedAt, status, refunded_amount: refunded, failure: null }
    }
    case 'PaymentRefundFailed': {
      const { code, message, failedAt } = event.data
      return { at: failedAt, failure: { code, message } }
    }
    case 'PaymentRefundReversed': {
      const { amount, code, message, reversedAt } = event.data
      const refunded = (row?.refunded_amount ?? 0) - amount.amount
      const status: PaymentStatus = refunded > 0 ? 'partially_refunded' : 'captured'
      return { at: reversedAt, status, refunded_amount: refunded, failure: { code, message } }
    }
  }
}
