import { expect } from 'chai'
import { ContractViolationError } from '../../eventstore/errors.ts'
import { at, eur, totals } from '../../domain/testing/orders.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { createHistory, pay, received, steps, type History, type Steps } from '../testing/history.ts'
import { createAudit, type AuditResult } from './audit.ts'

const audited = (history: History): AuditResult => {
  const audit = createAudit()
  for (const event of history.events) audit.take(event)
  return audit.finish()
}

/** Each finding as `law stream@revision problem`. */
const found = (history: History): string[] =>
  audited(history).findings.map(
    ({ law, stream, event, problem }) => `${law} ${stream}@${event?.revision ?? 'end'} ${problem}`,
  )

const topUp = (history: History, amount: number): void => {
  history.add('wallet-c-1', [
    {
      type: 'WalletToppedUp',
      data: { customerId: 'c-1', topUpId: 't1', amount: eur(amount), reference: 'card', toppedUpAt: at(0) },
    },
  ])
}
const wallet = (history: History, type: string, holdId: string, amount: number, time: string): void => {
  history.add('wallet-c-1', [
    { type, data: { customerId: 'c-1', holdId, amount: eur(amount), [time]: at(2) } },
  ])
}

describe('an audit', () => {
  let history: History
  beforeEach(() => {
    history = createHistory()
    received(history, 'MUG', 10)
    received(history, 'SHIRT', 10)
  })

  describe('passes', () => {
    it('what happens to orders from day to day', () => {
      pay(history, 'o-1')
      const takenBack = pay(history, 'o-2')
      takenBack.refundRequested()
      takenBack.refunded()
      takenBack.returned()
      takenBack.settled()
      const declined = steps(history, 'o-3')
      declined.placed()
      declined.stockReserved()
      declined.reserved()
      declined.initiated()
      declined.authorized()
      declined.cancelling()
      declined.voided()
      declined.released()
      declined.cancelled()
      const underWay = steps(history, 'o-4')
      underWay.placed()
      underWay.stockReserved()
      underWay.reserved()
      underWay.initiated()
      underWay.authorized()
      underWay.captured()

      const { findings, events, streams, stock, money } = audited(history)
      expect(findings).to.deep.equal([])
      expect(events).to.equal(history.events.length)
      expect(streams).to.deep.equal({ order: 4, inventory: 2, payment: 4, wallet: 0 })
      expect(stock).to.deep.include({
        received: 20,
        returned: 4,
        committed: 8,
        onReserve: 4,
        available: 12,
        skus: 2,
      })
      const total = totals.total.amount
      expect(money).to.deep.equal({
        EUR: { captured: 3 * total, refunded: total, paid: 2 * total, settled: total, underWay: total },
      })
    })

    it('an order that its customer pays for from the wallet', () => {
      topUp(history, 10_000)
      const order = steps(history, 'o-1', { provider: 'wallet' })
      order.placed()
      order.stockReserved()
      order.reserved()
      order.initiated()
      wallet(history, 'FundsHeld', 'o-1', totals.total.amount, 'heldAt')
      order.authorized()
      order.committed()
      wallet(history, 'HoldCaptured', 'o-1', totals.total.amount, 'capturedAt')
      order.captured()
      order.paid()
      const { findings, wallets } = audited(history)
      expect(findings).to.deep.equal([])
      expect(wallets).to.deep.equal({ cameIn: 10_000, spent: totals.total.amount })
    })
  })

  describe('names the law, the stream and the event where', () => {
    it('a revision is missing', () => {
      const { sku } = { sku: 'MUG' }
      history.add(
        `inventory-${sku}`,
        [{ type: 'LowStockThresholdSet', data: { sku, threshold: 2, setAt: at(1) } }],
        {
          revision: 2n,
        },
      )
      expect(found(history)).to.deep.equal(['revision inventory-MUG@2 it is at revision 2, 1 was to come'])
    })

    it('two events have one id', () => {
      const { id } = history.add('inventory-LAMP', [
        { type: 'StockReceived', data: { sku: 'LAMP', quantity: 1, reference: 'x', receivedAt: at(0) } },
      ])
      history.add(
        'inventory-LAMP',
        [{ type: 'LowStockThresholdSet', data: { sku: 'LAMP', threshold: 2, setAt: at(1) } }],
        {
          id,
        },
      )
      expect(found(history)[0]).to.match(/^event-id inventory-LAMP@1 its id .* is that of an earlier event$/)
    })

    it('a cause is not there, or belongs to another request', () => {
      const known = history.events[0]?.id ?? ''
      const threshold = (sku: string, n: number) => [
        { type: 'LowStockThresholdSet', data: { sku, threshold: n, setAt: at(1) } },
      ]
      history.add('inventory-MUG', threshold('MUG', 2), {
        $causationId: '4b1c1a3e-7d1f-5a60-8c3a-0d5e1f2a3b4c',
      })
      history.add('inventory-MUG', threshold('MUG', 3), { $causationId: known })
      history.add('inventory-MUG', threshold('MUG', 4), { $causationId: known, $correlationId: 'another' })
      expect(found(history)).to.deep.equal([
        'causation inventory-MUG@1 it is said to be caused by the event 4b1c1a3e-7d1f-5a60-8c3a-0d5e1f2a3b4c, which does not stand before it',
        `causation inventory-MUG@3 its cause ${known} belongs to another request than another`,
      ])
    })

    it('an event stands in the stream of another kind, or of another one', () => {
      history.add('payment-o-1', [{ type: 'OrderReserved', data: { orderId: 'o-1', reservedAt: at(1) } }])
      history.add('inventory-MUG', [
        { type: 'LowStockThresholdSet', data: { sku: 'CUP', threshold: 2, setAt: at(1) } },
      ])
      expect(found(history)).to.deep.equal([
        'category payment-o-1@0 OrderReserved does not belong into a stream of this kind',
        'category inventory-MUG@1 its data says that it belongs to CUP',
      ])
    })

    it('an event can not be read', () => {
      const audit = createAudit()
      for (const event of history.events) audit.take(event)
      const {
        data: raw,
        id,
        type,
        stream,
        revision,
        position,
        created,
      } = history.add('inventory-MUG', [{ type: 'Gone', data: {} }])
      audit.takeUnreadable({
        ...{ id, type, stream, revision, position, created },
        raw,
        error: new ContractViolationError('Gone', 'no such event type is known'),
      })
      const { findings, broken } = audit.finish()
      expect(broken.contract).to.equal(1)
      expect(findings[0]).to.deep.include({
        law: 'contract',
        stream: 'inventory-MUG',
        problem: 'Event Gone: no such event type is known',
      })
      expect(findings[0]?.event).to.include({ type: 'Gone', revision: '1' })
    })

    it('an event can not follow', () => {
      const order = steps(history, 'o-1')
      order.placed()
      order.paid()
      order.reserved()
      expect(found(history)).to.deep.equal([
        "transition order-o-1@1 OrderPaid can't follow in status placed; the rest of the stream is not folded",
      ])
    })

    it('an event is none that the domain decides', () => {
      pay(history, 'o-1')
      history.add('order-o-1', [
        {
          type: 'ShipmentDispatched',
          data: {
            ...{ orderId: 'o-1', shipmentId: 's1', carrier: 'DHL', trackingNumber: 'T', dispatchedAt: at(9) },
            lines: [{ sku: 'MUG', quantity: 99 }],
          },
        },
      ])
      history.add('inventory-MUG', [
        { type: 'StockRanLow', data: { sku: 'MUG', available: 7, threshold: 8, ranLowAt: at(9) } },
      ])
      expect(found(history)).to.deep.equal([
        "transition order-o-1@3 ShipmentDispatched can't follow in status paid; the rest of the stream is not folded",
        'decision inventory-MUG@3 no command makes this happen',
      ])
    })

    it('a command would have been refused, or would have made other events', () => {
      pay(history, 'o-1')
      history.add('inventory-MUG', [
        { type: 'StockAdjusted', data: { sku: 'MUG', delta: -3, reason: 'lost', adjustedAt: at(9) } },
        { type: 'StockRanLow', data: { sku: 'MUG', available: 4, threshold: 5, ranLowAt: at(9) } },
      ])
      history.add('order-o-1', [
        { type: 'FulfilmentStarted', data: { orderId: 'o-1', startedAt: at(9) } },
        {
          type: 'ShipmentDispatched',
          data: {
            ...{ orderId: 'o-1', shipmentId: 's1', carrier: 'DHL', trackingNumber: 'T', dispatchedAt: at(9) },
            lines: [{ sku: 'MUG', quantity: 99 }],
          },
        },
      ])
      expect(found(history)).to.deep.equal([
        'decision inventory-MUG@3 AdjustStock would have made StockAdjusted with other data or in other number',
        'decision order-o-1@3 DispatchShipment would have been refused: quantity_exceeded',
      ])
    })
  })

  describe('of stock finds', () => {
    it('more sold than there was', () => {
      const order = steps(history, 'o-1', {
        lines: [{ productId: 'p', sku: 'MUG', name: 'Mug', quantity: 11, unitPrice: eur(500) }],
      })
      order.placed()
      order.stockReserved()
      expect(found(history)).to.include('stock inventory-MUG@1 -1 are available')
    })

    it('a reservation that is both committed and released', () => {
      const order = pay(history, 'o-1')
      order.released()
      expect(found(history)).to.include(
        "transition inventory-MUG@3 ReservationReleased can't follow in status committed; the rest of the stream is not folded",
      )
    })

    it('a reservation that is released with another quantity than it was made with', () => {
      const order = steps(history, 'o-1')
      order.placed()
      order.stockReserved()
      history.add('inventory-MUG', [
        {
          type: 'ReservationReleased',
          data: { sku: 'MUG', reservationId: 'o-1', quantity: 2, releasedAt: at(4) },
        },
      ])
      expect(found(history)).to.deep.equal([
        'reservation inventory-MUG@2 2 of o-1 are released, and 3 were reserved',
        'decision inventory-MUG@2 ReleaseReservation would have made ReservationReleased with other data or in other number',
      ])
    })

    it('a reservation for nobody, or for more than was ordered', () => {
      steps(history, 'nobody').stockReserved()
      steps(history, 'o-1').placed()
      history.add('inventory-MUG', [
        {
          type: 'StockReserved',
          data: { sku: 'MUG', reservationId: 'o-1', quantity: 4, expiresAt: at(15), reservedAt: at(1) },
        },
      ])
      expect(found(history)).to.deep.equal([
        'reservation inventory-MUG@1 3 are reserved for nobody, and there is no such order',
        'reservation inventory-SHIRT@1 1 are reserved for nobody, and there is no such order',
        'reservation inventory-MUG@2 4 are reserved for order o-1, which is for 3',
      ])
    })

    it('a reservation that comes back long after its item has forgotten it', () => {
      const first = pay(history, 'o-1')
      // so many others, a week later, that the item forgets
      for (let number = 0; number < 70; number += 1) {
        history.add('inventory-MUG', [
          {
            type: 'ReservationRefused',
            data: {
              sku: 'MUG',
              reservationId: `x-${number}`,
              expiresAt: at(10_000 + number),
              refusedAt: at(9_000 + number),
            },
          },
        ])
      }
      first.stockReserved()
      expect(found(history)).to.include(
        'reservation inventory-MUG@73 a reservation for o-1 is made a second time',
      )
    })

    it('goods that come back twice, or were never sold', () => {
      const order = pay(history, 'o-1')
      order.refundRequested()
      order.refunded()
      order.returned()
      order.returned()
      steps(history, 'o-2').returned()
      const problems = found(history)
      expect(problems).to.include('stock inventory-MUG@4 the return o-1/r-1 is entered twice')
      expect(problems).to.include('stock inventory-MUG@4 6 were returned from o-1, and 3 were sold to it')
      expect(problems).to.include('stock inventory-MUG@5 3 are returned from o-2, to which none were sold')
      expect(problems).to.include(
        'decision inventory-MUG@4 ReturnStock would have made nothing with other data or in other number',
      )
    })
  })

  describe('of orders finds one that', () => {
    it('is reserved without its stock', () => {
      const order = steps(history, 'o-1')
      order.placed()
      order.reserved()
      expect(found(history)).to.deep.equal([
        'order-stock order-o-1@1 it is reserved, and of the 3 of MUG nothing is reserved',
        'order-stock order-o-1@1 it is reserved, and of the 1 of SHIRT nothing is reserved',
      ])
    })

    const reserved = (id = 'o-1'): Steps => {
      const order = steps(history, id)
      order.placed()
      order.stockReserved()
      order.reserved()
      return order
    }

    it('is paid for without a capture', () => {
      const order = reserved()
      order.initiated()
      order.authorized()
      order.committed()
      order.paid()
      expect(found(history)).to.deep.equal([
        'capture order-o-1@2 it is paid for with 71.28 EUR, and its payment is authorized',
        'refund order-o-1@end captures less refunds are 0.00 EUR, the order says 71.28 EUR',
      ])
    })

    it('is paid for with another amount than was captured, or before its goods are committed', () => {
      const order = reserved()
      order.initiated()
      order.authorized()
      history.add('payment-o-1', [
        { type: 'PaymentCaptured', data: { paymentId: 'o-1', amount: eur(7_000), capturedAt: at(3) } },
      ])
      order.paid()
      expect(found(history)).to.deep.equal([
        'capture order-o-1@2 it is paid for with 71.28 EUR, and 70.00 EUR were captured',
        'order-stock order-o-1@2 it is paid for, and of the 3 of MUG 3 are open',
        'order-stock order-o-1@2 it is paid for, and of the 1 of SHIRT 1 are open',
        'refund order-o-1@end captures less refunds are 70.00 EUR, the order says 71.28 EUR',
      ])
    })

    it('is cancelled with stock reserved and money held', () => {
      const order = reserved()
      order.initiated()
      order.authorized()
      order.cancelling()
      order.cancelled()
      expect(found(history)).to.deep.equal([
        'capture order-o-1@3 it is cancelled, and its payment is authorized: money may be held',
        'order-stock order-o-1@3 it is cancelled, and 3 of MUG are reserved',
        'order-stock order-o-1@3 it is cancelled, and 1 of SHIRT are reserved',
      ])
    })

    it('is cancelled and keeps the money and the goods', () => {
      const order = reserved()
      order.initiated()
      order.authorized()
      order.committed()
      order.captured()
      order.cancelling()
      order.cancelled()
      expect(found(history)).to.deep.equal([
        'capture order-o-1@3 it is cancelled, and 7128 of the captured money are kept',
        'order-stock order-o-1@3 it is cancelled, and of the 3 of MUG 0 were put back',
        'order-stock order-o-1@3 it is cancelled, and of the 1 of SHIRT 0 were put back',
        'refund order-o-1@end captures less refunds are 71.28 EUR, the order says 0.00 EUR',
      ])
    })

    it('is charged after it was cancelled', () => {
      const order = reserved()
      order.cancelling()
      order.released()
      order.cancelled()
      order.initiated()
      order.authorized()
      order.captured()
      expect(found(history)).to.include(
        'capture payment-o-1@2 71.28 EUR are captured for an order that is cancelled',
      )
    })

    it('a payment asks too much for, or of somebody else, or that is not there', () => {
      reserved()
      steps(history, 'o-1', { totals: { ...totals, total: eur(9_999) } }).initiated()
      steps(history, 'ghost').initiated()
      expect(found(history)).to.deep.equal([
        'capture payment-o-1@0 it asks for 99.99 EUR of c-1, the order for 71.28 EUR of c-1',
        'capture payment-ghost@0 it is for an order that is not there',
      ])
    })
  })

  describe('of refunds finds one', () => {
    it('that is settled without money or goods given back', () => {
      const order = pay(history, 'o-1')
      order.refundRequested()
      order.settled()
      expect(found(history)).to.include.members([
        'refund order-o-1@4 the refund r-1 of 71.28 EUR is settled, and the payment gave nothing back',
        'order-stock order-o-1@4 the refund r-1 puts 3 of MUG back, and 0 came back',
        'capture order-o-1@5 it is cancelled, and 7128 of the captured money are kept',
      ])
    })

    it('that the order knows nothing of, or another amount', () => {
      const order = pay(history, 'o-1')
      order.refunded(100)
      const other = pay(history, 'o-2')
      other.refundRequested(false)
      other.refunded(100)
      other.settled()
      expect(found(history)).to.include.members([
        'refund payment-o-1@3 1.00 EUR are refunded as r-1, for which the order asks nothing',
        'refund payment-o-2@3 1.00 EUR are refunded as r-1, for which the order asks 71.28 EUR',
        'refund order-o-2@4 the refund r-1 of 71.28 EUR is settled, and the payment gave 1.00 EUR back',
      ])
    })

    it('of more than was captured', () => {
      const order = pay(history, 'o-1')
      order.refunded(8_000)
      expect(found(history)).to.include('refund payment-o-1@3 872 more are refunded than were captured')
    })

    it('that is reversed without the payment knowing, and nothing wrong where it knows', () => {
      const failure = { refundId: 'r-1', amount: totals.total, code: 'no', message: 'no', reversedAt: at(9) }
      for (const isKnown of [true, false]) {
        const other = createHistory()
        received(other, 'MUG', 10)
        received(other, 'SHIRT', 10)
        const order = pay(other, 'o-1')
        order.refundRequested()
        order.refunded()
        order.returned()
        order.settled()
        if (isKnown) {
          other.add('payment-o-1', [
            { type: 'PaymentRefundReversed', data: { paymentId: 'o-1', ...failure } },
          ])
        }
        other.add('order-o-1', [{ type: 'RefundReversed', data: { orderId: 'o-1', ...failure } }])
        const expected = 'refund order-o-1@6 the refund r-1 has failed, of which its payment knows nothing'
        expect(found(other).includes(expected)).to.equal(!isKnown)
        if (isKnown) expect(found(other)).to.deep.equal([])
      }
    })

    it('that has failed without the payment knowing', () => {
      const order = pay(history, 'o-1')
      order.refundRequested()
      history.add('order-o-1', [
        {
          type: 'RefundFailed',
          data: { orderId: 'o-1', refundId: 'r-1', code: 'no', message: 'no', failedAt: at(8) },
        },
      ])
      expect(found(history)).to.deep.equal([
        'refund order-o-1@4 the refund r-1 has failed, of which its payment knows nothing',
      ])
    })
  })

  describe('of wallets finds', () => {
    it('more held than there is', () => {
      topUp(history, 100)
      wallet(history, 'FundsHeld', 'h1', 101, 'heldAt')
      expect(found(history)).to.deep.equal([
        'wallet wallet-c-1@1 -1 are available',
        'decision wallet-c-1@1 Hold would have been refused: insufficient_funds',
      ])
    })

    it('a hold that is closed twice, by more than it held', () => {
      topUp(history, 100)
      wallet(history, 'FundsHeld', 'h1', 60, 'heldAt')
      wallet(history, 'HoldReleased', 'h1', 60, 'releasedAt')
      wallet(history, 'HoldReleased', 'h1', 60, 'releasedAt')
      wallet(history, 'FundsHeld', 'h1', 10, 'heldAt')
      expect(found(history)).to.include.members([
        'wallet wallet-c-1@3 the hold h1 is released, and was released before',
        'wallet wallet-c-1@3 -60 are held',
        'wallet wallet-c-1@4 the hold h1 is made, and was released before',
      ])
    })

    it('money of another currency', () => {
      topUp(history, 100)
      history.add('wallet-c-1', [
        {
          type: 'WalletToppedUp',
          data: {
            ...{ customerId: 'c-1', topUpId: 't2', reference: 'card', toppedUpAt: at(0) },
            amount: { amount: 100, currency: 'JPY' },
          },
        },
      ])
      expect(found(history)).to.include('wallet wallet-c-1@1 JPY are moved in a wallet of EUR')
    })

    it('a payment that says what the wallet does not', () => {
      topUp(history, 10_000)
      const order = steps(history, 'o-1', { provider: 'wallet' })
      order.placed()
      order.stockReserved()
      order.reserved()
      order.initiated()
      order.authorized()
      order.committed()
      order.captured()
      order.paid()
      order.refundRequested()
      order.refunded()
      expect(found(history)).to.deep.equal([
        'capture payment-o-1@2 71.28 EUR are captured, and the hold in the wallet is not there',
        'refund payment-o-1@3 71.28 EUR are refunded, and the wallet was credited with nothing',
      ])
    })
  })

  it('counts what it does not keep', () => {
    const told: string[] = []
    const audit = createAudit({ keep: 2, onFinding: ({ law }) => told.push(law) })
    const other = (event: StoredEvent): StoredEvent => ({ ...event, stream: 'payment-x' })
    for (let turn = 0; turn < 5; turn += 1) for (const event of history.events) audit.take(other(event))
    const { broken, findings } = audit.finish()
    expect(broken.category).to.equal(10)
    expect(findings.filter(({ law }) => law === 'category')).to.have.length(2)
    expect(told.filter((law) => law === 'category')).to.have.length(2)
  })

  it('gives out the states that it has folded', () => {
    pay(history, 'o-1')
    steps(history, 'o-2').paid()
    const audit = createAudit()
    for (const event of history.events) audit.take(event)
    expect(
      [...audit.states.order()].map(({ id, revision, state }) => [id, revision, state.status]),
    ).to.deep.equal([['o-1', 2, 'paid']])
    expect([...audit.states.inventory()].map(({ id, state }) => [id, state.available])).to.deep.equal([
      ['MUG', 7],
      ['SHIRT', 9],
    ])
    expect([...audit.states.payment()]).to.have.length(1)
    expect([...audit.states.wallet()]).to.have.length(0)
  })
})
