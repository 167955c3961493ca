import { accept, type Decider, type Decision as DecisionOf } from '../decider.ts'
import { sameMoney } from '../values.ts'
import type {
  ChoosePaymentMethod,
  CompleteOrder,
  ConfirmCancelled,
  DeliverShipment,
  DispatchShipment,
  MarkPaid,
  MarkReserved,
  OrderCommand,
  OrderRejection,
  PlaceOrder,
  ReportPayment,
  StartCancellation,
  StartFulfilment,
} from './commands.ts'
import type { OrderEvent } from './events.ts'
import { excess, repeatedSku, sameLines, totalsAddUp } from './quantities.ts'
import {
  cancelledOrExpired,
  failRefund,
  requestRefund,
  retryRefund,
  reverseRefund,
  settleRefund,
} from './refunds.ts'
import { cancelling, illegal, refuse } from './refusals.ts'
import {
  evolve,
  initial,
  isBeingCancelled,
  isIn,
  outstanding,
  type Order,
  type PlacedOrder,
} from './state.ts'

export type { OrderCommand, OrderRejection } from './commands.ts'

type Decision = DecisionOf<OrderEvent, OrderRejection>

/** What is already so is accepted without events; everything else that is out of order is refused with the status. */
export const decide = (command: OrderCommand, order: Order): Decision => {
  if (command.type === 'PlaceOrder') return placeOrder(command, order)
  if (order.status === 'none') return refuse(command, { type: 'order_unknown' })
  switch (command.type) {
    case 'ChoosePaymentMethod':
      return choosePaymentMethod(command, order)
    case 'ReportPayment':
      return reportPayment(command, order)
    case 'MarkReserved':
      return markReserved(command, order)
    case 'MarkPaid':
      return markPaid(command, order)
    case 'StartCancellation':
      return startCancellation(command, order)
    case 'ConfirmCancelled':
      return confirmCancelled(command, order)
    case 'StartFulfilment':
      return startFulfilment(command, order)
    case 'DispatchShipment':
      return dispatchShipment(command, order)
    case 'DeliverShipment':
      return deliverShipment(command, order)
    case 'CompleteOrder':
      return completeOrder(command, order)
    case 'RequestRefund':
      return requestRefund(command, order)
    case 'SettleRefund':
      return settleRefund(command, order)
    case 'FailRefund':
      return failRefund(command, order)
    case 'RetryRefund':
      return retryRefund(command, order)
    case 'ReverseRefund':
      return reverseRefund(command, order)
  }
}

export const orderDecider: Decider<Order, OrderCommand, OrderEvent, OrderRejection> = {
  initial,
  evolve,
  decide,
}

const placeOrder = (command: PlaceOrder, order: Order): Decision => {
  const { orderId, customerId, lines, totals, shippingAddress, paymentMethodId, payBy, at } = command
  if (order.status !== 'none') {
    return asksForTheSame(command, order)
      ? accept()
      : refuse(command, { type: 'order_exists', status: order.status })
  }
  const repeated = repeatedSku(lines)
  if (repeated !== undefined) return refuse(command, { type: 'line_repeated', sku: repeated })
  if (!totalsAddUp(lines, totals)) return refuse(command, { type: 'totals_inconsistent' })
  return accept({
    type: 'OrderPlaced',
    data: {
      orderId,
      customerId,
      lines: [...lines],
      totals,
      shippingAddress,
      paymentMethodId,
      payBy,
      placedAt: at,
    },
  })
}

/** Prices are not compared: they come from the catalogue, and may have changed since a first try. */
const asksForTheSame = (command: PlaceOrder, order: PlacedOrder): boolean =>
  command.customerId === order.customerId &&
  command.paymentMethodId === order.paymentMethodId &&
  sameLines(command.lines, order.lines)

const choosePaymentMethod = (command: ChoosePaymentMethod, order: PlacedOrder): Decision => {
  const { orderId, paymentMethodId, at } = command
  if (isBeingCancelled(order)) return cancelling(command, order)
  if (!isIn(order, 'placed', 'reserved')) return illegal(command, order)
  if (order.paymentMethodId === paymentMethodId) return accept()
  if (order.paymentMethodId !== null) {
    return refuse(command, { type: 'payment_method_differs', paymentMethodId: order.paymentMethodId })
  }
  return accept({ type: 'PaymentMethodChosen', data: { orderId, paymentMethodId, chosenAt: at } })
}

/** An order that is paid for, or over, needs no news of its payment. */
const reportPayment = (command: ReportPayment, order: PlacedOrder): Decision => {
  const { orderId, reportId, at } = command
  if (!isIn(order, 'placed', 'reserved') || order.reportId === reportId) return accept()
  return accept({ type: 'PaymentReported', data: { orderId, reportId, reportedAt: at } })
}

const markReserved = (command: MarkReserved, order: PlacedOrder): Decision => {
  if (isBeingCancelled(order)) return cancelling(command, order)
  if (isIn(order, 'cancelled', 'expired', 'refund_pending', 'refund_failed')) return illegal(command, order)
  if (order.status !== 'placed') return accept()
  return accept({ type: 'OrderReserved', data: { orderId: order.orderId, reservedAt: command.at } })
}

const markPaid = (command: MarkPaid, order: PlacedOrder): Decision => {
  const { paymentId, amount, at } = command
  if (isBeingCancelled(order)) return cancelling(command, order)
  if (order.status === 'placed') return illegal(command, order)
  if (order.status === 'reserved') {
    if (!sameMoney(amount, order.totals.total)) {
      return refuse(command, { type: 'amount_differs', expected: order.totals.total, asked: amount })
    }
    return accept({ type: 'OrderPaid', data: { orderId: order.orderId, paymentId, amount, paidAt: at } })
  }
  if (!order.payment) return illegal(command, order)
  if (order.payment.paymentId !== paymentId) {
    return refuse(command, {
      type: 'payment_differs',
      status: order.status,
      paymentId: order.payment.paymentId,
    })
  }
  return accept()
}

/** The first reason stands: whoever asks again while stock and money are given back changes nothing. */
const startCancellation = (command: StartCancellation, order: PlacedOrder): Decision => {
  const { reason, detail, shortfalls, at } = command
  if (isIn(order, 'placed', 'reserved')) {
    if (order.cancelling) return accept()
    return accept({
      type: 'OrderCancellationStarted',
      data: { orderId: order.orderId, reason, detail, shortfalls: [...shortfalls], startedAt: at },
    })
  }
  if (isIn(order, 'cancelled', 'expired', 'refund_pending', 'refund_failed') && order.reason === reason) {
    return accept()
  }
  return illegal(command, order)
}

const confirmCancelled = (command: ConfirmCancelled, order: PlacedOrder): Decision => {
  if (isIn(order, 'cancelled', 'expired')) return accept()
  if (!isIn(order, 'placed', 'reserved') || !order.cancelling) return illegal(command, order)
  return accept(cancelledOrExpired(order.orderId, order.cancelling.reason, command.at))
}

const startFulfilment = (command: StartFulfilment, order: PlacedOrder): Decision => {
  if (isIn(order, 'fulfilling', 'shipped', 'delivered', 'completed')) return accept()
  if (order.status !== 'paid') return illegal(command, order)
  return accept({ type: 'FulfilmentStarted', data: { orderId: order.orderId, startedAt: command.at } })
}

/** The first shipment starts the fulfilment of an order where nobody did before. */
const dispatchShipment = (command: DispatchShipment, order: PlacedOrder): Decision => {
  const { orderId, shipmentId, carrier, trackingNumber, lines, at } = command
  const known = isIn(order, 'fulfilling', 'shipped', 'delivered', 'completed')
    ? order.shipments.find((shipment) => shipment.shipmentId === shipmentId)
    : undefined
  if (known) {
    const same =
      known.carrier === carrier && known.trackingNumber === trackingNumber && sameLines(known.lines, lines)
    return same ? accept() : refuse(command, { type: 'shipment_differs', shipmentId })
  }
  if (!isIn(order, 'paid', 'fulfilling')) return illegal(command, order)
  const repeated = repeatedSku(lines)
  if (repeated !== undefined) return refuse(command, { type: 'line_repeated', sku: repeated })
  const tooMuch = excess(lines, outstanding(order))
  if (tooMuch) return refuse(command, { type: 'quantity_exceeded', ...tooMuch })
  const dispatched: OrderEvent = {
    type: 'ShipmentDispatched',
    data: { orderId, shipmentId, carrier, trackingNumber, lines: [...lines], dispatchedAt: at },
  }
  return order.status === 'paid'
    ? accept<OrderEvent>({ type: 'FulfilmentStarted', data: { orderId, startedAt: at } }, dispatched)
    : accept(dispatched)
}

const deliverShipment = (command: DeliverShipment, order: PlacedOrder): Decision => {
  const { orderId, shipmentId, at } = command
  if (!isIn(order, 'fulfilling', 'shipped', 'delivered', 'completed')) return illegal(command, order)
  const shipment = order.shipments.find((one) => one.shipmentId === shipmentId)
  if (!shipment) return refuse(command, { type: 'shipment_unknown', shipmentId })
  if (shipment.delivered) return accept()
  return accept({ type: 'ShipmentDelivered', data: { orderId, shipmentId, deliveredAt: at } })
}

const completeOrder = (command: CompleteOrder, order: PlacedOrder): Decision => {
  if (order.status === 'completed') return accept()
  if (order.status !== 'delivered') return illegal(command, order)
  return accept({ type: 'OrderCompleted', data: { orderId: order.orderId, completedAt: command.at } })
}
