import type { OrderRejection } from '../domain/order/decide.ts'
import type { OrderLine } from '../domain/order/events.ts'
import type { Order } from '../domain/order/state.ts'
import { priceOrder, type PricingRefusal, type PricingRules } from '../domain/totals.ts'
import type { Address } from '../domain/values.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

export interface PlaceOrderInput {
  readonly orderId: string
  readonly customerId: string
  /** One line a sku; names and prices as the catalogue has them now. */
  readonly lines: readonly OrderLine[]
  readonly shippingAddress: Address
  /** null: the order is paid for later. */
  readonly paymentMethodId: string | null
}

export interface PlaceOrderDeps extends PaymentDeps {
  readonly pricing: PricingRules
  /** How long the stock is kept for an order that is not paid for. */
  readonly reservationMinutes: number
}

export type PlaceOrderRejection =
  | OrderRejection
  | PricingRefusal
  | { readonly type: 'payment_method_unknown'; readonly paymentMethodId: string }

/** Begins a checkout. What follows is done by the checkout process. @throws as CommandHandler.handle */
export const placeOrder = async (
  deps: PlaceOrderDeps,
  input: PlaceOrderInput,
  context: CommandContext,
): Promise<Outcome<Order, OrderEvent, PlaceOrderRejection>> => {
  const { paymentMethodId } = input
  if (paymentMethodId !== null && deps.providers.forMethod(paymentMethodId) === undefined) {
    return { accepted: false, rejection: { type: 'payment_method_unknown', paymentMethodId } }
  }
  const pricing = priceOrder(input.lines, input.shippingAddress.country, deps.pricing)
  if (!pricing.priced) return { accepted: false, rejection: pricing.refusal }

  const now = deps.now()
  const payBy = new Date(now.getTime() + deps.reservationMinutes * 60_000)
  return deps.handler.handle(
    orders,
    input.orderId,
    {
      type: 'PlaceOrder',
      ...input,
      totals: pricing.totals,
      payBy: payBy.toISOString(),
      at: now.toISOString(),
    },
    context,
    { startsStream: true },
  )
}
