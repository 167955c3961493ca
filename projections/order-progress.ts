import type { OrderEvent, SkuQuantity } from '../domain/order/events.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { MissingBeginning } from './missing-beginning.ts'

/** As far as an order has come: what decides who has to do something next. It holds no more than that, and is stored as it stands. */
export interface OrderProgress {
  /** `closed`: nothing happens to it any more by itself; a return may still come. */
  readonly stage: 'placed' | 'reserved' | 'paid' | 'delivered' | 'closed'
  /** Whether it is known how it is paid. */
  readonly hasMethod: boolean
  readonly payBy: string
  /** It is decided that it is taken back. */
  readonly cancelling: boolean
  /** Goods that are still to be dispatched. */
  readonly outstanding: readonly SkuQuantity[]
  /** Shipments on their way. */
  readonly travelling: readonly string[]
  /** Whether any shipment has left. */
  readonly dispatched: boolean
  /** Refunds that are to be made, and those that the provider has refused. */
  readonly refunds: { readonly pending: readonly string[]; readonly failed: readonly string[] }
}

/** The progress after an event. History is told, not judged. @throws MissingBeginning */
export const progressAfter = (
  progress: OrderProgress | undefined,
  event: StoredEvent<OrderEvent>,
): OrderProgress => {
  if (event.type === 'OrderPlaced') {
    const { paymentMethodId, payBy, lines } = event.data
    return {
      ...{ stage: 'placed', hasMethod: paymentMethodId !== null, payBy, cancelling: false },
      ...{ outstanding: lines.map(({ sku, quantity }) => ({ sku, quantity })), travelling: [] },
      ...{ dispatched: false, refunds: { pending: [], failed: [] } },
    }
  }
  if (progress === undefined) throw new MissingBeginning(event)
  switch (event.type) {
    case 'PaymentMethodChosen':
      return { ...progress, hasMethod: true }
    case 'PaymentReported':
    case 'FulfilmentStarted':
      return progress
    case 'OrderReserved':
      return { ...progress, stage: 'reserved' }
    case 'OrderPaid':
      return { ...progress, stage: 'paid' }
    case 'OrderCancellationStarted':
      return { ...progress, cancelling: true }
    case 'OrderCancelled':
    case 'OrderExpired':
    case 'OrderCompleted':
      return { ...progress, stage: 'closed', cancelling: false, outstanding: [], travelling: [] }
    case 'ShipmentDispatched': {
      const { shipmentId, lines } = event.data
      const travelling = [...progress.travelling, shipmentId]
      const outstanding = without(progress.outstanding, lines)
      return arrived({ ...progress, outstanding, travelling, dispatched: true })
    }
    case 'ShipmentDelivered': {
      const travelling = progress.travelling.filter((id) => id !== event.data.shipmentId)
      return arrived({ ...progress, travelling })
    }
    case 'RefundRequested': {
      const { refundId, lines, cancelsOrder } = event.data
      const next = withRefund(progress, refundId, 'pending')
      if (cancelsOrder) return { ...next, cancelling: true }
      // goods that have not left are then not dispatched; those that have are a return
      if (progress.stage !== 'paid' || progress.outstanding.length === 0) return next
      return arrived({ ...next, outstanding: without(next.outstanding, lines) })
    }
    case 'RefundSettled':
      return withRefund(progress, event.data.refundId, undefined)
    case 'RefundFailed':
    case 'RefundReversed':
      return withRefund(progress, event.data.refundId, 'failed')
    case 'RefundRetried':
      return withRefund(progress, event.data.refundId, 'pending')
  }
}

/** All that was dispatched has arrived, and nothing is left to dispatch. */
const arrived = (progress: OrderProgress): OrderProgress => {
  const { stage, dispatched, outstanding, travelling } = progress
  const isThere = stage === 'paid' && dispatched && outstanding.length === 0 && travelling.length === 0
  return isThere ? { ...progress, stage: 'delivered' } : progress
}

const withRefund = (
  progress: OrderProgress,
  refundId: string,
  status: 'pending' | 'failed' | undefined,
): OrderProgress => {
  const others = (ids: readonly string[]): string[] => ids.filter((id) => id !== refundId)
  const pending = others(progress.refunds.pending)
  const failed = others(progress.refunds.failed)
  if (status === 'pending') pending.push(refundId)
  if (status === 'failed') failed.push(refundId)
  return { ...progress, refunds: { pending, failed } }
}

const without = (lines: readonly SkuQuantity[], gone: readonly SkuQuantity[]): SkuQuantity[] =>
  lines.flatMap(({ sku, quantity }) => {
    const less = gone.reduce((sum, line) => (line.sku === sku ? sum + line.quantity : sum), 0)
    return quantity > less ? [{ sku, quantity: quantity - less }] : []
  })
