import { expect } from 'chai'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import { createEventLog } from '../testing/event-log.ts'
import { eur, minute, paymentInitiated } from '../testing/histories.ts'
import { evolvePayment } from './payment-row.ts'
import type { PaymentRow } from './tables.ts'

const paymentId = 'o1'
const initiated = paymentInitiated(paymentId, 1_000)
const authorized: PaymentEvent = {
  type: 'PaymentAuthorized',
  data: { paymentId, providerReference: 'auth', authorizedAt: minute(3) },
}
const captured: PaymentEvent = {
  type: 'PaymentCaptured',
  data: { paymentId, amount: eur(1_000), capturedAt: minute(4) },
}
const reversed = (refundId: string, amount: number): PaymentEvent => ({
  type: 'PaymentRefundReversed',
  data: { paymentId, refundId, amount: eur(amount), ...failure, reversedAt: minute(6) },
})
const refunded = (refundId: string, amount: number): PaymentEvent => ({
  type: 'PaymentRefunded',
  data: { paymentId, refundId, amount: eur(amount), providerReference: refundId, refundedAt: minute(5) },
})
const failure = { code: 'refused', message: 'the bank said no' }

const rowAfter = (...events: PaymentEvent[]): PaymentRow => {
  const log = createEventLog()
  let row: PaymentRow | undefined
  for (const event of events) row = evolvePayment(row, log.append(`payment-${paymentId}`, event))
  if (row === undefined) throw new Error('a row needs an event')
  return row
}

describe('the row of a payment', () => {
  it('shows what is to be paid and how', () => {
    expect(rowAfter(initiated)).to.deep.include({
      id: paymentId,
      order_id: paymentId,
      customer_id: 'ada',
      status: 'pending',
      provider: 'simulator',
      payment_method_id: 'sim_approve',
      currency: 'EUR',
      amount: 1_000,
      captured_amount: 0,
      refunded_amount: 0,
      failure: null,
      provider_reference: null,
      opened_at: minute(2),
      updated_at: minute(2),
    })
    expect(rowAfter(initiated, authorized)).to.include({
      provider_reference: 'auth',
      opened_at: minute(2),
      updated_at: minute(3),
    })
  })

  const cases: [string, PaymentEvent[], Partial<PaymentRow>][] = [
    ['authorised', [initiated, authorized], { status: 'authorized' }],
    ['captured', [initiated, authorized, captured], { status: 'captured', captured_amount: 1_000 }],
    [
      'declined',
      [initiated, { type: 'PaymentDeclined', data: { paymentId, ...failure, declinedAt: minute(3) } }],
      { status: 'declined', failure },
    ],
    [
      'failed at capture',
      [
        initiated,
        authorized,
        { type: 'PaymentCaptureFailed', data: { paymentId, ...failure, failedAt: minute(4) } },
      ],
      { status: 'failed', failure },
    ],
    [
      'voided',
      [
        initiated,
        authorized,
        { type: 'PaymentVoided', data: { paymentId, reason: 'cancelled', voidedAt: minute(4) } },
      ],
      { status: 'voided' },
    ],
    [
      'closed before it was begun',
      [{ type: 'PaymentVoided', data: { paymentId, reason: 'cancelled', voidedAt: minute(4) } }],
      { status: 'voided', order_id: paymentId, amount: null },
    ],
    [
      'refunded in part',
      [initiated, authorized, captured, refunded('r1', 400)],
      { status: 'partially_refunded', refunded_amount: 400 },
    ],
    [
      'refunded',
      [initiated, authorized, captured, refunded('r1', 400), refunded('r2', 600)],
      { status: 'refunded', refunded_amount: 1_000 },
    ],
    [
      'captured still, where a refund failed',
      [
        ...[initiated, authorized, captured],
        { type: 'PaymentRefundFailed', data: { paymentId, refundId: 'r1', ...failure, failedAt: minute(5) } },
      ],
      { status: 'captured', failure },
    ],
    [
      'captured again, where its one refund was reversed',
      [initiated, authorized, captured, refunded('r1', 1_000), reversed('r1', 1_000)],
      { status: 'captured', refunded_amount: 0, failure },
    ],
    [
      'refunded in part, where another refund was reversed',
      [initiated, authorized, captured, refunded('r1', 400), refunded('r2', 600), reversed('r2', 600)],
      { status: 'partially_refunded', refunded_amount: 400, failure },
    ],
    [
      'refunded, where a reversed refund was made anew',
      [
        ...[initiated, authorized, captured, refunded('r1', 1_000)],
        reversed('r1', 1_000),
        refunded('r1', 1_000),
      ],
      { status: 'refunded', refunded_amount: 1_000, failure: null },
    ],
  ]
  for (const [name, events, expected] of cases) {
    it(`is ${name}`, () => {
      expect(rowAfter(...events)).to.deep.include(expected)
    })
  }

  it('has every status that it had', () => {
    const { history } = rowAfter(initiated, authorized, captured, refunded('r1', 400), refunded('r2', 100))
    expect(history.map(({ status, at, cause }) => [status, at, cause.type])).to.deep.equal([
      ['pending', minute(2), 'PaymentInitiated'],
      ['authorized', minute(3), 'PaymentAuthorized'],
      ['captured', minute(4), 'PaymentCaptured'],
      ['partially_refunded', minute(5), 'PaymentRefunded'],
    ])
  })
})
