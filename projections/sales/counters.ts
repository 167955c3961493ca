import type { CancellationReason } from '../../domain/order/events.ts'
import type { Rows } from '../rows.ts'
import { createTally } from '../tally.ts'
import type { CountedEvent } from './order-facts.ts'
import {
  cancellationsTable,
  customerTotalsTable,
  salesHoursTable,
  salesProductsTable,
  type CustomerTotalsRow,
  type SalesHourRow,
  type SalesOrderRow,
} from './tables.ts'

/** Counts events of a batch in memory, so that each counter is written once. */
export interface Counters {
  /** To be told of each event once, with what is known of its order. */
  count(event: CountedEvent, order: SalesOrderRow): void
  write(rows: Rows): Promise<void>
}

export const createCounters = (): Counters => {
  const hours = createTally(salesHoursTable)
  const products = createTally(salesProductsTable)
  const cancellations = createTally(cancellationsTable)
  const customers = createTally(customerTotalsTable, { first_order_at: 'least', last_order_at: 'greatest' })

  const inHour = (at: string, { currency }: SalesOrderRow, change: Partial<SalesHourRow>): void => {
    hours.add({ ...NO_SALES, ...change, hour: hourOf(at), currency })
  }
  const ofCustomer = (order: SalesOrderRow, change: Partial<CustomerTotalsRow>): void => {
    const { customer_id, currency, placed_at } = order
    const seen = { first_order_at: placed_at, last_order_at: placed_at }
    customers.add({ ...NO_ORDERS, ...seen, ...change, customer_id, currency })
  }
  const ended = (at: string, order: SalesOrderRow, reason: CancellationReason): void => {
    inHour(at, order, { cancelled: 1 })
    ofCustomer(order, { cancelled: 1 })
    const { currency, total_amount: amount } = order
    cancellations.add({ hour: hourOf(at), currency, reason, orders: 1, amount })
  }
  const paid = (at: string, revenue: number, order: SalesOrderRow): void => {
    inHour(at, order, { paid: 1, revenue })
    inHour(order.placed_at, order, { converted: 1 })
    ofCustomer(order, { paid: 1, spent: revenue })
    const day = dayOf(at)
    for (const { sku, name, quantity, amount } of order.lines) {
      products.add({
        ...{ day, currency: order.currency, sku, name, orders: 1, units: quantity },
        revenue: amount,
      })
    }
  }

  return {
    count: (event, order) => {
      switch (event.type) {
        case 'OrderPlaced':
          inHour(order.placed_at, order, { placed: 1, placed_amount: order.total_amount })
          ofCustomer(order, { orders: 1 })
          return
        case 'OrderPaid':
          paid(event.data.paidAt, event.data.amount.amount, order)
          return
        case 'OrderCancelled':
          ended(event.data.cancelledAt, order, event.data.reason)
          return
        case 'OrderExpired':
          ended(event.data.expiredAt, order, 'expired')
          return
        case 'RefundSettled': {
          const { amount, settledAt } = event.data
          inHour(settledAt, order, { refunds: 1, refunded: amount.amount })
          ofCustomer(order, { refunded: amount.amount })
          return
        }
        case 'RefundReversed': {
          const { amount, reversedAt } = event.data
          inHour(reversedAt, order, { refunds: -1, refunded: -amount.amount })
          ofCustomer(order, { refunded: -amount.amount })
          return
        }
      }
    },
    write: async (rows) => {
      for (const tally of [hours, products, cancellations, customers]) await tally.write(rows)
    },
  }
}

const NO_SALES = {
  ...{ placed: 0, placed_amount: 0, converted: 0, paid: 0, revenue: 0 },
  ...{ cancelled: 0, refunds: 0, refunded: 0 },
}
const NO_ORDERS = { orders: 0, paid: 0, cancelled: 0, spent: 0, refunded: 0 }

/** Beginning of the hour of a time in RFC 3339, UTC. */
const hourOf = (at: string): string => `${at.slice(0, 13)}:00:00.000Z`
const dayOf = (at: string): string => `${at.slice(0, 10)}T00:00:00.000Z`
