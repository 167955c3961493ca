import { expect } from 'chai'
import fc from 'fast-check'
import { itKeepsItsLaws } from '../testing/laws.ts'
import { at, eur } from '../testing/orders.ts'
import { paymentDecider, type PaymentCommand } from './decide.ts'
import { paymentContracts, type PaymentEvent } from './events.ts'
import { paymentSnapshots } from './snapshot.ts'
import type { Payment } from './state.ts'

const paymentId = 'pay-1'
const particulars = {
  orderId: 'o-1',
  customerId: 'c-1',
  amount: eur(1000),
  provider: 'simulator',
  paymentMethodId: 'sim_approve',
}

const of = <Type extends string>(
  type: Type,
): { type: fc.Arbitrary<Type>; paymentId: fc.Arbitrary<string>; at: fc.Arbitrary<string> } => ({
  type: fc.constant(type),
  paymentId: fc.constant(paymentId),
  at: fc.integer({ min: 0, max: 30 }).map(at),
})
const amount = fc.integer({ min: 0, max: 1100 }).map(eur)
const refundId = fc.constantFrom('r-1', 'r-2', 'r-3')
const failure = { code: fc.constantFrom('a', 'b'), message: fc.constant('') }

const commands: fc.Arbitrary<PaymentCommand> = fc.oneof(
  fc.record(of('InitiatePayment')).map((command) => ({ ...command, ...particulars })),
  fc.record({ ...of('RecordAuthorization'), providerReference: fc.constantFrom('ref-1', 'ref-2') }),
  fc.record({ ...of('RecordDecline'), ...failure }),
  fc.record({ ...of('RecordCapture'), amount }),
  fc.record({ ...of('RecordCaptureFailure'), ...failure }),
  fc.record({ ...of('VoidPayment'), reason: fc.constant('expired') }),
  fc.record({ ...of('RecordRefund'), refundId, amount, providerReference: fc.constant('ref-3') }),
  fc.record({ ...of('RecordRefundFailure'), refundId, ...failure }),
  fc.record({ ...of('RecordRefundReversal'), refundId, ...failure }),
)

const initiated: PaymentEvent = {
  type: 'PaymentInitiated',
  data: { paymentId, ...particulars, initiatedAt: at(0) },
}
const authorized: PaymentEvent = {
  type: 'PaymentAuthorized',
  data: { paymentId, providerReference: 'ref-1', authorizedAt: at(0) },
}
const captured: PaymentEvent = {
  type: 'PaymentCaptured',
  data: { paymentId, amount: eur(900), capturedAt: at(0) },
}

/** From each status, where one decision may lead. */
const ways: Record<Payment['status'], readonly Payment['status'][]> = {
  none: ['pending', 'voided'],
  pending: ['authorized', 'declined', 'voided'],
  authorized: ['captured', 'failed', 'voided'],
  failed: ['captured', 'voided'],
  captured: ['partially_refunded', 'refunded'],
  // back where a refund is reversed
  partially_refunded: ['refunded', 'captured'],
  refunded: ['partially_refunded', 'captured'],
  declined: [],
  voided: [],
}

const invariant = (payment: Payment, history: readonly PaymentEvent[], before: Payment): void => {
  if (payment.status !== before.status) expect(ways[before.status]).to.include(payment.status)

  const captures = history.filter((event) => event.type === 'PaymentCaptured')
  const refunds = history.filter((event) => event.type === 'PaymentRefunded')
  expect(captures).to.have.property('length').that.is.at.most(1)
  const reversals = history.filter((event) => event.type === 'PaymentRefundReversed')
  for (const id of new Set(refunds.map((event) => event.data.refundId))) {
    const timesOf = (some: readonly { data: { refundId: string } }[]): number =>
      some.filter((event) => event.data.refundId === id).length
    expect(timesOf(refunds) - timesOf(reversals), `${id} made and not reversed`).to.be.oneOf([0, 1])
  }

  const taken = captures.reduce((sum, event) => sum + event.data.amount.amount, 0)
  const amountOf = (some: readonly { data: { amount: { amount: number } } }[]): number =>
    some.reduce((sum, event) => sum + event.data.amount.amount, 0)
  const back = amountOf(refunds) - amountOf(reversals)
  expect(taken).to.be.at.most(particulars.amount.amount)
  expect(back).to.be.at.most(taken)
  if (payment.status === 'refunded') expect(back).to.equal(taken)
  if (payment.status === 'voided') expect(taken).to.equal(0)
}

describe('Payment: laws', () => {
  itKeepsItsLaws({
    decider: paymentDecider,
    contracts: paymentContracts,
    snapshots: paymentSnapshots,
    commands,
    beginnings: [[], [initiated], [initiated, authorized], [initiated, authorized, captured]],
    invariant,
  })
})
