import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Money } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const paymentId = z.string().min(1).describe('the same as the id of the order')
const failure = {
  code: z.string().min(1).describe("the provider's, for programs"),
  message: z.string().describe("the provider's, for people"),
}
const providerReference = z.string().min(1).describe('what the provider calls it')

export const paymentContracts = {
  PaymentInitiated: {
    version: 1,
    meaning:
      'The provider is about to be asked for the money. Written before the call, so that a payment in flight is known to whoever cancels the order.',
    schema: z.strictObject({
      paymentId,
      orderId: z.string().min(1),
      customerId: z.string().min(1),
      amount: Money,
      provider: z.string().min(1),
      paymentMethodId: z.string().min(1),
      initiatedAt: Instant,
    }),
  },
  PaymentAuthorized: {
    version: 1,
    meaning: 'The provider holds the money for the shop.',
    schema: z.strictObject({ paymentId, providerReference, authorizedAt: Instant }),
  },
  PaymentDeclined: {
    version: 1,
    meaning: 'The provider does not give the money.',
    schema: z.strictObject({ paymentId, ...failure, declinedAt: Instant }),
  },
  PaymentCaptured: {
    version: 1,
    meaning: 'The money has changed hands.',
    schema: z.strictObject({ paymentId, amount: Money, capturedAt: Instant }),
  },
  PaymentCaptureFailed: {
    version: 1,
    meaning: 'The provider has refused for good to hand over the money that it held.',
    schema: z.strictObject({ paymentId, ...failure, failedAt: Instant }),
  },
  PaymentVoided: {
    version: 1,
    meaning:
      'The provider no longer holds the money. Also written where nothing was initiated: it closes the payment of a cancelled order.',
    schema: z.strictObject({ paymentId, reason: z.string().min(1), voidedAt: Instant }),
  },
  PaymentRefunded: {
    version: 1,
    meaning: 'Captured money, or a part of it, was given back.',
    schema: z.strictObject({
      paymentId,
      refundId: z.string().min(1),
      amount: Money,
      providerReference,
      refundedAt: Instant,
    }),
  },
  PaymentRefundFailed: {
    version: 1,
    meaning: 'The provider has refused a refund for good.',
    schema: z.strictObject({ paymentId, refundId: z.string().min(1), ...failure, failedAt: Instant }),
  },
  PaymentRefundReversed: {
    version: 1,
    meaning:
      'The provider had said that a refund was made, and says now that it failed: the money came back to the shop. It can be refunded anew.',
    schema: z.strictObject({
      paymentId,
      refundId: z.string().min(1),
      amount: Money,
      ...failure,
      reversedAt: Instant,
    }),
  },
} as const satisfies EventContracts

export type PaymentEvent = EventOf<typeof paymentContracts>
