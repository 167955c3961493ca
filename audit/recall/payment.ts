import type { PaymentCommand } from '../../domain/payment/decide.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'

/** The command that made these events of a payment. */
export const recallPayment = ([event]: readonly PaymentEvent[]): PaymentCommand | undefined => {
  switch (event?.type) {
    case undefined:
      return undefined
    case 'PaymentInitiated': {
      const { initiatedAt, ...payment } = event.data
      return { type: 'InitiatePayment', ...payment, at: initiatedAt }
    }
    case 'PaymentAuthorized': {
      const { authorizedAt, ...payment } = event.data
      return { type: 'RecordAuthorization', ...payment, at: authorizedAt }
    }
    case 'PaymentDeclined': {
      const { declinedAt, ...failure } = event.data
      return { type: 'RecordDecline', ...failure, at: declinedAt }
    }
    case 'PaymentCaptured': {
      const { capturedAt, ...capture } = event.data
      return { type: 'RecordCapture', ...capture, at: capturedAt }
    }
    case 'PaymentCaptureFailed': {
      const { failedAt, ...failure } = event.data
      return { type: 'RecordCaptureFailure', ...failure, at: failedAt }
    }
    case 'PaymentVoided': {
      const { voidedAt, ...payment } = event.data
      return { type: 'VoidPayment', ...payment, at: voidedAt }
    }
    case 'PaymentRefunded': {
      const { refundedAt, ...refund } = event.data
      return { type: 'RecordRefund', ...refund, at: refundedAt }
    }
    case 'PaymentRefundFailed': {
      const { failedAt, ...failure } = event.data
      return { type: 'RecordRefundFailure', ...failure, at: failedAt }
    }
    case 'PaymentRefundReversed': {
      const { paymentId, refundId, code, message, reversedAt } = event.data
      return { type: 'RecordRefundReversal', paymentId, refundId, code, message, at: reversedAt }
    }
  }
}
