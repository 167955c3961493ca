import { accept, reject, type Decider, type Decision as DecisionOf } from '../decider.ts'
import { sameMoney, type Money } from '../values.ts'
import type { PaymentEvent } from './events.ts'
import {
  evolve,
  initial,
  isIn,
  refundedAmount,
  type Failure,
  type Payment,
  type PaymentIn,
  type PaymentStatus,
} from './state.ts'

/** Every command names its payment, and the time at which it is given: RFC 3339, UTC, milliseconds. */
interface Given<Type extends string> {
  readonly type: Type
  readonly paymentId: string
  readonly at: string
}

export interface InitiatePayment extends Given<'InitiatePayment'> {
  readonly orderId: string
  readonly customerId: string
  readonly amount: Money
  readonly provider: string
  readonly paymentMethodId: string
}
export interface RecordAuthorization extends Given<'RecordAuthorization'> {
  readonly providerReference: string
}
export interface RecordDecline extends Given<'RecordDecline'>, Failure {}
export interface RecordCapture extends Given<'RecordCapture'> {
  readonly amount: Money
}
/** Refused for good by the provider. */
export interface RecordCaptureFailure extends Given<'RecordCaptureFailure'>, Failure {}
export interface VoidPayment extends Given<'VoidPayment'> {
  readonly reason: string
}
export interface RecordRefund extends Given<'RecordRefund'> {
  readonly refundId: string
  readonly amount: Money
  readonly providerReference: string
}
export interface RecordRefundFailure extends Given<'RecordRefundFailure'>, Failure {
  readonly refundId: string
}
/** It was recorded as made, and the provider takes that back. */
export interface RecordRefundReversal extends Given<'RecordRefundReversal'>, Failure {
  readonly refundId: string
}

export type PaymentCommand =
  | InitiatePayment
  | RecordAuthorization
  | RecordDecline
  | RecordCapture
  | RecordCaptureFailure
  | VoidPayment
  | RecordRefund
  | RecordRefundFailure
  | RecordRefundReversal

export type PaymentRefusal =
  | { readonly type: 'payment_unknown' }
  /** Closed for good: whatever the provider has done or still does has to be voided with the provider. */
  | { readonly type: 'payment_voided' }
  /** Too late to void: the money has to be refunded. */
  | { readonly type: 'payment_captured'; readonly status: PaymentStatus; readonly captured: Money }
  | { readonly type: 'illegal_transition'; readonly status: PaymentStatus }
  /** The same payment was already recorded with other particulars, which stand. */
  | { readonly type: 'payment_differs'; readonly status: PaymentStatus }
  | { readonly type: 'capture_exceeds_authorization'; readonly authorized: Money; readonly asked: Money }
  | {
      readonly type: 'refund_unknown' | 'refund_differs' | 'refund_settled' | 'refund_empty'
      readonly refundId: string
    }
  | { readonly type: 'refund_exceeds_capture'; readonly refundable: Money; readonly asked: Money }

export type PaymentRejection = PaymentRefusal & {
  readonly paymentId: string
  readonly command: PaymentCommand['type']
}

type Decision = DecisionOf<PaymentEvent, PaymentRejection>
type KnownPayment = PaymentIn<PaymentStatus>

/** What is already so is accepted without events. A voided payment takes no news, so that none can be missed. */
export const decide = (command: PaymentCommand, payment: Payment): Decision => {
  if (command.type === 'VoidPayment') return voidPayment(command, payment)
  if (payment.status === 'voided') return refuse(command, { type: 'payment_voided' })
  if (command.type === 'InitiatePayment') return initiatePayment(command, payment)
  if (payment.status === 'none') return refuse(command, { type: 'payment_unknown' })
  switch (command.type) {
    case 'RecordAuthorization':
      return recordAuthorization(command, payment)
    case 'RecordDecline':
      return recordDecline(command, payment)
    case 'RecordCapture':
      return recordCapture(command, payment)
    case 'RecordCaptureFailure':
      return recordCaptureFailure(command, payment)
    case 'RecordRefund':
      return recordRefund(command, payment)
    case 'RecordRefundFailure':
      return recordRefundFailure(command, payment)
    case 'RecordRefundReversal':
      return recordRefundReversal(command, payment)
  }
}

export const paymentDecider: Decider<Payment, PaymentCommand, PaymentEvent, PaymentRejection> = {
  initial,
  evolve,
  decide,
}

const initiatePayment = (
  command: InitiatePayment,
  payment: Exclude<Payment, { status: 'voided' }>,
): Decision => {
  const { paymentId, orderId, customerId, amount, provider, paymentMethodId, at } = command
  if (payment.status === 'none') {
    return accept({
      type: 'PaymentInitiated',
      data: { paymentId, orderId, customerId, amount, provider, paymentMethodId, initiatedAt: at },
    })
  }
  const same =
    orderId === payment.orderId &&
    customerId === payment.customerId &&
    provider === payment.provider &&
    paymentMethodId === payment.paymentMethodId &&
    sameMoney(amount, payment.amount)
  return same ? accept() : refuse(command, { type: 'payment_differs', status: payment.status })
}

const recordAuthorization = (command: RecordAuthorization, payment: KnownPayment): Decision => {
  const { paymentId, providerReference, at } = command
  if (payment.status === 'pending') {
    return accept({ type: 'PaymentAuthorized', data: { paymentId, providerReference, authorizedAt: at } })
  }
  if (isIn(payment, 'declined', 'voided')) return illegal(command, payment)
  return payment.providerReference === providerReference
    ? accept()
    : refuse(command, { type: 'payment_differs', status: payment.status })
}

const recordDecline = (command: RecordDecline, payment: KnownPayment): Decision => {
  const { paymentId, code, message, at } = command
  if (payment.status === 'declined') return accept()
  if (payment.status !== 'pending') return illegal(command, payment)
  return accept({ type: 'PaymentDeclined', data: { paymentId, code, message, declinedAt: at } })
}

/** A capture that was thought to have been refused may have gone through: the provider's last word about money counts. */
const recordCapture = (command: RecordCapture, payment: KnownPayment): Decision => {
  const { paymentId, amount, at } = command
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    return sameMoney(amount, payment.captured)
      ? accept()
      : refuse(command, { type: 'payment_differs', status: payment.status })
  }
  if (!isIn(payment, 'authorized', 'failed')) return illegal(command, payment)
  const authorized = payment.amount
  if (amount.currency !== authorized.currency || amount.amount > authorized.amount) {
    return refuse(command, { type: 'capture_exceeds_authorization', authorized, asked: amount })
  }
  return accept({ type: 'PaymentCaptured', data: { paymentId, amount, capturedAt: at } })
}

const recordCaptureFailure = (command: RecordCaptureFailure, payment: KnownPayment): Decision => {
  const { paymentId, code, message, at } = command
  if (payment.status === 'failed') return accept()
  if (payment.status !== 'authorized') return illegal(command, payment)
  return accept({ type: 'PaymentCaptureFailed', data: { paymentId, code, message, failedAt: at } })
}

/** From nothing it closes the payment, so that none can be initiated. A declined one holds nothing that could be voided. */
const voidPayment = (command: VoidPayment, payment: Payment): Decision => {
  const { paymentId, reason, at } = command
  if (isIn(payment, 'voided', 'declined')) return accept()
  if (isIn(payment, 'captured', 'partially_refunded', 'refunded')) {
    return refuse(command, {
      type: 'payment_captured',
      status: payment.status,
      captured: payment.captured,
    })
  }
  return accept({ type: 'PaymentVoided', data: { paymentId, reason, voidedAt: at } })
}

const recordRefund = (command: RecordRefund, payment: KnownPayment): Decision => {
  const { paymentId, refundId, amount, providerReference, at } = command
  if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) return illegal(command, payment)
  const known = payment.refunds.find((refund) => refund.refundId === refundId)
  if (known) {
    return sameMoney(known.amount, amount) ? accept() : refuse(command, { type: 'refund_differs', refundId })
  }
  if (amount.amount === 0) return refuse(command, { type: 'refund_empty', refundId })
  const { currency } = payment.captured
  const refundable = { amount: payment.captured.amount - refundedAmount(payment), currency }
  if (amount.currency !== currency || amount.amount > refundable.amount) {
    return refuse(command, { type: 'refund_exceeds_capture', refundable, asked: amount })
  }
  return accept({
    type: 'PaymentRefunded',
    data: { paymentId, refundId, amount, providerReference, refundedAt: at },
  })
}

/** The same failure again is the same news; another one is that of a later try. */
const recordRefundFailure = (command: RecordRefundFailure, payment: KnownPayment): Decision => {
  const { paymentId, refundId, code, message, at } = command
  if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) return illegal(command, payment)
  if (payment.refunds.some((refund) => refund.refundId === refundId)) {
    return refuse(command, { type: 'refund_settled', refundId })
  }
  const known = payment.failedRefunds.find((failed) => failed.refundId === refundId)
  if (known?.code === code && known.message === message) return accept()
  return accept({ type: 'PaymentRefundFailed', data: { paymentId, refundId, code, message, failedAt: at } })
}

const recordRefundReversal = (command: RecordRefundReversal, payment: KnownPayment): Decision => {
  const { paymentId, refundId, code, message, at } = command
  if (!isIn(payment, 'captured', 'partially_refunded', 'refunded')) return illegal(command, payment)
  const made = payment.refunds.find((refund) => refund.refundId === refundId)
  if (made === undefined) {
    const isKnown = payment.failedRefunds.some((failed) => failed.refundId === refundId)
    return isKnown ? accept() : refuse(command, { type: 'refund_unknown', refundId })
  }
  const { amount } = made
  return accept({
    type: 'PaymentRefundReversed',
    data: { paymentId, refundId, amount, code, message, reversedAt: at },
  })
}

const refuse = (command: PaymentCommand, refusal: PaymentRefusal): DecisionOf<never, PaymentRejection> =>
  reject({ ...refusal, paymentId: command.paymentId, command: command.type })

/** Not in this status. */
const illegal = (command: PaymentCommand, payment: KnownPayment): DecisionOf<never, PaymentRejection> =>
  refuse(command, { type: 'illegal_transition', status: payment.status })
