import type { OrderEvent } from '../../domain/order/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import type { SalesOrderRow } from './tables.ts'

/** The events that are counted. */
export type CountedEvent = StoredEvent<
  Extract<
    OrderEvent,
    {
      type:
        'OrderPlaced' | 'OrderPaid' | 'OrderCancelled' | 'OrderExpired' | 'RefundSettled' | 'RefundReversed'
    }
  >
>

const COUNTED: ReadonlySet<string> = new Set<CountedEvent['type']>([
  'OrderPlaced',
  'OrderPaid',
  'OrderCancelled',
  'OrderExpired',
  'RefundSettled',
  'RefundReversed',
])

export const isCounted = (event: StoredEvent): event is CountedEvent => COUNTED.has(event.type)

/** What is to be known of an order after an event. @throws MissingBeginning */
export const evolveFacts = (row: SalesOrderRow | undefined, event: CountedEvent): SalesOrderRow => {
  if (event.type === 'OrderPlaced') return placed(event)
  if (row === undefined) throw new MissingBeginning(event)
  return event.type === 'OrderPaid' ? { ...row, paid_at: event.data.paidAt } : row
}

const placed = ({ data, revision }: Extract<CountedEvent, { type: 'OrderPlaced' }>): SalesOrderRow => ({
  order_id: data.orderId,
  customer_id: data.customerId,
  currency: data.totals.total.currency,
  total_amount: data.totals.total.amount,
  lines: data.lines.map(({ sku, name, quantity, unitPrice }) => ({
    ...{ sku, name, quantity },
    amount: quantity * unitPrice.amount,
  })),
  placed_at: data.placedAt,
  paid_at: null,
  revision,
})
