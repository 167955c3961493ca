import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { paymentContracts, type PaymentEvent } from '../../domain/payment/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveOrder } from './order-row.ts'
import { evolvePayment } from './payment-row.ts'
import { orderPaymentsTable, orderSearchTable, ordersTable } from './tables.ts'

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)
const isPaymentEvent = isEventOf<PaymentEvent>(paymentContracts)

/** Orders as customers and staff see them: the list, and each order with its payment, shipments, refunds and history. */
export const ordersProjection: Projection = {
  name: 'orders',
  streamPrefixes: ['order-', 'payment-'],
  tables: [ordersTable, orderPaymentsTable, orderSearchTable],
  home: new URL('.', import.meta.url),
  project: async (events, rows) => {
    const orderEvents = events.filter(isOrderEvent)
    await foldRows(orderEvents, rows, {
      table: ordersTable,
      keyOf: ({ data }) => data.orderId,
      evolve: evolveOrder,
    })
    await foldRows(events.filter(isPaymentEvent), rows, {
      table: orderPaymentsTable,
      keyOf: ({ data }) => data.paymentId,
      evolve: evolvePayment,
    })
    await rows.add(orderSearchTable, orderEvents.flatMap(searchRow))
  },
}

/** Ids, skus and names of the goods. No personal data: what is found by a name could not be erased. */
const searchRow = ({ type, data }: OrderEvent): { order_id: string; words: string }[] => {
  if (type !== 'OrderPlaced') return []
  const words = [
    data.orderId,
    data.customerId,
    ...data.lines.flatMap(({ productId, sku, name }) => [productId, sku, name]),
  ]
  return [{ order_id: data.orderId, words: [...new Set(words)].join(' ') }]
}
