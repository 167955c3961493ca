import { z } from 'zod'
import { paymentsProjection } from '../../projections/payments/projection.ts'
import { getPayment, listPayments, PAYMENT_STATUSES } from '../../projections/payments/queries.ts'
import { refundsProjection } from '../../projections/refunds/projection.ts'
import { listRefunds, REFUND_STATUSES } from '../../projections/refunds/queries.ts'
import type { ApiDeps } from '../deps.ts'
import { callerOf, type Caller } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Id, Instant, Limit, Money, NextCursor, severalOf, Sku } from '../schemas.ts'
import { Failure, PaymentHistory, PaymentStatus } from './order-schemas.ts'

const Payment = z
  .object({
    id: Id.meta({ description: 'The same as that of its order' }),
    orderId: Id,
    customerId: z.string().nullable(),
    provider: z.string().nullable(),
    paymentMethodId: z.string().nullable(),
    providerReference: z.string().nullable().meta({ description: 'What the provider calls it' }),
    amount: Money.nullable(),
    captured: Money.nullable(),
    refunded: Money.nullable(),
    status: PaymentStatus,
    failure: Failure.nullable().meta({ description: 'Why the provider last said no' }),
    openedAt: Instant,
    updatedAt: Instant,
    history: PaymentHistory,
    revision: z.string().meta({ description: 'Of its stream' }),
  })
  .meta({
    id: 'Payment',
    description: 'Where a payment was closed before it was begun, what only its beginning tells is null',
  })

const PaymentPage = z
  .object({ items: z.array(Payment).readonly(), nextCursor: NextCursor })
  .meta({ id: 'PaymentPage' })

const PaymentQuery = z.strictObject({
  ...{ limit: Limit, cursor: Cursor.optional(), orderId: Id.optional() },
  status: severalOf(z.enum(PAYMENT_STATUSES), 8, ['failed,declined']).optional(),
  openedFrom: Instant.optional().meta({ description: 'Inclusive' }),
  openedBefore: Instant.optional().meta({ description: 'Exclusive' }),
  customerId: z.string().min(1).max(64).optional().meta({ description: 'For staff' }),
})

const RefundPage = z
  .object({
    items: z
      .array(
        z
          .object({
            orderId: Id,
            refundId: z.string().meta({ description: 'Unique for its order' }),
            status: z.enum(REFUND_STATUSES),
            amount: Money,
            lines: z.array(z.object({ sku: Sku, quantity: z.int() })).readonly(),
            restock: z.boolean(),
            cancelsOrder: z.boolean(),
            reason: z.string(),
            requestedAt: Instant,
            settledAt: Instant.nullable(),
            failure: Failure.nullable().meta({ description: 'Why the provider refused it' }),
            attempts: z.int().meta({ description: 'How often the provider was asked' }),
            updatedAt: Instant,
          })
          .meta({ id: 'RefundOfOrder' }),
      )
      .readonly(),
    nextCursor: NextCursor,
  })
  .meta({ id: 'RefundPage' })

const RefundQuery = z.strictObject({
  ...{ limit: Limit, cursor: Cursor.optional(), orderId: Id.optional() },
  status: severalOf(z.enum(REFUND_STATUSES), 3, ['failed']).optional(),
  requestedFrom: Instant.optional().meta({ description: 'Inclusive' }),
  requestedBefore: Instant.optional().meta({ description: 'Exclusive' }),
})

export const paymentQueryRoutes = (app: Routes, { pool }: Pick<ApiDeps, 'pool'>): void => {
  app.route({
    method: 'GET',
    url: '/payments',
    config: {
      access: { scope: 'payments:read' },
      reads: paymentsProjection.name,
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Newest first: those of the caller, or for staff those of everybody' } },
    },
    schema: {
      operationId: 'listPayments',
      summary: 'Payments',
      tags: ['payments'],
      querystring: PaymentQuery,
      response: { 200: PaymentPage },
    },
    handler: (request) => {
      const { status, customerId, ...query } = request.query
      const caller = callerOf(request)
      return listPayments(pool, {
        ...query,
        statuses: status,
        customerId: seesAll(caller) ? customerId : caller.id,
      })
    },
  })

  app.route({
    method: 'GET',
    url: '/payments/:id',
    config: {
      access: { scope: 'payments:read' },
      reads: paymentsProjection.name,
      answers: { 200: { description: 'The payment with all that is known of it' } },
    },
    schema: {
      operationId: 'getPayment',
      summary: 'A payment',
      tags: ['payments'],
      params: z.object({ id: Id }),
      response: { 200: Payment },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      const payment = await getPayment(pool, request.params.id)
      // what is another customer's is not there
      if (payment === undefined || !(seesAll(caller) || payment.customerId === caller.id)) {
        throw new ProblemError('not-found')
      }
      return payment
    },
  })

  app.route({
    method: 'GET',
    url: '/refunds',
    config: {
      access: { scope: 'payments:read:any' },
      reads: refundsProjection.name,
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Newest first' } },
    },
    schema: {
      operationId: 'listRefunds',
      summary: 'Refunds of all orders',
      description: 'Those that `failed` wait for somebody: POST /orders/{id}/refunds/{refundId}/retry.',
      tags: ['payments'],
      querystring: RefundQuery,
      response: { 200: RefundPage },
    },
    handler: ({ query: { status, ...query } }) => listRefunds(pool, { ...query, statuses: status }),
  })
}

const seesAll = ({ scopes }: Caller): boolean => scopes.has('payments:read:any')
