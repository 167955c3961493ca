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
  paid,
  placed,
  refundFailed,
  refundRequested,
  refundRetried,
  refundReversed,
  refundSettled,
  reserved,
  takenBack,
  totals,
} from '../testing/orders.ts'
import type { RequestRefund } from './commands.ts'
import { orderDecider } from './decide.ts'
import { ImpossibleHistory } from '../impossible-history.ts'
import { orderContracts, type OrderEvent } from './events.ts'
import { refundsOf } from './state.ts'

const given = specification(orderDecider, orderContracts)
const statusAfter = (...events: OrderEvent[]): string => fold(orderDecider, events).status

const orderId = 'o-1'
const command = 'RequestRefund'
const mugs = (quantity: number): { sku: string; quantity: number } => ({ sku: 'MUG', quantity })
const shirt = { sku: 'SHIRT', quantity: 1 }
const paidFor = [placed, reserved, paid]
const shipped = [...paidFor, fulfilmentStarted, dispatched('s-1', allGoods)]
const over = [...shipped, delivered('s-1')]

const byAmount = (refundId: string, amount: number): RequestRefund => ({
  type: 'RequestRefund',
  orderId,
  refundId,
  amount: eur(amount),
  lines: [],
  restock: false,
  reason: 'damaged',
  cancelsOrder: false,
  at: at(8),
})
const byLine = (refundId: string, goods: { sku: string; quantity: number }[]): RequestRefund => ({
  ...byAmount(refundId, 0),
  amount: null,
  lines: goods,
})
const takeBack = (refundId: string): RequestRefund => ({
  ...byAmount(refundId, 0),
  amount: null,
  restock: true,
  cancelsOrder: true,
  reason: 'requested_by_customer',
})
const settle = (refundId: string, amount: number) =>
  ({ type: 'SettleRefund', orderId, refundId, amount: eur(amount), at: at(9) }) as const
const fail = (refundId: string) =>
  ({
    type: 'FailRefund',
    orderId,
    refundId,
    code: 'provider_refused',
    message: 'Account closed',
    at: at(9),
  }) as const
const reverse = (refundId: string) =>
  ({
    type: 'ReverseRefund',
    orderId,
    refundId,
    code: 'account_closed',
    message: 'Sent back',
    at: at(10),
  }) as const
const retry = (refundId: string) => ({ type: 'RetryRefund', orderId, refundId, at: at(9) }) as const

describe('Order: partial refunds and returns', () => {
  it('are made by amount, several at a time, in every status from paid on', () => {
    for (const history of [paidFor, [...paidFor, fulfilmentStarted], shipped, over, [...over, completed]]) {
      given(...history)
        .when(byAmount('r-1', 500))
        .thenEvents(refundRequested('r-1', 500))
      given(...history, refundRequested('r-1', 500))
        .when(byAmount('r-2', 500))
        .thenEvents(refundRequested('r-2', 500))
      expect(statusAfter(...history, refundRequested('r-1', 500), refundSettled('r-1', 500))).to.equal(
        statusAfter(...history),
      )
    }
  })
  it('are made by line, which costs its price and its share of the tax', () => {
    given(...over)
      .when(byLine('r-1', [mugs(1)]))
      .thenEvents(refundRequested('r-1', 1190, [mugs(1)]))
  })
  it('make the same sum in one step and in several', () => {
    const steps = [
      refundRequested('r-1', 1190, [mugs(1)]),
      refundRequested('r-2', 1190, [mugs(1)]),
      refundRequested('r-3', 2975, [shirt]),
    ]
    given(...over, ...steps)
      .when(byLine('r-4', [mugs(1)]))
      .thenEvents(refundRequested('r-4', 6545 - 1190 - 1190 - 2975, [mugs(1)]))
    given(...over)
      .when(byLine('r-1', allGoods))
      .thenEvents(refundRequested('r-1', 6545, allGoods))
  })
  it('are made by line at another price', () => {
    given(...over)
      .when({ ...byLine('r-1', [mugs(1)]), amount: eur(900) })
      .thenEvents(refundRequested('r-1', 900, [mugs(1)]))
  })
  it('are requested once', () => {
    const requested = [...over, refundRequested('r-1', 1190, [mugs(1)])]
    given(...requested)
      .when(byLine('r-1', [mugs(1)]))
      .thenNothing()
    given(...requested, refundSettled('r-1', 1190))
      .when({ ...byLine('r-1', [mugs(1)]), amount: eur(1190) })
      .thenNothing()
    for (const other of [{ lines: [mugs(2)] }, { amount: eur(1) }, { restock: true }, { lines: [] }]) {
      given(...requested)
        .when({ ...byLine('r-1', [mugs(1)]), ...other })
        .thenRejected({ type: 'refund_differs', refundId: 'r-1', orderId, command })
    }
  })
  it('never exceed what was captured, and those that failed count: they can be retried', () => {
    const most = [...over, refundRequested('r-1', 7000), refundFailed('r-1')]
    given(...most)
      .when(byAmount('r-2', 128))
      .thenEvents(refundRequested('r-2', 128))
    given(...most)
      .when(byAmount('r-2', 129))
      .thenRejected({
        type: 'refund_exceeds_capture',
        requested: eur(129),
        refundable: eur(128),
        orderId,
        command,
      })
    given(...most)
      .when(byLine('r-2', [mugs(1)]))
      .thenRejected({
        type: 'refund_exceeds_capture',
        requested: eur(1190),
        refundable: eur(128),
        orderId,
        command,
      })
  })
  it('are made in the currency that was captured', () => {
    const requested = { amount: 1, currency: 'USD' }
    given(...over)
      .when({ ...byAmount('r-1', 1), amount: requested })
      .thenRejected({
        type: 'refund_exceeds_capture',
        requested,
        refundable: totals.total,
        orderId,
        command,
      })
  })
  it('are of something', () => {
    given(...over)
      .when(byAmount('r-1', 0))
      .thenRejected({ type: 'refund_empty', refundId: 'r-1', orderId, command })
    given(...over)
      .when(byLine('r-1', []))
      .thenRejected({ type: 'refund_empty', refundId: 'r-1', orderId, command })
  })
  it('never take back more of a line than was bought', () => {
    given(...over, refundRequested('r-1', 2380, [mugs(2)]))
      .when(byLine('r-2', [mugs(2)]))
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'MUG',
        requested: 2,
        available: 1,
        orderId,
        command,
      })
    given(...over)
      .when(byLine('r-1', [mugs(1), mugs(1)]))
      .thenRejected({ type: 'line_repeated', sku: 'MUG', orderId, command })
  })
})

describe('Order: goods that are taken back before they are dispatched', () => {
  const underWay = [...paidFor, fulfilmentStarted]
  const withoutShirt = refundRequested('r-1', 2975, [shirt])

  it('are not dispatched any more', () => {
    given(...underWay, withoutShirt)
      .when({
        type: 'DispatchShipment',
        orderId,
        shipmentId: 's-1',
        carrier: 'DHL',
        trackingNumber: 'T-1',
        lines: [shirt],
        at: at(9),
      })
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'SHIRT',
        requested: 1,
        available: 0,
        orderId,
        command: 'DispatchShipment',
      })
  })
  it('are not waited for', () => {
    const mugsOnly = dispatched('s-1', [mugs(3)])
    expect(statusAfter(...underWay, withoutShirt, mugsOnly)).to.equal('shipped')
    expect(statusAfter(...underWay, mugsOnly, withoutShirt)).to.equal('shipped')
    expect(statusAfter(...underWay, mugsOnly, delivered('s-1'), withoutShirt)).to.equal('delivered')
    expect(statusAfter(...underWay, withoutShirt)).to.equal('fulfilling')
  })
  it('are all that a refund by line takes back until all is dispatched', () => {
    given(...underWay, dispatched('s-1', [mugs(2)]))
      .when(byLine('r-1', [mugs(2)]))
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'MUG',
        requested: 2,
        available: 1,
        orderId,
        command,
      })
    given(...underWay, dispatched('s-1', [mugs(2)]))
      .when(byLine('r-1', [mugs(1)]))
      .thenEvents(refundRequested('r-1', 1190, [mugs(1)]))
  })
  it('leave the rest to be returned after dispatch', () => {
    const rest = [...underWay, withoutShirt, dispatched('s-1', [mugs(3)])]
    given(...rest)
      .when(byLine('r-2', [mugs(3)]))
      .thenEvents(refundRequested('r-2', 6545 - 2975, [mugs(3)]))
    given(...rest)
      .when(byLine('r-2', [shirt]))
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'SHIRT',
        requested: 1,
        available: 0,
        orderId,
        command,
      })
  })
})

describe('Order: what becomes of a refund', () => {
  const requested = [...over, refundRequested('r-1', 500)]

  it('settles once, at what was requested', () => {
    given(...requested)
      .when(settle('r-1', 500))
      .thenEvents(refundSettled('r-1', 500))
    given(...requested, refundSettled('r-1', 500))
      .when(settle('r-1', 500))
      .thenNothing()
    given(...requested)
      .when(settle('r-1', 499))
      .thenRejected({ type: 'refund_differs', refundId: 'r-1', orderId, command: 'SettleRefund' })
  })
  it('fails, is retried and settles', () => {
    given(...requested)
      .when(fail('r-1'))
      .thenEvents(refundFailed('r-1'))
    given(...requested, refundFailed('r-1'))
      .when(fail('r-1'))
      .thenNothing()
    given(...requested, refundFailed('r-1'))
      .when(retry('r-1'))
      .thenEvents(refundRetried('r-1'))
    given(...requested, refundFailed('r-1'), refundRetried('r-1'))
      .when(retry('r-1'))
      .thenNothing()
    given(...requested, refundFailed('r-1'), refundRetried('r-1'))
      .when(settle('r-1', 500))
      .thenEvents(refundSettled('r-1', 500))
    expect(statusAfter(...requested, refundFailed('r-1'))).to.equal('delivered')
  })
  it('settles although it was thought to have failed', () => {
    given(...requested, refundFailed('r-1'))
      .when(settle('r-1', 500))
      .thenEvents(refundSettled('r-1', 500))
  })
  it('neither fails nor is retried once it has settled', () => {
    const settled = [...requested, refundSettled('r-1', 500)]
    given(...settled)
      .when(fail('r-1'))
      .thenRejected({ type: 'refund_settled', refundId: 'r-1', orderId, command: 'FailRefund' })
    given(...settled)
      .when(retry('r-1'))
      .thenRejected({ type: 'refund_settled', refundId: 'r-1', orderId, command: 'RetryRefund' })
  })
  it('fails after all when the provider takes back that it was made, and is retried', () => {
    const settled = [...requested, refundSettled('r-1', 500)]
    given(...settled)
      .when(reverse('r-1'))
      .thenEvents(refundReversed('r-1', 500))
    const reversed = [...settled, refundReversed('r-1', 500)]
    given(...reversed)
      .when(reverse('r-1'))
      .thenNothing()
    given(...reversed)
      .when(retry('r-1'))
      .thenEvents(refundRetried('r-1'))
    given(...reversed, refundRetried('r-1'))
      .when(settle('r-1', 500))
      .thenEvents(refundSettled('r-1', 500))
    expect(statusAfter(...reversed)).to.equal('delivered')
    const [again] = refundsOf(fold(orderDecider, [...reversed, refundRetried('r-1')]))
    expect(again).to.include({ status: 'pending', tries: 2 })
  })
  it('is not reversed before it was settled', () => {
    for (const history of [requested, [...requested, refundFailed('r-1')]]) {
      given(...history)
        .when(reverse('r-1'))
        .thenNothing()
    }
  })
  it('is told only of one that was requested', () => {
    for (const news of [settle('r-9', 500), fail('r-9'), retry('r-9'), reverse('r-9')]) {
      for (const history of [[placed], requested]) {
        given(...history)
          .when(news)
          .thenRejected({ type: 'refund_unknown', refundId: 'r-9', orderId, command: news.type })
      }
    }
  })
})

describe('Order: cancelling after payment', () => {
  const pending = [...paidFor, takenBack('r-1', 7128)]

  it('waits for its refund again where that is reversed, is cancelled once, and keeps its goods on the shelf', () => {
    const ended = [...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer')]
    const reversed = [...ended, refundReversed('r-1', 7128)]
    given(...ended)
      .when(reverse('r-1'))
      .thenEvents(refundReversed('r-1', 7128))
    expect(statusAfter(...reversed)).to.equal('refund_failed')
    expect(statusAfter(...reversed, refundRetried('r-1'))).to.equal('refund_pending')
    given(...reversed, refundRetried('r-1'))
      .when(settle('r-1', 7128))
      .thenEvents(refundSettled('r-1', 7128))
    expect(statusAfter(...reversed, refundRetried('r-1'), refundSettled('r-1', 7128))).to.equal('cancelled')
    for (const history of [ended, reversed]) {
      expect(refundsOf(fold(orderDecider, history))).to.have.nested.property('[0].restocked', true)
    }
  })
  it('of an order that had expired is over as expired', () => {
    const late = { ...takenBack('r-1', 7128), data: { ...takenBack('r-1', 7128).data, reason: 'expired' } }
    const history = [
      ...[placed, reserved, cancellationStarted('expired'), late as OrderEvent],
      ...[refundSettled('r-1', 7128), expired, refundReversed('r-1', 7128)],
    ]
    expect(statusAfter(...history)).to.equal('refund_failed')
    expect(statusAfter(...history, refundRetried('r-1'), refundSettled('r-1', 7128))).to.equal('expired')
  })
  it('takes no other news of refunds once it is over', () => {
    const ended = [...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer')]
    expect(() => statusAfter(...ended, refundRetried('r-1'))).to.throw(ImpossibleHistory)
  })

  it('takes back everything, as long as nothing was dispatched', () => {
    given(...paidFor)
      .when(takeBack('r-1'))
      .thenEvents(takenBack('r-1', 7128))
    given(...paidFor, fulfilmentStarted)
      .when(takeBack('r-1'))
      .thenEvents(takenBack('r-1', 7128))
    given(...paidFor, fulfilmentStarted, dispatched('s-1', [mugs(1)]))
      .when(takeBack('r-1'))
      .thenRejected({ type: 'illegal_transition', status: 'fulfilling', orderId, command })
    expect(statusAfter(...pending)).to.equal('refund_pending')
    expect(statusAfter(...paidFor, fulfilmentStarted, takenBack('r-1', 7128))).to.equal('refund_pending')
  })
  it('takes back what is left', () => {
    given(...paidFor, refundRequested('r-1', 2975, [shirt]))
      .when(takeBack('r-2'))
      .thenEvents(takenBack('r-2', 7128 - 2975, [mugs(3)]))
    given(...paidFor, refundRequested('r-1', 7128))
      .when(takeBack('r-2'))
      .thenEvents(takenBack('r-2', 0))
  })
  it('takes back all or nothing', () => {
    given(...paidFor)
      .when({ ...takeBack('r-1'), amount: eur(7128), lines: allGoods })
      .thenEvents(takenBack('r-1', 7128))
    given(...paidFor)
      .when({ ...takeBack('r-1'), amount: eur(7127) })
      .thenRejected({
        type: 'refund_incomplete',
        requested: eur(7127),
        refundable: eur(7128),
        orderId,
        command,
      })
    given(...paidFor)
      .when({ ...takeBack('r-1'), lines: [shirt] })
      .thenRejected({
        type: 'refund_incomplete',
        requested: eur(7128),
        refundable: eur(7128),
        orderId,
        command,
      })
  })
  it('is requested once', () => {
    given(...pending)
      .when(takeBack('r-1'))
      .thenNothing()
    given(...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer'))
      .when(takeBack('r-1'))
      .thenNothing()
    given(...pending)
      .when(takeBack('r-2'))
      .thenRejected({ type: 'illegal_transition', status: 'refund_pending', orderId, command })
    given(...pending)
      .when({ ...byAmount('r-1', 7128), restock: true })
      .thenRejected({ type: 'refund_differs', refundId: 'r-1', orderId, command })
  })
  it('ends with the refund', () => {
    given(...pending)
      .when(settle('r-1', 7128))
      .thenEvents(refundSettled('r-1', 7128), cancelled('requested_by_customer'))
    expect(statusAfter(...pending, refundSettled('r-1', 7128), cancelled('requested_by_customer'))).to.equal(
      'cancelled',
    )
  })
  it('shows a refund that failed, until it is retried', () => {
    given(...pending)
      .when(fail('r-1'))
      .thenEvents(refundFailed('r-1'))
    expect(statusAfter(...pending, refundFailed('r-1'))).to.equal('refund_failed')
    given(...pending, refundFailed('r-1'))
      .when(retry('r-1'))
      .thenEvents(refundRetried('r-1'))
    expect(statusAfter(...pending, refundFailed('r-1'), refundRetried('r-1'))).to.equal('refund_pending')
    given(...pending, refundFailed('r-1'))
      .when(settle('r-1', 7128))
      .thenEvents(refundSettled('r-1', 7128), cancelled('requested_by_customer'))
  })
  it('waits for the partial refunds that came before it', () => {
    const both = [...paidFor, refundRequested('r-1', 500), takenBack('r-2', 6628)]
    given(...both)
      .when(settle('r-2', 6628))
      .thenEvents(refundSettled('r-2', 6628))
    given(...both, refundSettled('r-2', 6628))
      .when(settle('r-1', 500))
      .thenEvents(refundSettled('r-1', 500), cancelled('requested_by_customer'))
    expect(statusAfter(...both, refundFailed('r-1'), refundSettled('r-2', 6628))).to.equal('refund_failed')
    expect(statusAfter(...both, refundFailed('r-1'), refundFailed('r-2'), refundRetried('r-1'))).to.equal(
      'refund_failed',
    )
  })
  it('can be asked for again with the same reason only', () => {
    const start = {
      type: 'StartCancellation',
      orderId,
      reason: 'requested_by_customer',
      detail: null,
      shortfalls: [],
      at: at(9),
    } as const
    given(...pending)
      .when(start)
      .thenNothing()
    given(...pending)
      .when({ ...start, reason: 'expired' })
      .thenRejected({
        type: 'illegal_transition',
        status: 'refund_pending',
        orderId,
        command: 'StartCancellation',
      })
  })
})

describe('Order: a capture that comes too late', () => {
  const expiring = [placed, reserved, cancellationStarted('expired')]
  const late = takeBack('r-1')
  const requested = (amount: number, goods: { sku: string; quantity: number }[] = []): OrderEvent => ({
    type: 'RefundRequested',
    data: {
      orderId,
      refundId: 'r-1',
      amount: eur(amount),
      lines: goods,
      restock: true,
      cancelsOrder: true,
      reason: 'expired',
      requestedAt: at(8),
    },
  })

  it('is refunded, under the reason for which the order is being cancelled', () => {
    given(...expiring)
      .when(late)
      .thenEvents(requested(7128))
    given(...expiring)
      .when({ ...late, amount: eur(7000), lines: [shirt] })
      .thenEvents(requested(7000, [shirt]))
    expect(fold(orderDecider, [...expiring, requested(7128)])).to.deep.include({
      status: 'refund_pending',
      reason: 'expired',
      payment: null,
    })
    given(...expiring, requested(7128))
      .when(late)
      .thenNothing()
  })
  it('leaves the order as it would have been without it', () => {
    given(...expiring, requested(7128))
      .when(settle('r-1', 7128))
      .thenEvents(refundSettled('r-1', 7128), expired)
    expect(statusAfter(...expiring, requested(7128), refundSettled('r-1', 7128), expired)).to.equal('expired')
    const declined: OrderEvent[] = [placed, cancellationStarted('payment_declined')]
    const refund: OrderEvent = { ...takenBack('r-1', 7128, []) }
    if (refund.type !== 'RefundRequested' || !refund.data.cancelsOrder) throw new Error('a fixture is wrong')
    given(...declined, { ...refund, data: { ...refund.data, reason: 'payment_declined' } })
      .when(settle('r-1', 7128))
      .thenEvents(refundSettled('r-1', 7128), cancelled('payment_declined'))
  })
  it('was of the order: no more than its total, no other goods', () => {
    given(...expiring)
      .when({ ...late, amount: eur(7129) })
      .thenRejected({
        type: 'refund_exceeds_capture',
        requested: eur(7129),
        refundable: eur(7128),
        orderId,
        command,
      })
    given(...expiring)
      .when({ ...late, amount: { amount: 1, currency: 'USD' } })
      .thenRejected({
        type: 'refund_exceeds_capture',
        requested: { amount: 1, currency: 'USD' },
        refundable: eur(7128),
        orderId,
        command,
      })
    given(...expiring)
      .when({ ...late, lines: [mugs(4)] })
      .thenRejected({
        type: 'quantity_exceeded',
        sku: 'MUG',
        requested: 4,
        available: 3,
        orderId,
        command,
      })
  })
  it('does not mark the order as paid', () => {
    given(...expiring, requested(7128))
      .when({ type: 'MarkPaid', orderId, paymentId: 'pay-1', amount: totals.total, at: at(9) })
      .thenRejected({
        type: 'illegal_transition',
        status: 'refund_pending',
        orderId,
        command: 'MarkPaid',
      })
  })
})
