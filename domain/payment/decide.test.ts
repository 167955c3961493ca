import { expect } from 'chai'
import { fold } from '../decider.ts'
import { ImpossibleHistory } from '../impossible-history.ts'
import { specification } from '../testing/given.ts'
import { at, eur } from '../testing/orders.ts'
import { decide, paymentDecider, type PaymentCommand } from './decide.ts'
import { paymentContracts, type PaymentEvent } from './events.ts'
import { everyCommandInEverySituation, type Answers as AnswersTo } from '../testing/transitions.ts'

const given = specification(paymentDecider, paymentContracts)

const paymentId = 'pay-1'
const particulars = {
  paymentId,
  orderId: 'o-1',
  customerId: 'c-1',
  amount: eur(7128),
  provider: 'simulator',
  paymentMethodId: 'sim_approve',
}
const failure = { code: 'insufficient_funds', message: 'Not enough' }

const initiated: PaymentEvent = { type: 'PaymentInitiated', data: { ...particulars, initiatedAt: at(0) } }
const authorized: PaymentEvent = {
  type: 'PaymentAuthorized',
  data: { paymentId, providerReference: 'ref-1', authorizedAt: at(1) },
}
const declined: PaymentEvent = {
  type: 'PaymentDeclined',
  data: { paymentId, ...failure, declinedAt: at(1) },
}
const captured: PaymentEvent = {
  type: 'PaymentCaptured',
  data: { paymentId, amount: eur(7128), capturedAt: at(2) },
}
const captureFailed: PaymentEvent = {
  type: 'PaymentCaptureFailed',
  data: { paymentId, ...failure, failedAt: at(2) },
}
const voided: PaymentEvent = {
  type: 'PaymentVoided',
  data: { paymentId, reason: 'expired', voidedAt: at(3) },
}
const refunded = (refundId: string, amount: number): PaymentEvent => ({
  type: 'PaymentRefunded',
  data: {
    paymentId,
    refundId,
    amount: eur(amount),
    providerReference: `ref-${refundId}`,
    refundedAt: at(4),
  },
})
const refundFailed = (refundId: string): PaymentEvent => ({
  type: 'PaymentRefundFailed',
  data: { paymentId, refundId, ...failure, failedAt: at(4) },
})

const refundReversed = (refundId: string, amount: number): PaymentEvent => ({
  type: 'PaymentRefundReversed',
  data: { paymentId, refundId, amount: eur(amount), ...failure, reversedAt: at(5) },
})

const initiate = { type: 'InitiatePayment', ...particulars, at: at(0) } as const
const authorize = { type: 'RecordAuthorization', paymentId, providerReference: 'ref-1', at: at(1) } as const
const capture = { type: 'RecordCapture', paymentId, amount: eur(7128), at: at(2) } as const
const refund = (refundId: string, amount: number) =>
  ({
    type: 'RecordRefund',
    paymentId,
    refundId,
    amount: eur(amount),
    providerReference: `ref-${refundId}`,
    at: at(4),
  }) as const
const reverseRefund = (refundId: string) =>
  ({ type: 'RecordRefundReversal', paymentId, refundId, ...failure, at: at(5) }) as const
const failRefund = (refundId: string) =>
  ({ type: 'RecordRefundFailure', paymentId, refundId, ...failure, at: at(4) }) as const

const commands = {
  initiate,
  authorize,
  decline: { type: 'RecordDecline', paymentId, ...failure, at: at(1) },
  capture,
  failCapture: { type: 'RecordCaptureFailure', paymentId, ...failure, at: at(2) },
  void: { type: 'VoidPayment', paymentId, reason: 'expired', at: at(3) },
  refund: refund('r-1', 1000),
  failRefund: failRefund('r-1'),
  reverseRefund: reverseRefund('r-1'),
} as const satisfies Record<string, PaymentCommand>

type Answers = AnswersTo<typeof commands>

const unknown = '! payment_unknown'
const closed = '! payment_voided'
const isCaptured: Answers = { initiate: '-', authorize: '-', capture: '-', void: '! payment_captured' }
const isVoided: Answers = {
  initiate: closed,
  authorize: closed,
  decline: closed,
  capture: closed,
  failCapture: closed,
  void: '-',
  refund: closed,
  failRefund: closed,
  reverseRefund: closed,
}

describe('Payment: every command in every situation', () => {
  everyCommandInEverySituation(paymentDecider, commands, {
    none: {
      status: 'none',
      history: [],
      answers: {
        initiate: 'PaymentInitiated',
        authorize: unknown,
        decline: unknown,
        capture: unknown,
        failCapture: unknown,
        void: 'PaymentVoided',
        refund: unknown,
        failRefund: unknown,
        reverseRefund: unknown,
      },
    },
    pending: {
      status: 'pending',
      history: [initiated],
      answers: {
        initiate: '-',
        authorize: 'PaymentAuthorized',
        decline: 'PaymentDeclined',
        void: 'PaymentVoided',
      },
    },
    declined: {
      status: 'declined',
      history: [initiated, declined],
      answers: { initiate: '-', decline: '-', void: '-' },
    },
    authorized: {
      status: 'authorized',
      history: [initiated, authorized],
      answers: {
        initiate: '-',
        authorize: '-',
        capture: 'PaymentCaptured',
        failCapture: 'PaymentCaptureFailed',
        void: 'PaymentVoided',
      },
    },
    failed: {
      status: 'failed',
      history: [initiated, authorized, captureFailed],
      answers: {
        initiate: '-',
        authorize: '-',
        capture: 'PaymentCaptured',
        failCapture: '-',
        void: 'PaymentVoided',
      },
    },
    captured: {
      status: 'captured',
      history: [initiated, authorized, captured],
      answers: {
        ...isCaptured,
        refund: 'PaymentRefunded',
        failRefund: 'PaymentRefundFailed',
        reverseRefund: '! refund_unknown',
      },
    },
    'captured, a refund failed': {
      status: 'captured',
      history: [initiated, authorized, captured, refundFailed('r-1')],
      answers: { ...isCaptured, refund: 'PaymentRefunded', failRefund: '-', reverseRefund: '-' },
    },
    'partially refunded': {
      status: 'partially_refunded',
      history: [initiated, authorized, captured, refunded('r-1', 1000)],
      answers: {
        ...isCaptured,
        refund: '-',
        failRefund: '! refund_settled',
        reverseRefund: 'PaymentRefundReversed',
      },
    },
    refunded: {
      status: 'refunded',
      history: [initiated, authorized, captured, refunded('r-1', 1000), refunded('r-2', 6128)],
      answers: {
        ...isCaptured,
        refund: '-',
        failRefund: '! refund_settled',
        reverseRefund: 'PaymentRefundReversed',
      },
    },
    'voided from nothing': { status: 'voided', history: [voided], answers: isVoided },
    'voided while pending': { status: 'voided', history: [initiated, voided], answers: isVoided },
    'voided when authorized': {
      status: 'voided',
      history: [initiated, authorized, voided],
      answers: isVoided,
    },
    'voided after its capture was refused': {
      status: 'voided',
      history: [initiated, authorized, captureFailed, voided],
      answers: isVoided,
    },
  })
})

describe('Payment: authorising and capturing', () => {
  it('takes its whole course', () => {
    given().when(initiate).thenEvents(initiated)
    given(initiated).when(authorize).thenEvents(authorized)
    given(initiated).when(commands.decline).thenEvents(declined)
    given(initiated, authorized).when(capture).thenEvents(captured)
    given(initiated, authorized).when(commands.failCapture).thenEvents(captureFailed)
  })
  it('is initiated for one order, amount and method', () => {
    for (const other of [
      { orderId: 'o-2' },
      { customerId: 'c-2' },
      { provider: 'stripe' },
      { paymentMethodId: 'sim_decline' },
      { amount: eur(1) },
    ]) {
      given(initiated)
        .when({ ...initiate, ...other })
        .thenRejected({
          type: 'payment_differs',
          status: 'pending',
          paymentId,
          command: 'InitiatePayment',
        })
    }
  })
  it('believes a capture that was thought to have been refused', () => {
    given(initiated, authorized, captureFailed).when(capture).thenEvents(captured)
    expect(fold(paymentDecider, [initiated, authorized, captureFailed, captured])).to.deep.equal(
      fold(paymentDecider, [initiated, authorized, captured]),
    )
  })
  it('has one authorisation', () => {
    given(initiated, authorized)
      .when({ ...authorize, providerReference: 'ref-2' })
      .thenRejected({
        type: 'payment_differs',
        status: 'authorized',
        paymentId,
        command: 'RecordAuthorization',
      })
  })
  it('captures once', () => {
    given(initiated, authorized, captured)
      .when({ ...capture, amount: eur(1) })
      .thenRejected({
        type: 'payment_differs',
        status: 'captured',
        paymentId,
        command: 'RecordCapture',
      })
  })
  it('captures no more than was authorised, in its currency', () => {
    for (const asked of [eur(7129), { amount: 7128, currency: 'USD' }]) {
      given(initiated, authorized)
        .when({ ...capture, amount: asked })
        .thenRejected({
          type: 'capture_exceeds_authorization',
          authorized: eur(7128),
          asked,
          paymentId,
          command: 'RecordCapture',
        })
    }
    given(initiated, authorized)
      .when({ ...capture, amount: eur(7000) })
      .thenEvents({ type: 'PaymentCaptured', data: { paymentId, amount: eur(7000), capturedAt: at(2) } })
  })
})

describe('Payment: voiding', () => {
  const payment = (...events: PaymentEvent[]) => fold(paymentDecider, events)

  it('closes a payment that was never initiated', () => {
    given().when(commands.void).thenEvents(voided)
    given(voided)
      .when(initiate)
      .thenRejected({ type: 'payment_voided', paymentId, command: 'InitiatePayment' })
  })
  it('refuses an authorisation that arrives late, so that it is voided with the provider', () => {
    given(initiated, voided)
      .when(authorize)
      .thenRejected({ type: 'payment_voided', paymentId, command: 'RecordAuthorization' })
  })
  it('keeps what the provider has to be told', () => {
    expect(payment(voided)).to.deep.include({ initiated: null, providerReference: null })
    expect(payment(initiated, voided)).to.deep.include({ initiated: particulars, providerReference: null })
    expect(payment(initiated, authorized, voided)).to.deep.include({ providerReference: 'ref-1' })
    expect(payment(initiated, authorized, captureFailed, voided)).to.deep.include({
      providerReference: 'ref-1',
    })
  })
  it('comes too late for money that was captured', () => {
    given(initiated, authorized, captured)
      .when(commands.void)
      .thenRejected({
        type: 'payment_captured',
        status: 'captured',
        captured: eur(7128),
        paymentId,
        command: 'VoidPayment',
      })
  })
})

describe('Payment: refunding', () => {
  const paid = [initiated, authorized, captured]

  it('gives back in parts, at most what was captured', () => {
    given(...paid)
      .when(refund('r-1', 1000))
      .thenEvents(refunded('r-1', 1000))
    given(...paid, refunded('r-1', 1000))
      .when(refund('r-2', 6128))
      .thenEvents(refunded('r-2', 6128))
    given(...paid, refunded('r-1', 1000))
      .when(refund('r-2', 6129))
      .thenRejected({
        type: 'refund_exceeds_capture',
        refundable: eur(6128),
        asked: eur(6129),
        paymentId,
        command: 'RecordRefund',
      })
    given(...paid)
      .when({ ...refund('r-1', 1), amount: { amount: 1, currency: 'USD' } })
      .thenRejected({
        type: 'refund_exceeds_capture',
        refundable: eur(7128),
        asked: { amount: 1, currency: 'USD' },
        paymentId,
        command: 'RecordRefund',
      })
  })
  it('is of something', () => {
    given(...paid)
      .when(refund('r-1', 0))
      .thenRejected({ type: 'refund_empty', refundId: 'r-1', paymentId, command: 'RecordRefund' })
  })
  it('is done once a refund', () => {
    given(...paid, refunded('r-1', 1000))
      .when(refund('r-1', 1000))
      .thenNothing()
    given(...paid, refunded('r-1', 1000))
      .when(refund('r-1', 999))
      .thenRejected({ type: 'refund_differs', refundId: 'r-1', paymentId, command: 'RecordRefund' })
  })
  it('keeps each failure once, and forgets it when a later try goes through', () => {
    given(...paid)
      .when(failRefund('r-1'))
      .thenEvents(refundFailed('r-1'))
    given(...paid, refundFailed('r-1'))
      .when(failRefund('r-1'))
      .thenNothing()
    for (const other of [{ code: 'account_closed' }, { message: 'Still not enough' }]) {
      given(...paid, refundFailed('r-1'))
        .when({ ...failRefund('r-1'), ...other })
        .thenEvents({
          type: 'PaymentRefundFailed',
          data: { paymentId, refundId: 'r-1', ...failure, ...other, failedAt: at(4) },
        })
    }
    given(...paid, refundFailed('r-1'))
      .when(refund('r-1', 1000))
      .thenEvents(refunded('r-1', 1000))
    const both = fold(paymentDecider, [...paid, refundFailed('r-1'), refundFailed('r-2')])
    expect(both).to.have.property('failedRefunds').with.length(2)
    expect(paymentDecider.evolve(both, refunded('r-1', 1000)))
      .to.have.property('failedRefunds')
      .that.deep.equals([{ refundId: 'r-2', ...failure }])
  })
})

describe('Payment: a refund that the provider takes back', () => {
  const paid = [initiated, authorized, captured]
  const statusAfter = (...events: PaymentEvent[]): string => fold(paymentDecider, events).status

  it('is reversed once, with its amount, and can be made anew', () => {
    given(...paid, refunded('r-1', 1000))
      .when(reverseRefund('r-1'))
      .thenEvents(refundReversed('r-1', 1000))
    given(...paid, refunded('r-1', 1000), refundReversed('r-1', 1000))
      .when(reverseRefund('r-1'))
      .thenNothing()
    given(...paid, refunded('r-1', 1000), refundReversed('r-1', 1000))
      .when(refund('r-1', 1000))
      .thenEvents(refunded('r-1', 1000))
  })
  it('gives its money back to what can be refunded', () => {
    const back = [...paid, refunded('r-1', 7128), refundReversed('r-1', 7128)]
    given(...back)
      .when(refund('r-2', 7128))
      .thenEvents(refunded('r-2', 7128))
    expect(statusAfter(...paid, refunded('r-1', 7128))).to.equal('refunded')
    expect(statusAfter(...back)).to.equal('captured')
    expect(
      statusAfter(...paid, refunded('r-1', 7000), refunded('r-2', 128), refundReversed('r-2', 128)),
    ).to.equal('partially_refunded')
    expect(fold(paymentDecider, back))
      .to.have.property('failedRefunds')
      .that.deep.equals([{ refundId: 'r-1', ...failure }])
  })
  it('has to have been made', () => {
    given(...paid)
      .when(reverseRefund('r-1'))
      .thenRejected({ type: 'refund_unknown', refundId: 'r-1', paymentId, command: 'RecordRefundReversal' })
    given(...paid, refundFailed('r-1'))
      .when(reverseRefund('r-1'))
      .thenNothing()
  })
})

describe('Payment: news in the wrong order', () => {
  /** Applies what is accepted. */
  const told = (...news: PaymentCommand[]): string =>
    news.reduce((payment, command) => {
      const decision = decide(command, payment)
      return decision.accepted ? fold({ ...paymentDecider, initial: payment }, decision.events) : payment
    }, paymentDecider.initial).status

  it('a void that overtakes everything else wins', () => {
    expect(told(commands.void, initiate, authorize, capture)).to.equal('voided')
    expect(told(initiate, commands.void, authorize, capture)).to.equal('voided')
    expect(told(initiate, authorize, commands.void, capture)).to.equal('voided')
  })
  it('a capture that overtakes the void wins', () => {
    expect(told(initiate, authorize, capture, commands.void)).to.equal('captured')
  })
  it('a capture does not overtake its authorisation', () => {
    expect(told(initiate, capture, authorize)).to.equal('authorized')
    expect(told(initiate, capture, authorize, capture)).to.equal('captured')
  })
  it('everything twice is the same as once', () => {
    const course = [initiate, authorize, capture, failRefund('r-1'), refund('r-1', 7128)]
    expect(told(...course.flatMap((command) => [command, command]))).to.equal('refunded')
    expect(told(...course, ...course)).to.equal('refunded')
  })
  it('the first word on a decline stands', () => {
    expect(told(initiate, commands.decline, authorize)).to.equal('declined')
    expect(told(initiate, authorize, commands.decline)).to.equal('authorized')
  })
})

describe('Payment: a history that nobody decided', () => {
  it('is not folded', () => {
    expect(() => fold(paymentDecider, [initiated, captured])).to.throw(
      ImpossibleHistory,
      "PaymentCaptured can't follow in status pending",
    )
  })
})
