import { expect } from 'chai'
import fc from 'fast-check'
import { itKeepsItsLaws } from '../testing/laws.ts'
import {
  allGoods,
  at,
  cancellationStarted,
  delivered,
  dispatched,
  eur,
  fulfilmentStarted,
  lines,
  paid,
  placed,
  reserved,
  totals,
} from '../testing/orders.ts'
import { orderDecider, type OrderCommand } from './decide.ts'
import { CancellationReason, orderContracts, type OrderEvent, type SkuQuantity } from './events.ts'
import { quantityOf } from './quantities.ts'
import { orderSnapshots } from './snapshot.ts'
import { refundsOf, type Order } from './state.ts'

const orderId = 'o-1'

const goods: fc.Arbitrary<SkuQuantity[]> = fc.uniqueArray(
  fc.record({ sku: fc.constantFrom('MUG', 'SHIRT', 'HAT'), quantity: fc.integer({ min: 1, max: 3 }) }),
  { selector: (line) => line.sku, maxLength: 2 },
)
const time = fc.integer({ min: 0, max: 30 }).map(at)
const refundId = fc.constantFrom('r-1', 'r-2', 'r-3')
const shipmentId = fc.constantFrom('s-1', 's-2', 's-3')
const cents = fc.oneof(fc.constantFrom(0, 500, 1190, 2975, 7128), fc.integer({ min: 0, max: 8000 }))

const only = <Type extends string>(type: Type): fc.Arbitrary<{ type: Type; orderId: string; at: string }> =>
  fc.record({ type: fc.constant(type), orderId: fc.constant(orderId), at: time })
const and = <One, Other>(one: fc.Arbitrary<One>, other: fc.Arbitrary<Other>): fc.Arbitrary<One & Other> =>
  fc.tuple(one, other).map(([first, second]) => ({ ...first, ...second }))

const refund = fc.record({
  refundId,
  amount: fc.option(cents.map(eur)),
  lines: goods,
  restock: fc.boolean(),
})

const commands: fc.Arbitrary<OrderCommand> = fc.oneof(
  only('PlaceOrder').map((command) => ({
    ...command,
    customerId: 'c-1',
    lines,
    totals,
    shippingAddress: null,
    paymentMethodId: 'pm-1',
    payBy: at(15),
  })),
  and(only('ChoosePaymentMethod'), fc.record({ paymentMethodId: fc.constantFrom('pm-1', 'pm-2') })),
  and(only('ReportPayment'), fc.record({ reportId: fc.constantFrom('rep-1', 'rep-2') })),
  only('MarkReserved'),
  and(only('MarkPaid'), fc.record({ paymentId: fc.constantFrom('pay-1', 'pay-2') })).map((command) => ({
    ...command,
    amount: totals.total,
  })),
  and(only('StartCancellation'), fc.record({ reason: fc.constantFrom(...CancellationReason.options) })).map(
    (command) => ({ ...command, detail: null, shortfalls: [] }),
  ),
  only('ConfirmCancelled'),
  only('StartFulfilment'),
  and(
    only('DispatchShipment'),
    fc.record({ shipmentId, lines: goods.filter((some) => some.length > 0) }),
  ).map((command) => ({ ...command, carrier: 'DHL', trackingNumber: 'T-1' })),
  and(only('DeliverShipment'), fc.record({ shipmentId })),
  only('CompleteOrder'),
  and(only('RequestRefund'), refund).map((command) => ({
    ...command,
    cancelsOrder: false as const,
    reason: 'damaged',
  })),
  and(only('RequestRefund'), refund).map((command) => ({
    ...command,
    amount: null,
    lines: [],
    cancelsOrder: true as const,
    reason: 'requested_by_staff' as const,
  })),
  and(only('SettleRefund'), fc.record({ refundId, amount: cents.map(eur) })),
  and(only('FailRefund'), fc.record({ refundId })).map((command) => ({
    ...command,
    code: 'refused',
    message: '',
  })),
  and(only('RetryRefund'), fc.record({ refundId })),
  and(only('ReverseRefund'), fc.record({ refundId })).map((command) => ({
    ...command,
    code: 'sent_back',
    message: '',
  })),
)

/** Half of the news that a refund has settled is true. */
const aim = (command: OrderCommand, order: Order): OrderCommand => {
  if (command.type !== 'SettleRefund' || command.amount.amount % 2 === 1) return command
  const refunded = refundsOf(order).find((one) => one.refundId === command.refundId)
  return { ...command, amount: refunded?.amount ?? command.amount }
}

const paidFor = [placed, reserved, paid]
const beginnings: OrderEvent[][] = [
  [],
  [placed, cancellationStarted('expired')],
  paidFor,
  [...paidFor, fulfilmentStarted, dispatched('s-1', [{ sku: 'MUG', quantity: 2 }])],
  [...paidFor, fulfilmentStarted, dispatched('s-1', allGoods), delivered('s-1')],
]

/** From each status, where one decision may lead. */
const ways: Record<Order['status'], readonly Order['status'][]> = {
  none: ['placed'],
  placed: ['reserved', 'cancelled', 'expired', 'refund_pending'],
  reserved: ['paid', 'cancelled', 'expired', 'refund_pending'],
  paid: ['fulfilling', 'shipped', 'refund_pending', 'refund_failed'],
  fulfilling: ['shipped', 'delivered', 'refund_pending', 'refund_failed'],
  shipped: ['delivered'],
  delivered: ['completed'],
  completed: [],
  refund_pending: ['refund_failed', 'cancelled', 'expired'],
  refund_failed: ['refund_pending', 'cancelled', 'expired'],
  // only where a refund is reversed
  cancelled: ['refund_failed'],
  expired: ['refund_failed'],
}

const sum = (some: readonly { amount: { amount: number } }[]): number =>
  some.reduce((total, { amount }) => total + amount.amount, 0)

const invariant = (order: Order, history: readonly OrderEvent[], before: Order): void => {
  if (order.status !== before.status) expect(ways[before.status]).to.include(order.status)

  const captured = totals.total.amount
  const refunds = history.filter((event) => event.type === 'RefundRequested').map(({ data }) => data)
  const settlements = history.filter((event) => event.type === 'RefundSettled').map(({ data }) => data)
  const reversals = history.filter((event) => event.type === 'RefundReversed').map(({ data }) => data)
  const timesOf = (id: string, some: readonly { refundId: string }[]): number =>
    some.filter((one) => one.refundId === id).length
  for (const { refundId: id } of refunds) {
    const standing = timesOf(id, settlements) - timesOf(id, reversals)
    expect(standing, `${id} settled and not reversed`).to.be.oneOf([0, 1])
    const isSettled = refundsOf(order).find((one) => one.refundId === id)?.status === 'settled'
    expect(standing === 1).to.equal(isSettled)
  }
  const settled = refunds.filter(({ refundId: id }) => timesOf(id, settlements) > timesOf(id, reversals))
  expect(sum(refunds)).to.be.at.most(captured)
  expect(sum(settled)).to.be.at.most(sum(refunds))

  const shipments = history.filter((event) => event.type === 'ShipmentDispatched').map(({ data }) => data)
  const shippedGoods = shipments.flatMap((shipment) => shipment.lines)
  const refundedGoods = refunds.flatMap((refunded) => refunded.lines)
  for (const { sku, quantity } of lines) {
    expect(quantityOf(shippedGoods, sku), `${sku} dispatched`).to.be.at.most(quantity)
    expect(quantityOf(refundedGoods, sku), `${sku} refunded`).to.be.at.most(quantity)
  }

  const types = history.map((event) => event.type)
  const times = (type: OrderEvent['type']): number => types.filter((one) => one === type).length
  expect(times('OrderPaid')).to.be.at.most(1)
  expect(times('OrderCancelled') + times('OrderExpired')).to.be.at.most(1)
  expect(times('OrderPaid') + times('OrderCancellationStarted')).to.be.at.most(1)
  if (['shipped', 'delivered', 'completed'].includes(order.status)) {
    for (const { sku, quantity } of lines) {
      expect(quantityOf([...shippedGoods, ...refundedGoods], sku)).to.be.at.least(quantity)
    }
  }
  if (order.status === 'cancelled' || order.status === 'expired') {
    expect(settled.length).to.equal(refunds.length)
    if (times('OrderPaid') === 1) expect(sum(refunds)).to.equal(captured)
  }
}

describe('Order: laws', () => {
  itKeepsItsLaws({
    decider: orderDecider,
    contracts: orderContracts,
    snapshots: orderSnapshots,
    commands,
    aim,
    beginnings,
    invariant,
  })
})
