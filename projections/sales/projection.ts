import { foldRows } from '../fold-rows.ts'
import type { Projection } from '../projection.ts'
import { createCounters } from './counters.ts'
import { evolveFacts, isCounted } from './order-facts.ts'
import {
  cancellationsTable,
  customerTotalsTable,
  salesHoursTable,
  salesOrdersTable,
  salesProductsTable,
} from './tables.ts'

/** What was sold: counters by hour, product, reason of cancellation and customer. */
export const salesProjection: Projection = {
  name: 'sales',
  streamPrefixes: ['order-'],
  tables: [salesOrdersTable, salesHoursTable, salesProductsTable, cancellationsTable, customerTotalsTable],
  home: new URL('.', import.meta.url),
  project: async (events, rows) => {
    const counters = createCounters()
    await foldRows(events.filter(isCounted), rows, {
      table: salesOrdersTable,
      keyOf: ({ data }) => data.orderId,
      evolve: evolveFacts,
      applied: (event, order) => {
        counters.count(event, order)
      },
    })
    await counters.write(rows)
  },
}
