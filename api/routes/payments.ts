import { z } from 'zod'
import { preauthorizePayment, type PreauthorizationRefusal } from '../../commands/preauthorize-payment.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { refused } from '../outcomes.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError, retryAfter } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Id, Money } from '../schemas.ts'
import { visibleOrder } from './order-access.ts'

const Preauthorization = z
  .strictObject({
    orderId: Id,
    amount: Money.meta({ description: 'What the order costs: a guard against paying for something else' }),
    paymentMethodId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  })
  .meta({
    id: 'NewPreauthorization',
    examples: [
      {
        orderId: '01KAJ5Z4QW8X2N6T3R9V7C1B0D',
        amount: { amount: 2130, currency: 'EUR' },
        paymentMethodId: 'sim_approve',
      },
    ],
  })

const Preauthorized = z
  .object({
    preauthId: Id.meta({ description: 'Id of the payment' }),
    orderId: Id,
    status: z.enum(['APPROVED', 'DECLINED', 'PENDING']).meta({
      description:
        'PENDING: the provider has not said within the time limit, or says later; the order goes on by itself, look at it',
    }),
    failure: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why it was declined' }),
    redirectUrl: z.string().nullable().meta({ description: 'Where the customer has to confirm it' }),
  })
  .meta({ id: 'Preauthorization' })

export const paymentRoutes = (app: Routes, { commands }: Pick<ApiDeps, 'commands'>): void => {
  app.route({
    method: 'POST',
    url: '/payments/preauth',
    config: {
      access: { scope: 'orders:place' },
      limit: 'payments',
      idempotent: true,
      problems: [
        'not-found',
        'order-not-reserved',
        'payment-method-differs',
        'amount-differs',
        'unknown-payment-method',
        'command-rejected',
        'busy',
      ],
      answers: { 200: { description: 'What the provider says; asked ten times at once, it is one payment' } },
    },
    schema: {
      operationId: 'preauthorizePayment',
      summary: 'Pay for an order whose stock is reserved',
      description:
        'For orders that were placed without a payment method. The money is captured right after it is held. ' +
        'Answered within `PREAUTH_LIMIT_MS` (6 s), whatever the provider does: asking again is the same payment.',
      tags: ['payments'],
      body: Preauthorization,
      response: { 200: Preauthorized },
    },
    handler: async (request) => {
      const { orderId } = request.body
      const caller = callerOf(request)
      const { order } = await visibleOrder(commands, orderId, caller)
      // whoever may look at all orders may not pay for them
      if (order.customerId !== caller.id) throw new ProblemError('not-found')
      const answer = await preauthorizePayment(commands, request.body, commandContext(request))
      const payment = { preauthId: orderId, orderId, failure: null, redirectUrl: null }
      switch (answer.kind) {
        case 'authorized':
          return { ...payment, status: 'APPROVED' as const }
        case 'declined':
          return {
            ...payment,
            status: 'DECLINED' as const,
            failure: { code: answer.code, message: answer.message },
          }
        case 'pending':
          return { ...payment, status: 'PENDING' as const, redirectUrl: answer.redirectUrl }
        case 'closed':
          throw refused({ type: 'payment_voided' })
        case 'refused':
          throw problemOf(answer.refusal)
      }
    },
  })
}

const problemOf = (refusal: PreauthorizationRefusal): ProblemError => {
  switch (refusal.type) {
    case 'order_not_reserved':
      return new ProblemError('order-not-reserved', { headers: retryAfter(1) })
    case 'payment_method_differs':
      return new ProblemError('payment-method-differs')
    case 'payment_method_unknown':
      return new ProblemError('unknown-payment-method')
    case 'amount_differs':
      return new ProblemError('amount-differs', {
        members: 'asked' in refusal ? { expected: refusal.expected } : {},
      })
    default:
      return refused(refusal)
  }
}
