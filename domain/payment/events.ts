import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Money } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const paymentId = z.string().min(1)
const failure = { code: z.string().min(1), message: z.string() }

export const paymentContracts = {
  /** Written before the provider is called, so that a payment in flight is known to whoever cancels the order. */
  PaymentInitiated: {
    version: 1,
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
    schema: z.strictObject({ paymentId, providerReference: z.string().min(1), authorizedAt: Instant }),
  },
  PaymentDeclined: { version: 1, schema: z.strictObject({ paymentId, ...failure, declinedAt: Instant }) },
  PaymentCaptured: {
    version: 1,
    schema: z.strictObject({ paymentId, amount: Money, capturedAt: Instant }),
  },
  /** Refused for good by the provider. */
  PaymentCaptureFailed: { version: 1, schema: z.strictObject({ paymentId, ...failure, failedAt: Instant }) },
  /** Also written where nothing was initiated: it closes the payment of a cancelled order. */
  PaymentVoided: {
    version: 1,
    schema: z.strictObject({ paymentId, reason: z.string().min(1), voidedAt: Instant }),
  },
  PaymentRefunded: {
    version: 1,
    schema: z.strictObject({
      paymentId,
      refundId: z.string().min(1),
      amount: Money,
      providerReference: z.string().min(1),
      refundedAt: Instant,
    }),
  },
  PaymentRefundFailed: {
    version: 1,
    schema: z.strictObject({ paymentId, refundId: z.string().min(1), ...failure, failedAt: Instant }),
  },
} as const satisfies EventContracts

export type PaymentEvent = EventOf<typeof paymentContracts>
