import {
  allGoods,
  at,
  cancellationStarted,
  cancelled,
  completed,
  delivered,
  dispatched,
  eur,
  expired,
  fulfilmentStarted,
  lines,
  paid,
  placed,
  refundFailed,
  refundReversed,
  refundSettled,
  reserved,
  takenBack,
  totals,
} from '../testing/orders.ts'
import { everyCommandInEverySituation, type Answers as AnswersTo } from '../testing/transitions.ts'
import { orderDecider, type OrderCommand } from './decide.ts'

const orderId = 'o-1'
const paidFor = [placed, reserved, paid]
const sent = [...paidFor, fulfilmentStarted, dispatched('s-1', allGoods)]
const pending = [...paidFor, takenBack('r-1', 7128)]

const refund = { orderId, restock: true, lines: [], at: at(20) }
const commands = {
  place: {
    type: 'PlaceOrder',
    orderId,
    customerId: 'c-1',
    lines,
    totals,
    shippingAddress: null,
    paymentMethodId: 'pm-1',
    payBy: at(15),
    at: at(20),
  },
  choose: { type: 'ChoosePaymentMethod', orderId, paymentMethodId: 'pm-1', at: at(20) },
  chooseOther: { type: 'ChoosePaymentMethod', orderId, paymentMethodId: 'pm-2', at: at(20) },
  report: { type: 'ReportPayment', orderId, reportId: 'rep-1', at: at(20) },
  reserve: { type: 'MarkReserved', orderId, at: at(20) },
  pay: { type: 'MarkPaid', orderId, paymentId: 'pay-1', amount: totals.total, at: at(20) },
  cancel: {
    type: 'StartCancellation',
    orderId,
    reason: 'requested_by_staff',
    detail: null,
    shortfalls: [],
    at: at(20),
  },
  confirm: { type: 'ConfirmCancelled', orderId, at: at(20) },
  fulfil: { type: 'StartFulfilment', orderId, at: at(20) },
  dispatch: {
    type: 'DispatchShipment',
    orderId,
    shipmentId: 's-2',
    carrier: 'DHL',
    trackingNumber: 'T-2',
    lines: [{ sku: 'SHIRT', quantity: 1 }],
    at: at(20),
  },
  deliver: { type: 'DeliverShipment', orderId, shipmentId: 's-1', at: at(20) },
  complete: { type: 'CompleteOrder', orderId, at: at(20) },
  refund: {
    type: 'RequestRefund',
    ...refund,
    refundId: 'r-2',
    amount: eur(100),
    cancelsOrder: false,
    reason: 'x',
  },
  takeBack: {
    type: 'RequestRefund',
    ...refund,
    refundId: 'r-2',
    amount: null,
    cancelsOrder: true,
    reason: 'requested_by_staff',
  },
  settle: { type: 'SettleRefund', orderId, refundId: 'r-1', amount: eur(7128), at: at(20) },
  fail: { type: 'FailRefund', orderId, refundId: 'r-1', code: 'c', message: 'm', at: at(20) },
  retry: { type: 'RetryRefund', orderId, refundId: 'r-1', at: at(20) },
  reverse: { type: 'ReverseRefund', orderId, refundId: 'r-1', code: 'c', message: 'm', at: at(20) },
} as const satisfies Record<string, OrderCommand>

type Answers = AnswersTo<typeof commands>

const noRefund: Answers = {
  settle: '! refund_unknown',
  fail: '! refund_unknown',
  retry: '! refund_unknown',
  reverse: '! refund_unknown',
}
const news: Answers = { choose: '-', chooseOther: '! payment_method_differs', report: 'PaymentReported' }
const noNews: Answers = { report: '-' }
const unpaid: Answers = { place: '-', ...news, ...noRefund }
const cancelling: Answers = {
  ...unpaid,
  choose: '! order_cancelling',
  chooseOther: '! order_cancelling',
  reserve: '! order_cancelling',
  pay: '! order_cancelling',
  cancel: '-',
  takeBack: 'RefundRequested',
}
const isPaid: Answers = {
  place: '-',
  ...noNews,
  reserve: '-',
  pay: '-',
  refund: 'RefundRequested',
  ...noRefund,
}
const ended: Answers = { place: '-', ...noNews, confirm: '-', ...noRefund }
const unknown = '! order_unknown'

describe('Order: every command in every situation', () => {
  everyCommandInEverySituation(orderDecider, commands, {
    none: {
      status: 'none',
      history: [],
      answers: {
        place: 'OrderPlaced',
        choose: unknown,
        chooseOther: unknown,
        report: unknown,
        reserve: unknown,
        pay: unknown,
        cancel: unknown,
        confirm: unknown,
        fulfil: unknown,
        dispatch: unknown,
        deliver: unknown,
        complete: unknown,
        refund: unknown,
        takeBack: unknown,
        settle: unknown,
        fail: unknown,
        retry: unknown,
        reverse: unknown,
      },
    },
    placed: {
      status: 'placed',
      history: [placed],
      answers: { ...unpaid, reserve: 'OrderReserved', cancel: 'OrderCancellationStarted' },
    },
    'placed, cancelling': {
      status: 'placed',
      history: [placed, cancellationStarted('out_of_stock')],
      answers: { ...cancelling, confirm: 'OrderCancelled' },
    },
    reserved: {
      status: 'reserved',
      history: [placed, reserved],
      answers: { ...unpaid, reserve: '-', pay: 'OrderPaid', cancel: 'OrderCancellationStarted' },
    },
    'reserved, cancelling': {
      status: 'reserved',
      history: [placed, reserved, cancellationStarted('expired')],
      answers: { ...cancelling, confirm: 'OrderExpired' },
    },
    paid: {
      status: 'paid',
      history: paidFor,
      answers: {
        ...isPaid,
        fulfil: 'FulfilmentStarted',
        dispatch: 'FulfilmentStarted ShipmentDispatched',
        takeBack: 'RefundRequested',
      },
    },
    fulfilling: {
      status: 'fulfilling',
      history: [...paidFor, fulfilmentStarted],
      answers: {
        ...isPaid,
        fulfil: '-',
        dispatch: 'ShipmentDispatched',
        deliver: '! shipment_unknown',
        takeBack: 'RefundRequested',
      },
    },
    'fulfilling, partly dispatched': {
      status: 'fulfilling',
      history: [...paidFor, fulfilmentStarted, dispatched('s-1', [{ sku: 'MUG', quantity: 3 }])],
      answers: { ...isPaid, fulfil: '-', dispatch: 'ShipmentDispatched', deliver: 'ShipmentDelivered' },
    },
    shipped: {
      status: 'shipped',
      history: sent,
      answers: { ...isPaid, fulfil: '-', deliver: 'ShipmentDelivered' },
    },
    delivered: {
      status: 'delivered',
      history: [...sent, delivered('s-1')],
      answers: { ...isPaid, fulfil: '-', deliver: '-', complete: 'OrderCompleted' },
    },
    completed: {
      status: 'completed',
      history: [...sent, delivered('s-1'), completed],
      answers: { ...isPaid, fulfil: '-', deliver: '-', complete: '-' },
    },
    'refund pending': {
      status: 'refund_pending',
      history: pending,
      answers: {
        place: '-',
        ...noNews,
        pay: '-',
        settle: 'RefundSettled OrderCancelled',
        fail: 'RefundFailed',
        retry: '-',
        reverse: '-',
      },
    },
    'refund failed': {
      status: 'refund_failed',
      history: [...pending, refundFailed('r-1')],
      answers: {
        place: '-',
        ...noNews,
        pay: '-',
        settle: 'RefundSettled OrderCancelled',
        fail: '-',
        retry: 'RefundRetried',
        reverse: '-',
      },
    },
    cancelled: {
      status: 'cancelled',
      history: [placed, cancellationStarted('out_of_stock'), cancelled('out_of_stock')],
      answers: ended,
    },
    'cancelled after payment': {
      status: 'cancelled',
      history: [...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer')],
      answers: {
        ...ended,
        pay: '-',
        settle: '-',
        fail: '! refund_settled',
        retry: '! refund_settled',
        reverse: 'RefundReversed',
      },
    },
    'cancelled after payment, its refund reversed': {
      status: 'refund_failed',
      history: [
        ...[...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer')],
        refundReversed('r-1', 7128),
      ],
      answers: {
        place: '-',
        ...noNews,
        pay: '-',
        settle: 'RefundSettled',
        fail: '-',
        retry: 'RefundRetried',
        reverse: '-',
      },
    },
    expired: {
      status: 'expired',
      history: [placed, reserved, cancellationStarted('expired'), expired],
      answers: ended,
    },
  })
})
