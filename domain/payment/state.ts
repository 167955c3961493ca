import { ImpossibleHistory } from '../impossible-history.ts'
import type { Money } from '../values.ts'
import type { PaymentEvent } from './events.ts'

interface Initiated {
  readonly paymentId: string
  readonly orderId: string
  readonly customerId: string
  readonly amount: Money
  readonly provider: string
  readonly paymentMethodId: string
}
interface Authorized extends Initiated {
  readonly providerReference: string
}
export interface Failure {
  readonly code: string
  readonly message: string
}
interface Captured extends Authorized {
  readonly captured: Money
  readonly refunds: readonly { readonly refundId: string; readonly amount: Money }[]
  /** The latest failure of each refund that has not gone through since. */
  readonly failedRefunds: readonly (Failure & { readonly refundId: string })[]
}
/** What is known of a payment that was closed before it took place; both are null where it was never initiated. */
interface Voided {
  readonly paymentId: string
  readonly initiated: Initiated | null
  readonly providerReference: string | null
}

export type Payment =
  | { readonly status: 'none' }
  | (Initiated & { readonly status: 'pending' })
  | (Initiated & { readonly status: 'declined'; readonly failure: Failure })
  | (Authorized & { readonly status: 'authorized' })
  | (Authorized & { readonly status: 'failed'; readonly failure: Failure })
  | (Voided & { readonly status: 'voided' })
  | (Captured & { readonly status: 'captured' })
  | (Captured & { readonly status: 'partially_refunded' })
  | (Captured & { readonly status: 'refunded' })

export type PaymentStatus = Exclude<Payment['status'], 'none'>
export type PaymentIn<Status extends Payment['status']> = Extract<Payment, { readonly status: Status }>

export const initial: Payment = { status: 'none' }

export const isIn = <Status extends Payment['status']>(
  payment: Payment,
  ...statuses: readonly Status[]
): payment is PaymentIn<Status> => statuses.some((status) => status === payment.status)

/** In minor units. */
export const refundedAmount = (payment: Pick<Captured, 'refunds'>): number =>
  payment.refunds.reduce((sum, refund) => sum + refund.amount.amount, 0)

export const evolve = (payment: Payment, event: PaymentEvent): Payment => {
  switch (event.type) {
    case 'PaymentInitiated': {
      inStatus(payment, event, 'none')
      return { ...initiated(event.data), status: 'pending' }
    }
    case 'PaymentAuthorized': {
      const { providerReference } = event.data
      return { ...inStatus(payment, event, 'pending'), status: 'authorized', providerReference }
    }
    case 'PaymentDeclined': {
      const { code, message } = event.data
      return { ...inStatus(payment, event, 'pending'), status: 'declined', failure: { code, message } }
    }
    case 'PaymentCaptured': {
      const held = inStatus(payment, event, 'authorized', 'failed')
      const { providerReference } = held
      const authorized = { ...initiated(held), providerReference }
      return {
        ...authorized,
        status: 'captured',
        captured: event.data.amount,
        refunds: [],
        failedRefunds: [],
      }
    }
    case 'PaymentCaptureFailed': {
      const { code, message } = event.data
      return { ...inStatus(payment, event, 'authorized'), status: 'failed', failure: { code, message } }
    }
    case 'PaymentVoided': {
      const open = inStatus(payment, event, 'none', 'pending', 'authorized', 'failed')
      return { ...voided(open, event.data.paymentId), status: 'voided' }
    }
    case 'PaymentRefunded': {
      const captured = inStatus(payment, event, 'captured', 'partially_refunded')
      const { refundId, amount } = event.data
      const refunds = [...captured.refunds, { refundId, amount }]
      const failedRefunds = captured.failedRefunds.filter((failed) => failed.refundId !== refundId)
      const all = refundedAmount({ refunds }) === captured.captured.amount
      return { ...captured, status: all ? 'refunded' : 'partially_refunded', refunds, failedRefunds }
    }
    case 'PaymentRefundFailed': {
      const captured = inStatus(payment, event, 'captured', 'partially_refunded', 'refunded')
      const { refundId, code, message } = event.data
      const others = captured.failedRefunds.filter((failed) => failed.refundId !== refundId)
      return { ...captured, failedRefunds: [...others, { refundId, code, message }] }
    }
    case 'PaymentRefundReversed': {
      const captured = inStatus(payment, event, 'partially_refunded', 'refunded')
      const { refundId, code, message } = event.data
      const refunds = captured.refunds.filter((made) => made.refundId !== refundId)
      const failedRefunds = [...captured.failedRefunds, { refundId, code, message }]
      return {
        ...captured,
        status: refunds.length === 0 ? 'captured' : 'partially_refunded',
        refunds,
        failedRefunds,
      }
    }
  }
}

const voided = (
  payment: PaymentIn<'none' | 'pending' | 'authorized' | 'failed'>,
  paymentId: string,
): Voided => {
  if (payment.status === 'none') return { paymentId, initiated: null, providerReference: null }
  const providerReference = payment.status === 'pending' ? null : payment.providerReference
  return { paymentId, initiated: initiated(payment), providerReference }
}

const initiated = (payment: Initiated): Initiated => {
  const { paymentId, orderId, customerId, amount, provider, paymentMethodId } = payment
  return { paymentId, orderId, customerId, amount, provider, paymentMethodId }
}

const inStatus = <Status extends Payment['status']>(
  payment: Payment,
  event: PaymentEvent,
  ...statuses: readonly Status[]
): PaymentIn<Status> => {
  if (isIn(payment, ...statuses)) return payment
  throw new ImpossibleHistory(event.type, payment.status)
}
