import type { OrderEvent } from '../domain/order/events.ts'

/** When it happened, as the event itself says. */
export const timeOf = ({ type, data }: OrderEvent): string => {
  switch (type) {
    case 'OrderPlaced':
      return data.placedAt
    case 'PaymentMethodChosen':
      return data.chosenAt
    case 'PaymentReported':
      return data.reportedAt
    case 'OrderReserved':
      return data.reservedAt
    case 'OrderPaid':
      return data.paidAt
    case 'OrderCancellationStarted':
    case 'FulfilmentStarted':
      return data.startedAt
    case 'OrderCancelled':
      return data.cancelledAt
    case 'OrderExpired':
      return data.expiredAt
    case 'ShipmentDispatched':
      return data.dispatchedAt
    case 'ShipmentDelivered':
      return data.deliveredAt
    case 'OrderCompleted':
      return data.completedAt
    case 'RefundRequested':
      return data.requestedAt
    case 'RefundSettled':
      return data.settledAt
    case 'RefundFailed':
      return data.failedAt
    case 'RefundReversed':
      return data.reversedAt
    case 'RefundRetried':
      return data.retriedAt
  }
}
