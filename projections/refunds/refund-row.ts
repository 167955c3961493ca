import type { OrderEvent } from '../../domain/order/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import type { RefundRow } from './tables.ts'

type RefundEvent = Extract<
  OrderEvent,
  { type: 'RefundRequested' | 'RefundSettled' | 'RefundFailed' | 'RefundReversed' | 'RefundRetried' }
>
type Stored = StoredEvent<RefundEvent>

export const isRefundEvent = (event: StoredEvent<OrderEvent>): event is Stored =>
  event.type.startsWith('Refund')

export const refundKey = ({ data }: Stored): string => `${data.orderId}/${data.refundId}`

/** The row of a refund after an event. @throws MissingBeginning where it was never requested */
export const evolveRefund = (row: RefundRow | undefined, event: Stored): RefundRow => {
  if (event.type === 'RefundRequested') return requested(event)
  if (row === undefined) throw new MissingBeginning(event)
  switch (event.type) {
    case 'RefundSettled': {
      const { amount, settledAt } = event.data
      return {
        ...{ ...row, status: 'settled', currency: amount.currency, amount: amount.amount, failure: null },
        ...{ settled_at: settledAt, updated_at: settledAt },
      }
    }
    case 'RefundFailed': {
      const { code, message, failedAt } = event.data
      return { ...row, status: 'failed', failure: { code, message }, updated_at: failedAt }
    }
    case 'RefundReversed': {
      const { code, message, reversedAt } = event.data
      return {
        ...{ ...row, status: 'failed', failure: { code, message }, settled_at: null },
        updated_at: reversedAt,
      }
    }
    case 'RefundRetried':
      return {
        ...{ ...row, status: 'pending', failure: null, attempts: row.attempts + 1 },
        updated_at: event.data.retriedAt,
      }
  }
}

const requested = (event: Extract<Stored, { type: 'RefundRequested' }>): RefundRow => {
  const { orderId, refundId, amount, lines, restock, cancelsOrder, reason, requestedAt } = event.data
  return {
    ...{ id: refundKey(event), order_id: orderId, refund_id: refundId, status: 'pending' },
    ...{
      currency: amount.currency,
      amount: amount.amount,
      lines,
      restock,
      cancels_order: cancelsOrder,
      reason,
    },
    ...{ requested_at: requestedAt, settled_at: null, failure: null, attempts: 1, updated_at: requestedAt },
    revision: event.revision,
  }
}
