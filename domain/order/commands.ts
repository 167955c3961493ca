import type { Address, Money } from '../values.ts'
import type { CancellationReason, OrderLine, OrderTotals, Shortfall, SkuQuantity } from './events.ts'
import type { OrderStatus } from './state.ts'

/** Every command names its order, and the time at which it is given: RFC 3339, UTC, milliseconds. */
interface Given<Type extends string> {
  readonly type: Type
  readonly orderId: string
  readonly at: string
}

/** `payBy`: until then the stock is kept for it. `paymentMethodId` null: it waits for a payment once it is reserved. */
export interface PlaceOrder extends Given<'PlaceOrder'> {
  readonly customerId: string
  readonly lines: readonly OrderLine[]
  readonly totals: OrderTotals
  readonly shippingAddress: Address | null
  readonly paymentMethodId: string | null
  readonly payBy: string
}

export interface ChoosePaymentMethod extends Given<'ChoosePaymentMethod'> {
  readonly paymentMethodId: string
}

/** `reportId`: the provider's, the same for the same news. */
export interface ReportPayment extends Given<'ReportPayment'> {
  readonly reportId: string
}

export interface MarkPaid extends Given<'MarkPaid'> {
  readonly paymentId: string
  readonly amount: Money
}

/** `shortfalls` only for `out_of_stock`. */
export interface StartCancellation extends Given<'StartCancellation'> {
  readonly reason: CancellationReason
  readonly detail: string | null
  readonly shortfalls: readonly Shortfall[]
}

export interface DispatchShipment extends Given<'DispatchShipment'> {
  readonly shipmentId: string
  readonly carrier: string
  readonly trackingNumber: string
  readonly lines: readonly SkuQuantity[]
}

export interface DeliverShipment extends Given<'DeliverShipment'> {
  readonly shipmentId: string
}

interface RefundRequest extends Given<'RequestRefund'> {
  readonly refundId: string
  /** null: what `lines` cost with their share of tax, or with `cancelsOrder` all that is not refunded yet. */
  readonly amount: Money | null
  /** Empty: a refund by amount, or with `cancelsOrder` all goods that are not taken back yet. */
  readonly lines: readonly SkuQuantity[]
  readonly restock: boolean
}

/**
 * With `cancelsOrder` the whole order is taken back: a paid one of which nothing was dispatched, or one that is being
 * cancelled and whose capture came too late. What is requested is then all that is left; where that is an amount of 0, it can be settled without the provider.
 */
export type RequestRefund = RefundRequest &
  (
    | { readonly cancelsOrder: true; readonly reason: CancellationReason }
    | { readonly cancelsOrder: false; readonly reason: string }
  )

export interface SettleRefund extends Given<'SettleRefund'> {
  readonly refundId: string
  readonly amount: Money
}

/** The provider refused for good. */
export interface FailRefund extends Given<'FailRefund'> {
  readonly refundId: string
  readonly code: string
  readonly message: string
}

/** It was settled, and the provider takes that back. */
export interface ReverseRefund extends Given<'ReverseRefund'> {
  readonly refundId: string
  readonly code: string
  readonly message: string
}

export interface RetryRefund extends Given<'RetryRefund'> {
  readonly refundId: string
}

export type MarkReserved = Given<'MarkReserved'>
/** Stock and money are given back. */
export type ConfirmCancelled = Given<'ConfirmCancelled'>
export type StartFulfilment = Given<'StartFulfilment'>
export type CompleteOrder = Given<'CompleteOrder'>

export type OrderCommand =
  | PlaceOrder
  | ChoosePaymentMethod
  | ReportPayment
  | MarkReserved
  | MarkPaid
  | StartCancellation
  | ConfirmCancelled
  | StartFulfilment
  | DispatchShipment
  | DeliverShipment
  | CompleteOrder
  | RequestRefund
  | SettleRefund
  | FailRefund
  | RetryRefund
  | ReverseRefund

export type OrderRefusal =
  | { readonly type: 'order_unknown' }
  /** The id is taken by an order for something else. */
  | { readonly type: 'order_exists'; readonly status: OrderStatus }
  | { readonly type: 'totals_inconsistent' }
  | { readonly type: 'illegal_transition'; readonly status: OrderStatus }
  | { readonly type: 'order_cancelling'; readonly status: OrderStatus; readonly reason: CancellationReason }
  /** Paid by another payment, which stands. */
  | { readonly type: 'payment_differs'; readonly status: OrderStatus; readonly paymentId: string }
  /** It is being paid for in another way. */
  | { readonly type: 'payment_method_differs'; readonly paymentMethodId: string }
  | { readonly type: 'amount_differs'; readonly expected: Money; readonly asked: Money }
  | { readonly type: 'line_repeated'; readonly sku: string }
  /** More of a sku than can still be dispatched or refunded; `available` is 0 where the order has none of it. */
  | {
      readonly type: 'quantity_exceeded'
      readonly sku: string
      readonly requested: number
      readonly available: number
    }
  | { readonly type: 'shipment_unknown' | 'shipment_differs'; readonly shipmentId: string }
  | {
      readonly type: 'refund_unknown' | 'refund_differs' | 'refund_settled' | 'refund_empty'
      readonly refundId: string
    }
  | { readonly type: 'refund_exceeds_capture'; readonly requested: Money; readonly refundable: Money }
  /** `cancelsOrder` takes back all or nothing. */
  | { readonly type: 'refund_incomplete'; readonly requested: Money; readonly refundable: Money }

/** Why a command was refused, with the command and the order that it was for. */
export type OrderRejection = OrderRefusal & {
  readonly orderId: string
  readonly command: OrderCommand['type']
}
