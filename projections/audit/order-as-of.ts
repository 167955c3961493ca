import { isEventOf } from '../projection.ts'
import { orderContracts, type OrderEvent } from '../../domain/order/events.ts'
import { paymentContracts, type PaymentEvent } from '../../domain/payment/events.ts'
import { comparePositions } from '../../eventstore/position.ts'
import type { EventStore, StoredEvent } from '../../eventstore/types.ts'
import { evolveOrder } from '../orders/order-row.ts'
import { evolvePayment } from '../payments/payment-row.ts'
import { detailOf, type OrderDetail } from '../orders/queries.ts'
import type { OrderRow } from '../orders/tables.ts'
import type { PaymentRow } from '../payments/tables.ts'

/** A place in the history of an order: after an event of its stream, or when the store's clock showed a time. */
export type Moment = { readonly revision: bigint } | { readonly at: Date }

const isOrderEvent = isEventOf<OrderEvent>(orderContracts)
const isPaymentEvent = isEventOf<PaymentEvent>(paymentContracts)

/**
 * The order as it was, folded from its stream and its payment's by the functions that make the read model: the same shape, and never
 * behind. Personal data is shown only as long as it is not erased. A time that lies ahead shows the order as it is now.
 * Undefined before its first event, and at a revision that it has not reached.
 * @throws StoreUnavailableError
 */
export const orderAsOf = async (
  store: Pick<EventStore, 'readStream'>,
  id: string,
  moment: Moment,
): Promise<OrderDetail | undefined> => {
  const [order, payment] = await Promise.all([
    store.readStream(`order-${id}`),
    store.readStream(`payment-${id}`),
  ])
  const events = order.events.filter((event) => isBy(event, moment))
  const last = events.at(-1)
  if (last === undefined || ('revision' in moment && last.revision < moment.revision)) return undefined
  const paymentEvents = payment.events.filter((event) =>
    'at' in moment ? isBy(event, moment) : comparePositions(event.position, last.position) <= 0,
  )

  let row: OrderRow | undefined
  for (const event of events.filter(isOrderEvent)) {
    row = { ...evolveOrder(row, event), revision: event.revision }
  }
  let paymentRow: PaymentRow | undefined
  for (const event of paymentEvents.filter(isPaymentEvent)) {
    paymentRow = { ...evolvePayment(paymentRow, event), revision: event.revision }
  }
  return row && detailOf(row, paymentRow)
}

const isBy = (event: StoredEvent, moment: Moment): boolean =>
  'at' in moment ? event.created.getTime() <= moment.at.getTime() : event.revision <= moment.revision
