import { expect } from 'chai'
import { fold } from '../decider.ts'
import { specification } from '../testing/given.ts'
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
  reserved,
  totals,
} from '../testing/orders.ts'
import type { PlaceOrder } from './commands.ts'
import { orderDecider } from './decide.ts'
import { orderContracts, type OrderEvent } from './events.ts'

const given = specification(orderDecider, orderContracts)
const statusAfter = (...events: OrderEvent[]): string => fold(orderDecider, events).status

const orderId = 'o-1'
const mugs = (quantity: number): { sku: string; quantity: number } => ({ sku: 'MUG', quantity })
const shirt = { sku: 'SHIRT', quantity: 1 }

describe('Order: placing', () => {
  const { placedAt, ...data } = placed.data
  const place: PlaceOrder = { type: 'PlaceOrder', ...data, at: placedAt }

  it('keeps what was ordered', () => {
    given().when(place).thenEvents(placed)
    expect(statusAfter(placed)).to.equal('placed')
  })
  it('is done once, also where prices have changed since', () => {
    const dearer = lines.map((line) => ({ ...line, unitPrice: eur(line.unitPrice.amount * 2) }))
    given(placed).when(place).thenNothing()
    given(placed)
      .when({ ...place, lines: dearer, at: at(1) })
      .thenNothing()
    given(placed, reserved, paid).when(place).thenNothing()
  })
  for (const [what, other] of Object.entries({
    customer: { customerId: 'c-2' },
    'payment method': { paymentMethodId: null },
    quantity: { lines: lines.map((line) => ({ ...line, quantity: 2 })) },
    goods: { lines: lines.slice(0, 1) },
  })) {
    it(`is refused where the id stands for an order with another ${what}`, () => {
      given(placed)
        .when({ ...place, ...other })
        .thenRejected({ type: 'order_exists', status: 'placed', orderId, command: 'PlaceOrder' })
    })
  }
  it('takes one line a sku', () => {
    given()
      .when({ ...place, lines: [...lines, ...lines] })
      .thenRejected({ type: 'line_repeated', sku: 'MUG', orderId, command: 'PlaceOrder' })
  })
  for (const [what, wrong] of Object.entries({
    'items that are not the sum of the lines': { ...totals, items: eur(5501), shipping: eur(489) },
    'a total that is not the sum of its parts': { ...totals, total: eur(7127) },
    'a second currency': { ...totals, tax: { amount: 1138, currency: 'USD' } },
  })) {
    it(`refuses totals with ${what}`, () => {
      given()
        .when({ ...place, totals: wrong })
        .thenRejected({ type: 'totals_inconsistent', orderId, command: 'PlaceOrder' })
    })
  }
  it('refuses lines in another currency than the totals', () => {
    const dollars = lines.map((line) => ({
      ...line,
      unitPrice: { amount: line.unitPrice.amount, currency: 'USD' },
    }))
    given()
      .when({ ...place, lines: dollars })
      .thenRejected({ type: 'totals_inconsistent', orderId, command: 'PlaceOrder' })
  })
  it('does not hold the address in the state', () => {
    expect(JSON.stringify(fold(orderDecider, [placed]))).not.to.include('Byron')
  })
})

describe('Order: paying', () => {
  const pay = { type: 'MarkPaid', orderId, paymentId: 'pay-1', amount: totals.total, at: at(2) } as const

  it('follows the reservation', () => {
    given(placed)
      .when({ type: 'MarkReserved', orderId, at: at(1) })
      .thenEvents(reserved)
    given(placed, reserved).when(pay).thenEvents(paid)
    expect(statusAfter(placed, reserved, paid)).to.equal('paid')
  })
  it('is done once, whatever has happened since', () => {
    given(placed, reserved, paid).when(pay).thenNothing()
    given(placed, reserved, paid, fulfilmentStarted).when(pay).thenNothing()
  })
  it('takes the total, no more and no less', () => {
    for (const amount of [eur(7127), eur(7129), { amount: 7128, currency: 'USD' }]) {
      given(placed, reserved)
        .when({ ...pay, amount })
        .thenRejected({
          type: 'amount_differs',
          expected: totals.total,
          asked: amount,
          orderId,
          command: 'MarkPaid',
        })
    }
  })
  it('takes one payment', () => {
    given(placed, reserved, paid)
      .when({ ...pay, paymentId: 'pay-2' })
      .thenRejected({
        type: 'payment_differs',
        status: 'paid',
        paymentId: 'pay-1',
        orderId,
        command: 'MarkPaid',
      })
  })
  it('is refused while the order is being cancelled: what was captured has to be refunded', () => {
    given(placed, reserved, cancellationStarted('expired')).when(pay).thenRejected({
      type: 'order_cancelling',
      status: 'reserved',
      reason: 'expired',
      orderId,
      command: 'MarkPaid',
    })
  })
})

describe('Order: paying later', () => {
  const open: OrderEvent = { ...placed, data: { ...placed.data, paymentMethodId: null } }
  const chosen: OrderEvent = {
    type: 'PaymentMethodChosen',
    data: { orderId, paymentMethodId: 'pm-9', chosenAt: at(3) },
  }
  const choose = { type: 'ChoosePaymentMethod', orderId, paymentMethodId: 'pm-9', at: at(3) } as const
  const report = { type: 'ReportPayment', orderId, reportId: 'rep-1', at: at(4) } as const
  const reported: OrderEvent = {
    type: 'PaymentReported',
    data: { orderId, reportId: 'rep-1', reportedAt: at(4) },
  }

  it('begins with the choice of a method, once', () => {
    given(open, reserved).when(choose).thenEvents(chosen)
    given(open).when(choose).thenEvents(chosen)
    given(open, reserved, chosen).when(choose).thenNothing()
  })
  it('does not change its mind', () => {
    given(open, reserved, chosen)
      .when({ ...choose, paymentMethodId: 'pm-1' })
      .thenRejected({
        type: 'payment_method_differs',
        paymentMethodId: 'pm-9',
        orderId,
        command: 'ChoosePaymentMethod',
      })
  })
  it('is over when the order is being cancelled', () => {
    given(open, reserved, cancellationStarted('expired')).when(choose).thenRejected({
      type: 'order_cancelling',
      status: 'reserved',
      reason: 'expired',
      orderId,
      command: 'ChoosePaymentMethod',
    })
  })
  it('takes each report of the provider once, as long as it is of use', () => {
    given(open, reserved, chosen).when(report).thenEvents(reported)
    given(open, reserved, chosen, reported).when(report).thenNothing()
    given(open, reserved, chosen, reported)
      .when({ ...report, reportId: 'rep-2' })
      .thenEvents({ type: 'PaymentReported', data: { orderId, reportId: 'rep-2', reportedAt: at(4) } })
    given(open, reserved, chosen, paid).when(report).thenNothing()
  })
  it('is remembered by the order', () => {
    const order = fold(orderDecider, [open, reserved, chosen, reported])
    expect(order).to.include({ status: 'reserved', paymentMethodId: 'pm-9', reportId: 'rep-1' })
  })
})

describe('Order: cancelling before payment', () => {
  const start = {
    type: 'StartCancellation',
    orderId,
    reason: 'out_of_stock',
    detail: 'Sold out',
    shortfalls: [{ sku: 'MUG', requested: 3, available: 1 }],
    at: at(3),
  } as const
  const confirm = { type: 'ConfirmCancelled', orderId, at: at(9) } as const

  it('starts with the reason and the lines that fell short; the status stays', () => {
    const { reason, detail, shortfalls, at: startedAt } = start
    const started: OrderEvent = {
      type: 'OrderCancellationStarted',
      data: { orderId, reason, detail, shortfalls: [...shortfalls], startedAt },
    }
    given(placed).when(start).thenEvents(started)
    expect(fold(orderDecider, [placed, started])).to.deep.include({
      status: 'placed',
      cancelling: { reason: 'out_of_stock', startedAt: at(3) },
    })
  })
  it('keeps its first reason', () => {
    given(placed, cancellationStarted('expired')).when(start).thenNothing()
    given(placed, cancellationStarted('expired')).when(confirm).thenEvents(expired)
  })
  it('ends when stock and money are given back', () => {
    given(placed, reserved, cancellationStarted('payment_declined'))
      .when(confirm)
      .thenEvents(cancelled('payment_declined'))
    given(placed, reserved, cancellationStarted('expired')).when(confirm).thenEvents(expired)
  })
  it('is told apart from the end of another order: a stale deadline is refused', () => {
    const over = [placed, cancellationStarted('payment_declined'), cancelled('payment_declined')]
    given(...over)
      .when({ ...start, reason: 'payment_declined' })
      .thenNothing()
    given(...over)
      .when({ ...start, reason: 'expired' })
      .thenRejected({
        type: 'illegal_transition',
        status: 'cancelled',
        orderId,
        command: 'StartCancellation',
      })
  })
  it('stops a reservation that arrives late', () => {
    given(placed, cancellationStarted('requested_by_customer'))
      .when({ type: 'MarkReserved', orderId, at: at(4) })
      .thenRejected({
        type: 'order_cancelling',
        status: 'placed',
        reason: 'requested_by_customer',
        orderId,
        command: 'MarkReserved',
      })
  })
})

describe('Order: fulfilment', () => {
  const dispatch = (shipmentId: string, goods: { sku: string; quantity: number }[]) =>
    ({
      type: 'DispatchShipment',
      orderId,
      shipmentId,
      carrier: 'DHL',
      trackingNumber: `T-${shipmentId}`,
      lines: goods,
      at: at(5),
    }) as const
  const deliver = (shipmentId: string) =>
    ({ type: 'DeliverShipment', orderId, shipmentId, at: at(6) }) as const
  const paidFor = [placed, reserved, paid]
  const underWay = [...paidFor, fulfilmentStarted]

  it('is started by hand or by the first shipment', () => {
    given(...paidFor)
      .when({ type: 'StartFulfilment', orderId, at: at(4) })
      .thenEvents(fulfilmentStarted)
    given(...paidFor)
      .when(dispatch('s-1', [mugs(1)]))
      .thenEvents(
        { type: 'FulfilmentStarted', data: { orderId, startedAt: at(5) } },
        dispatched('s-1', [mugs(1)]),
      )
    given(...underWay)
      .when(dispatch('s-1', [mugs(1)]))
      .thenEvents(dispatched('s-1', [mugs(1)]))
  })
  it('is shipped when all is dispatched and delivered when all has arrived', () => {
    const first = dispatched('s-1', [mugs(2)])
    const rest = dispatched('s-2', [mugs(1), shirt])
    expect(statusAfter(...underWay, first)).to.equal('fulfilling')
    expect(statusAfter(...underWay, first, delivered('s-1'))).to.equal('fulfilling')
    expect(statusAfter(...underWay, first, rest)).to.equal('shipped')
    expect(statusAfter(...underWay, first, rest, delivered('s-2'))).to.equal('shipped')
    expect(statusAfter(...underWay, first, rest, delivered('s-2'), delivered('s-1'))).to.equal('delivered')
    expect(statusAfter(...underWay, first, delivered('s-1'), rest, delivered('s-2'))).to.equal('delivered')
  })
  it('never dispatches more of a line than is outstanding', () => {
    given(...underWay, dispatched('s-1', [mugs(2)]))
      .when(dispatch('s-2', [mugs(2), shirt]))
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'MUG',
        requested: 2,
        available: 1,
        orderId,
        command: 'DispatchShipment',
      })
    given(...underWay)
      .when(dispatch('s-1', [{ sku: 'HAT', quantity: 1 }]))
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'HAT',
        requested: 1,
        available: 0,
        orderId,
        command: 'DispatchShipment',
      })
    given(...underWay)
      .when(dispatch('s-1', [mugs(1), mugs(2)]))
      .thenRejected({ type: 'line_repeated', sku: 'MUG', orderId, command: 'DispatchShipment' })
  })
  it('dispatches a shipment once', () => {
    const sent = [...underWay, dispatched('s-1', allGoods)]
    given(...sent)
      .when(dispatch('s-1', [shirt, mugs(3)]))
      .thenNothing()
    given(...sent, delivered('s-1'))
      .when(dispatch('s-1', allGoods))
      .thenNothing()
    for (const other of [{ carrier: 'UPS' }, { trackingNumber: 'T-9' }, { lines: [shirt] }]) {
      given(...sent)
        .when({ ...dispatch('s-1', allGoods), ...other })
        .thenRejected({
          type: 'shipment_differs',
          shipmentId: 's-1',
          orderId,
          command: 'DispatchShipment',
        })
    }
  })
  it('delivers a shipment once, and only one that was dispatched', () => {
    const sent = [...underWay, dispatched('s-1', [mugs(1)])]
    given(...sent)
      .when(deliver('s-1'))
      .thenEvents(delivered('s-1'))
    given(...sent, delivered('s-1'))
      .when(deliver('s-1'))
      .thenNothing()
    given(...sent)
      .when(deliver('s-2'))
      .thenRejected({
        type: 'shipment_unknown',
        shipmentId: 's-2',
        orderId,
        command: 'DeliverShipment',
      })
  })
  it('is completed only when delivered', () => {
    const complete = { type: 'CompleteOrder', orderId, at: at(7) } as const
    const shipped = [...underWay, dispatched('s-1', allGoods)]
    given(...shipped, delivered('s-1'))
      .when(complete)
      .thenEvents(completed)
    given(...shipped, delivered('s-1'), completed)
      .when(complete)
      .thenNothing()
    given(...shipped)
      .when(complete)
      .thenRejected({
        type: 'illegal_transition',
        status: 'shipped',
        orderId,
        command: 'CompleteOrder',
      })
    expect(statusAfter(...shipped, delivered('s-1'), completed)).to.equal('completed')
  })
})
