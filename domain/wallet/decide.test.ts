import { expect } from 'chai'
import { fold } from '../decider.ts'
import { ImpossibleHistory } from '../impossible-history.ts'
import { specification } from '../testing/given.ts'
import { at, eur } from '../testing/orders.ts'
import { walletDecider, type WalletCommand } from './decide.ts'
import { walletContracts, type WalletEvent } from './events.ts'
import type { Wallet } from './state.ts'

const given = specification(walletDecider, walletContracts)
const after = (...events: WalletEvent[]): Wallet => fold(walletDecider, events)

const customerId = 'c-1'
const usd = { amount: 100, currency: 'USD' }

const toppedUp = (amount: number): WalletEvent => ({
  type: 'WalletToppedUp',
  data: { customerId, topUpId: 't-1', amount: eur(amount), reference: 'bank 1', toppedUpAt: at(0) },
})
const credited = {
  type: 'WalletCredited',
  data: {
    customerId,
    creditId: 'cr-1',
    amount: eur(200),
    refundedHoldId: 'h-0',
    reason: 'refund r-1',
    creditedAt: at(0),
  },
} satisfies WalletEvent
const held = (amount: number, holdId = 'h-1'): WalletEvent => ({
  type: 'FundsHeld',
  data: { customerId, holdId, amount: eur(amount), heldAt: at(1) },
})
const captured = (amount: number): WalletEvent => ({
  type: 'HoldCaptured',
  data: { customerId, holdId: 'h-1', amount: eur(amount), capturedAt: at(2) },
})
const released = (amount: number): WalletEvent => ({
  type: 'HoldReleased',
  data: { customerId, holdId: 'h-1', amount: eur(amount), releasedAt: at(2) },
})

const topUp = (amount: number) =>
  ({
    type: 'TopUp',
    customerId,
    topUpId: 't-1',
    amount: eur(amount),
    reference: 'bank 1',
    at: at(0),
  }) as const
const credit = {
  type: 'Credit',
  customerId,
  creditId: 'cr-1',
  amount: eur(200),
  refundedHoldId: 'h-0',
  reason: 'refund r-1',
  at: at(0),
} as const
const hold = (amount: number) =>
  ({ type: 'Hold', customerId, holdId: 'h-1', amount: eur(amount), at: at(1) }) as const
const capture = (amount: number) =>
  ({ type: 'CaptureHold', customerId, holdId: 'h-1', amount: eur(amount), at: at(2) }) as const
const release = { type: 'ReleaseHold', customerId, holdId: 'h-1', currency: 'EUR', at: at(2) } as const

describe('Wallet: money that comes in', () => {
  it('is topped up once a top-up', () => {
    given().when(topUp(500)).thenEvents(toppedUp(500))
    given(toppedUp(500)).when(topUp(500)).thenNothing()
    given(toppedUp(500))
      .when(topUp(501))
      .thenRejected({ type: 'top_up_differs', id: 't-1', customerId, command: 'TopUp' })
    expect(after(toppedUp(500))).to.include({ currency: 'EUR', available: 500, held: 0 })
  })
  it('is credited once a credit', () => {
    given().when(credit).thenEvents(credited)
    given(credited).when(credit).thenNothing()
    given(credited)
      .when({ ...credit, amount: eur(201) })
      .thenRejected({ type: 'credit_differs', id: 'cr-1', customerId, command: 'Credit' })
    expect(after(toppedUp(500), credited)).to.include({ available: 700 })
  })

  it('is credited as a courtesy where no hold is named', () => {
    const courtesy = { type: 'Credit', customerId, creditId: 'cr-1', amount: eur(200) } as const
    given()
      .when({ ...courtesy, reason: 'sorry', at: at(0) })
      .thenEvents({ ...credited, data: { ...credited.data, refundedHoldId: null, reason: 'sorry' } })
  })
  it('is something', () => {
    given().when(topUp(0)).thenRejected({ type: 'amount_empty', customerId, command: 'TopUp' })
    given()
      .when({ ...credit, amount: eur(0) })
      .thenRejected({ type: 'amount_empty', customerId, command: 'Credit' })
  })
})

describe('Wallet: holds', () => {
  it('are made of what is available, never of more', () => {
    given(toppedUp(500)).when(hold(500)).thenEvents(held(500))
    given(toppedUp(500))
      .when(hold(501))
      .thenRejected({
        type: 'insufficient_funds',
        requested: eur(501),
        available: eur(500),
        customerId,
        command: 'Hold',
      })
    given(toppedUp(500), held(400, 'h-2'))
      .when(hold(101))
      .thenRejected({
        type: 'insufficient_funds',
        requested: eur(101),
        available: eur(100),
        customerId,
        command: 'Hold',
      })
    given()
      .when(hold(1))
      .thenRejected({
        type: 'insufficient_funds',
        requested: eur(1),
        available: eur(0),
        customerId,
        command: 'Hold',
      })
    expect(after(toppedUp(500), held(400))).to.include({ available: 100, held: 400 })
  })
  it('are made once, even where nothing is left', () => {
    given(toppedUp(500), held(500)).when(hold(500)).thenNothing()
    given(toppedUp(500), held(500))
      .when(hold(400))
      .thenRejected({ type: 'hold_differs', id: 'h-1', customerId, command: 'Hold' })
  })
  it('may be of nothing, for an order that costs nothing', () => {
    given().when(hold(0)).thenEvents(held(0))
    given(held(0)).when(hold(0)).thenNothing()
    given(held(0)).when(capture(0)).thenEvents(captured(0))
  })
  it('are captured once; what is left of one becomes available', () => {
    given(toppedUp(500), held(400)).when(capture(400)).thenEvents(captured(400))
    given(toppedUp(500), held(400)).when(capture(300)).thenEvents(captured(300))
    given(toppedUp(500), held(400), captured(400)).when(capture(400)).thenNothing()
    expect(after(toppedUp(500), held(400), captured(400))).to.include({ available: 100, held: 0 })
    expect(after(toppedUp(500), held(400), captured(300))).to.include({ available: 200, held: 0 })
  })
  it('are captured at most whole', () => {
    given(toppedUp(500), held(400))
      .when(capture(401))
      .thenRejected({
        type: 'capture_exceeds_hold',
        held: eur(400),
        asked: eur(401),
        customerId,
        command: 'CaptureHold',
      })
    given(toppedUp(500), held(400), captured(300)).when(capture(100)).thenRejected({
      type: 'hold_closed',
      holdId: 'h-1',
      closedAs: 'captured',
      customerId,
      command: 'CaptureHold',
    })
    given(toppedUp(500))
      .when(capture(400))
      .thenRejected({ type: 'hold_unknown', holdId: 'h-1', customerId, command: 'CaptureHold' })
  })
  it('are released once', () => {
    given(toppedUp(500), held(400)).when(release).thenEvents(released(400))
    given(toppedUp(500), held(400), released(400)).when(release).thenNothing()
    expect(after(toppedUp(500), held(400), released(400))).to.include({ available: 500, held: 0 })
  })
  it('are either captured or released, and never made again', () => {
    const closed = [
      { history: [toppedUp(500), held(400), captured(400)], closedAs: 'captured' },
      { history: [toppedUp(500), held(400), released(400)], closedAs: 'released' },
    ] as const
    for (const { history, closedAs } of closed) {
      const late: WalletCommand[] = [hold(400), closedAs === 'captured' ? release : capture(400)]
      for (const command of late) {
        given(...history)
          .when(command)
          .thenRejected({
            type: 'hold_closed',
            holdId: 'h-1',
            closedAs,
            customerId,
            command: command.type,
          })
      }
    }
  })
  it('are refused after a release that overtook them', () => {
    given(toppedUp(500)).when(release).thenEvents(released(0))
    given().when(release).thenEvents(released(0))
    given(released(0), toppedUp(500)).when(hold(400)).thenRejected({
      type: 'hold_closed',
      holdId: 'h-1',
      closedAs: 'released',
      customerId,
      command: 'Hold',
    })
    given(toppedUp(500), released(0)).when(release).thenNothing()
    expect(after(released(0))).to.include({ currency: null, available: 0, held: 0 })
  })
  it('can only be captured where they were made', () => {
    expect(() => after(toppedUp(500), captured(1))).to.throw(
      ImpossibleHistory,
      "HoldCaptured can't follow in status none",
    )
    expect(() => after(toppedUp(500), held(1), captured(1), captured(1))).to.throw(
      ImpossibleHistory,
      "HoldCaptured can't follow in status captured",
    )
  })
})

describe('Wallet: currency', () => {
  it('is that of the first money, for good', () => {
    const commands: WalletCommand[] = [
      { ...topUp(1), amount: usd },
      { ...credit, amount: usd },
      { ...hold(1), amount: usd },
      { ...capture(1), amount: usd },
    ]
    for (const command of commands) {
      given(toppedUp(500)).when(command).thenRejected({
        type: 'currency_differs',
        currency: 'EUR',
        asked: 'USD',
        customerId,
        command: command.type,
      })
    }
    given(toppedUp(500), held(400))
      .when({ ...hold(400), amount: { amount: 400, currency: 'USD' } })
      .thenRejected({ type: 'hold_differs', id: 'h-1', customerId, command: 'Hold' })
  })
})
