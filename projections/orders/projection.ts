import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveOrder } from './order-row.ts'
import { createTally } from '../tally.ts'
import { orderCountsTable, orderSearchTable, ordersTable } from './tables.ts'

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)

/** Orders as customers and staff see them: the list, and each order with its shipments, refunds and history. */
export const ordersProjection: Projection = {
  name: 'orders',
  streamPrefixes: ['order-'],
  tables: [ordersTable, orderSearchTable, orderCountsTable],
  home: new URL('.', import.meta.url),
  project: async (events, rows) => {
    const orderEvents = events.filter(isOrderEvent)
    const counts = createTally(orderCountsTable)
    await foldRows(orderEvents, rows, {
      table: ordersTable,
      keyOf: ({ data }) => data.orderId,
      evolve: evolveOrder,
      applied: (_event, { status }, before) => {
        if (before?.status === status) return
        counts.add({ status, orders: 1 })
        if (before !== undefined) counts.add({ status: before.status, orders: -1 })
      },
    })
    await counts.write(rows)
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
