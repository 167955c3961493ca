import { expect } from 'chai'
import { fold } from '../decider.ts'
import { ImpossibleHistory } from '../impossible-history.ts'
import {
  allGoods,
  dispatched,
  expired,
  fulfilmentStarted,
  paid,
  placed,
  refundFailed,
  refundRequested,
  refundRetried,
  refundSettled,
  reserved,
  takenBack,
} from '../testing/orders.ts'
import { orderDecider } from './decide.ts'
import type { OrderEvent } from './events.ts'
import { refundsOf } from './state.ts'

describe('Order: its state', () => {
  it('counts how often a refund was asked for', () => {
    const history = [placed, reserved, paid, refundRequested('r-1', 500)]
    const tries = (...events: OrderEvent[]): number[] =>
      refundsOf(fold(orderDecider, [...history, ...events])).map((refund) => refund.tries)
    expect(tries()).to.deep.equal([1])
    expect(tries(refundFailed('r-1'), refundRequested('r-2', 1))).to.deep.equal([1, 1])
    expect(tries(refundFailed('r-1'), refundRetried('r-1'), refundSettled('r-1', 500))).to.deep.equal([2])
  })

  const histories: Record<string, OrderEvent[]> = {
    "OrderReserved can't follow in status none": [reserved],
    "OrderPlaced can't follow in status placed": [placed, placed],
    "OrderPaid can't follow in status placed": [placed, paid],
    "ShipmentDispatched can't follow in status paid": [placed, reserved, paid, dispatched('s-1', allGoods)],
    "FulfilmentStarted can't follow in status fulfilling": [
      placed,
      reserved,
      paid,
      fulfilmentStarted,
      fulfilmentStarted,
    ],
    "RefundSettled can't follow in status reserved": [placed, reserved, refundSettled('r-1', 1)],
    "RefundRequested can't follow in status placed": [placed, refundRequested('r-1', 1)],
    "RefundRequested can't follow in status expired": [placed, expired, takenBack('r-1', 1)],
  }
  for (const [why, history] of Object.entries(histories)) {
    it(`does not come about where ${why}`, () => {
      expect(() => fold(orderDecider, history)).to.throw(ImpossibleHistory, why)
    })
  }
})
