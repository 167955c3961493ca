import type { OrderEvent } from '../../domain/order/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveRefund, isRefundEvent, refundKey } from './refund-row.ts'
import { refundsTable } from './tables.ts'

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)

/** Refunds over all orders: which are on their way, which the provider refused, and what was given back. */
export const refundsProjection: Projection = {
  name: 'refunds',
  streamPrefixes: ['order-'],
  tables: [refundsTable],
  home: new URL('.', import.meta.url),
  project: (events, rows) =>
    foldRows(events.filter(isOrderEvent).filter(isRefundEvent), rows, {
      table: refundsTable,
      keyOf: refundKey,
      evolve: evolveRefund,
    }),
}
