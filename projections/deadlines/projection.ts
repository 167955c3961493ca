import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveDeadline } from './deadline-row.ts'
import { deadlinesTable } from './tables.ts'

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)

/** What has to happen to orders by a time, unless they have moved on by then. */
export const deadlinesProjection: Projection = {
  name: 'deadlines',
  streamPrefixes: ['order-'],
  tables: [deadlinesTable],
  home: new URL('.', import.meta.url),
  project: (events, rows) =>
    foldRows(events.filter(isOrderEvent), rows, {
      table: deadlinesTable,
      keyOf: ({ data }) => data.orderId,
      evolve: evolveDeadline,
    }),
}
