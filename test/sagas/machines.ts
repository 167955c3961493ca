import { fold, type Decider } from '../../domain/decider.ts'
import { orderDecider, type OrderCommand } from '../../domain/order/decide.ts'
import type { OrderEvent } from '../../domain/order/events.ts'
import { outstanding, isIn, refundsOf, type Order } from '../../domain/order/state.ts'
import { paymentDecider, type PaymentCommand } from '../../domain/payment/decide.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { Payment } from '../../domain/payment/state.ts'
import { eur, lines, placed, totals } from '../../domain/testing/orders.ts'
import type { Arrow } from './mermaid.ts'
import { walk } from './walk.ts'

/** From each state of an aggregate every command that could mean something there, and what it decides. */
const machine = async <
  State extends { readonly status: string },
  Command extends { readonly type: string },
  Event extends { readonly type: string },
>(
  decider: Decider<State, Command, Event, unknown>,
  commandsIn: (state: State) => readonly Command[],
): Promise<readonly Arrow[]> => {
  const ways = await walk([decider.initial], JSON.stringify, (state) =>
    Promise.resolve(
      commandsIn(state).flatMap((command) => {
        const decision = decider.decide(command, state)
        if (!decision.accepted || decision.events.length === 0) return []
        const by = decision.events.map((event) => event.type).join(', ')
        return [{ by: `${command.type} → ${by}`, to: fold({ ...decider, initial: state }, decision.events) }]
      }),
    ),
  )
  return ways.map(({ from, by, to }) => ({
    from: from.status === 'none' ? null : { name: from.status },
    by,
    to: { name: to.status },
    reopens: by.endsWith('Reversed'),
  }))
}

const at = placed.data.placedAt
const orderId = placed.data.orderId
const REFUNDS = ['r-1', 'r-2']

const orderCommands = (order: Order): readonly OrderCommand[] => {
  const { customerId, shippingAddress, payBy } = placed.data
  if (order.status === 'none') {
    return [null, 'sim_approve'].map((paymentMethodId) => ({
      ...{
        type: 'PlaceOrder',
        orderId,
        customerId,
        lines,
        totals,
        shippingAddress,
        paymentMethodId,
        payBy,
        at,
      },
    }))
  }
  const base = { orderId, at }
  const refund = { type: 'RequestRefund', ...base, restock: true } as const
  const [refundId] = REFUNDS.filter((id) => refundsOf(order).every((each) => each.refundId !== id))
  const left = isIn(order, 'paid', 'fulfilling') ? outstanding(order).slice(0, 1) : []
  const shipments = 'shipments' in order ? order.shipments : []
  return [
    { type: 'ChoosePaymentMethod', ...base, paymentMethodId: 'sim_approve' },
    { type: 'ReportPayment', ...base, reportId: 'report' },
    { type: 'MarkReserved', ...base },
    { type: 'MarkPaid', ...base, paymentId: orderId, amount: totals.total },
    ...(['requested_by_customer', 'expired'] as const).map((reason) => ({
      ...({ type: 'StartCancellation', ...base, reason, detail: null, shortfalls: [] } as const),
    })),
    { type: 'ConfirmCancelled', ...base },
    { type: 'StartFulfilment', ...base },
    {
      ...{ type: 'DispatchShipment', ...base, shipmentId: `s-${shipments.length + 1}` },
      ...{ carrier: 'DHL', trackingNumber: '1', lines: left },
    },
    ...shipments.map(({ shipmentId }) => ({ type: 'DeliverShipment', ...base, shipmentId }) as const),
    { type: 'CompleteOrder', ...base },
    ...(refundId === undefined
      ? []
      : ([
          { ...refund, refundId, amount: eur(100), lines: [], cancelsOrder: false, reason: 'damaged' },
          { ...refund, refundId, amount: null, lines: left, cancelsOrder: false, reason: 'damaged' },
          {
            ...refund,
            refundId,
            amount: null,
            lines: [],
            cancelsOrder: true,
            reason: 'requested_by_customer',
          },
        ] as const)),
    ...refundsOf(order)
      .filter(({ tries }) => tries < 2)
      .flatMap(({ refundId: of, amount }): OrderCommand[] => [
        { type: 'SettleRefund', ...base, refundId: of, amount },
        { type: 'FailRefund', ...base, refundId: of, code: 'refused', message: 'No' },
        { type: 'RetryRefund', ...base, refundId: of },
        { type: 'ReverseRefund', ...base, refundId: of, code: 'refused', message: 'No' },
      ]),
  ]
}

const paymentCommands = (payment: Payment): readonly PaymentCommand[] => {
  const base = { paymentId: orderId, at }
  const failure = { code: 'refused', message: 'No' }
  const amount = totals.total
  const refundIds =
    'refunds' in payment ? REFUNDS.slice(payment.refunds.length, payment.refunds.length + 1) : []
  const particulars = { orderId, customerId: 'c-1', provider: 'simulator', paymentMethodId: 'sim_approve' }
  return [
    { type: 'InitiatePayment', ...base, ...particulars, amount },
    { type: 'RecordAuthorization', ...base, providerReference: 'ref' },
    { type: 'RecordDecline', ...base, ...failure },
    { type: 'RecordCapture', ...base, amount },
    { type: 'RecordCaptureFailure', ...base, ...failure },
    { type: 'VoidPayment', ...base, reason: 'expired' },
    ...refundIds.flatMap((refundId): PaymentCommand[] => [
      { type: 'RecordRefund', ...base, refundId, amount: eur(100), providerReference: 'ref' },
      { type: 'RecordRefund', ...base, refundId, amount, providerReference: 'ref' },
      {
        ...{ type: 'RecordRefund', ...base, refundId, providerReference: 'ref' },
        amount: eur(amount.amount - 100),
      },
      { type: 'RecordRefundFailure', ...base, refundId, ...failure },
    ]),
    ...('refunds' in payment ? payment.refunds : []).map(
      ({ refundId }) => ({ type: 'RecordRefundReversal', ...base, refundId, ...failure }) as const,
    ),
  ]
}

export const orderMachine = (): Promise<readonly Arrow[]> =>
  machine<Order, OrderCommand, OrderEvent>(orderDecider, orderCommands)

export const paymentMachine = (): Promise<readonly Arrow[]> =>
  machine<Payment, PaymentCommand, PaymentEvent>(paymentDecider, paymentCommands)
