import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { transition } from './order-row.ts'
import type { OrderPaymentRow, PaymentStatus } from './tables.ts'

type Stored = StoredEvent<PaymentEvent>

/** The row of an order's payment after an event. A payment may begin with its end: one that is voided before it was begun. */
export const evolvePayment = (row: OrderPaymentRow | undefined, event: Stored): OrderPaymentRow => {
  const before = row ?? nothing(event)
  const { at, ...change } = changes(before, event)
  const next = { ...before, ...change }
  const moved = row === undefined || next.status !== row.status
  return moved ? { ...next, history: [...before.history, transition(next.status, at, event)] } : next
}

const nothing = (event: Stored): OrderPaymentRow => ({
  order_id: event.data.paymentId,
  status: 'pending',
  provider: null,
  payment_method_id: null,
  currency: null,
  amount: null,
  captured_amount: 0,
  refunded_amount: 0,
  failure: null,
  history: [],
  revision: event.revision,
})

const changes = (row: OrderPaymentRow, event: Stored): Partial<OrderPaymentRow> & { at: string } => {
  switch (event.type) {
    case 'PaymentInitiated': {
      const { orderId, provider, paymentMethodId, amount, initiatedAt } = event.data
      return {
        ...{ at: initiatedAt, order_id: orderId, status: 'pending', provider },
        ...{ payment_method_id: paymentMethodId, currency: amount.currency, amount: amount.amount },
        failure: null,
      }
    }
    case 'PaymentAuthorized':
      return { at: event.data.authorizedAt, status: 'authorized' }
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
      const refunded = row.refunded_amount + amount.amount
      const status: PaymentStatus = refunded < row.captured_amount ? 'partially_refunded' : 'refunded'
      return { at: refundedAt, status, refunded_amount: refunded, failure: null }
    }
    case 'PaymentRefundFailed': {
      const { code, message, failedAt } = event.data
      return { at: failedAt, failure: { code, message } }
    }
  }
}
