import type { OrderCommand } from '../../domain/order/commands.ts'
import type { OrderEvent } from '../../domain/order/events.ts'

/** The command that made these events of an order, as far as they tell. */
export const recallOrder = (events: readonly OrderEvent[]): OrderCommand | undefined => {
  const [event, next] = events
  switch (event?.type) {
    case undefined:
      return undefined
    case 'OrderPlaced': {
      const { placedAt, ...order } = event.data
      return { type: 'PlaceOrder', ...order, at: placedAt }
    }
    case 'PaymentMethodChosen': {
      const { chosenAt, ...choice } = event.data
      return { type: 'ChoosePaymentMethod', ...choice, at: chosenAt }
    }
    case 'PaymentReported': {
      const { reportedAt, ...report } = event.data
      return { type: 'ReportPayment', ...report, at: reportedAt }
    }
    case 'OrderReserved':
      return { type: 'MarkReserved', orderId: event.data.orderId, at: event.data.reservedAt }
    case 'OrderPaid': {
      const { paidAt, ...payment } = event.data
      return { type: 'MarkPaid', ...payment, at: paidAt }
    }
    case 'OrderCancellationStarted': {
      const { startedAt, ...cancellation } = event.data
      return { type: 'StartCancellation', ...cancellation, at: startedAt }
    }
    case 'OrderCancelled':
      return { type: 'ConfirmCancelled', orderId: event.data.orderId, at: event.data.cancelledAt }
    case 'OrderExpired':
      return { type: 'ConfirmCancelled', orderId: event.data.orderId, at: event.data.expiredAt }
    case 'FulfilmentStarted':
      // the first shipment starts the fulfilment where nobody did before
      return next?.type === 'ShipmentDispatched'
        ? recallOrder([next])
        : { type: 'StartFulfilment', orderId: event.data.orderId, at: event.data.startedAt }
    case 'ShipmentDispatched': {
      const { dispatchedAt, ...shipment } = event.data
      return { type: 'DispatchShipment', ...shipment, at: dispatchedAt }
    }
    case 'ShipmentDelivered': {
      const { deliveredAt, ...shipment } = event.data
      return { type: 'DeliverShipment', ...shipment, at: deliveredAt }
    }
    case 'OrderCompleted':
      return { type: 'CompleteOrder', orderId: event.data.orderId, at: event.data.completedAt }
    case 'RefundRequested': {
      const { requestedAt, ...refund } = event.data
      return { type: 'RequestRefund', ...refund, at: requestedAt }
    }
    case 'RefundSettled': {
      const { settledAt, ...refund } = event.data
      return { type: 'SettleRefund', ...refund, at: settledAt }
    }
    case 'RefundFailed': {
      const { failedAt, ...failure } = event.data
      return { type: 'FailRefund', ...failure, at: failedAt }
    }
    case 'RefundReversed': {
      const { orderId, refundId, code, message, reversedAt } = event.data
      return { type: 'ReverseRefund', orderId, refundId, code, message, at: reversedAt }
    }
    case 'RefundRetried': {
      const { retriedAt, ...refund } = event.data
      return { type: 'RetryRefund', ...refund, at: retriedAt }
    }
  }
}
