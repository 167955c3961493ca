import { paymentContracts, type PaymentEvent } from '../../domain/payment/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolvePayment } from './payment-row.ts'
import { paymentsTable } from './tables.ts'

const isPaymentEvent = isEventOf<PaymentEvent>(paymentContracts)

/** Payments: what was held, captured and given back, by whom, and why a provider said no. */
export const paymentsProjection: Projection = {
  name: 'payments',
  streamPrefixes: ['payment-'],
  tables: [paymentsTable],
  home: new URL('.', import.meta.url),
  project: (events, rows) =>
    foldRows(events.filter(isPaymentEvent), rows, {
      table: paymentsTable,
      keyOf: ({ data }) => data.paymentId,
      evolve: evolvePayment,
    }),
}
