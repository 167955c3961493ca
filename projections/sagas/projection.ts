import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveSaga } from './saga-row.ts'
import { sagasTable } from './tables.ts'

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)

/** Orders under way: at which step each stands, since when, and whom it waits for. */
export const sagasProjection: Projection = {
  name: 'sagas',
  streamPrefixes: ['order-'],
  tables: [sagasTable],
  home: new URL('.', import.meta.url),
  project: (events, rows) =>
    foldRows(events.filter(isOrderEvent), rows, {
      table: sagasTable,
      keyOf: ({ data }) => data.orderId,
      evolve: evolveSaga,
    }),
}
