import type { OrderTotals } from '../domain/order/events.ts'

/** Minor units of an ISO 4217 currency. */
export type Money = OrderTotals['total']
