import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import { Money } from '../values.ts'
import type { Payment } from './state.ts'

const initiated = {
  paymentId: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  amount: Money,
  provider: z.string(),
  paymentMethodId: z.string(),
}
const authorized = { ...initiated, providerReference: z.string() }
const failure = { code: z.string(), message: z.string() }

const Snapshot: z.ZodType<Payment> = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('none') }),
  z.strictObject({ status: z.literal('pending'), ...initiated }),
  z.strictObject({ status: z.literal('declined'), ...initiated, failure: z.strictObject(failure) }),
  z.strictObject({ status: z.literal('authorized'), ...authorized }),
  z.strictObject({ status: z.literal('failed'), ...authorized, failure: z.strictObject(failure) }),
  z.strictObject({
    status: z.literal('voided'),
    paymentId: z.string(),
    initiated: z.strictObject(initiated).nullable(),
    providerReference: z.string().nullable(),
  }),
  z.strictObject({
    status: z.enum(['captured', 'partially_refunded', 'refunded']),
    ...authorized,
    captured: Money,
    refunds: z.array(z.strictObject({ refundId: z.string(), amount: Money })),
    failedRefunds: z.array(z.strictObject({ refundId: z.string(), ...failure })),
  }),
])

export const paymentSnapshots: Snapshots<Payment> = {
  toSnapshot: (payment) => payment,
  fromSnapshot: (snapshot) => Snapshot.parse(snapshot),
}
