import { priceOrder, type Pricing } from '../domain/totals.ts'
import type { OrderLine } from '../domain/order/events.ts'
import type { PlaceOrderDeps } from './place-order.ts'

export type { Pricing } from '../domain/totals.ts'

/** What an order of these lines to a country would cost if it were placed now. Nothing is written. */
export const quoteOrder = (
  { pricing }: Pick<PlaceOrderDeps, 'pricing'>,
  lines: readonly Pick<OrderLine, 'quantity' | 'unitPrice'>[],
  country: string,
): Pricing => priceOrder(lines, country, pricing)
