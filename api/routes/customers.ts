import { z } from 'zod'
import { customerHistory } from '../../projections/customers/queries.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import { paymentsProjection } from '../../projections/payments/projection.ts'
import { salesProjection } from '../../projections/sales/projection.ts'
import type { ApiDeps } from '../deps.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Instant, Limit, Money } from '../schemas.ts'
import { mayRead } from './order-access.ts'
import { OrderPage } from './order-schemas.ts'

const History = OrderPage.extend({
  customerId: z.string(),
  totals: z
    .array(
      z.object({
        currency: z.string().meta({ description: 'ISO 4217' }),
        ...{ orders: z.int(), paid: z.int(), cancelled: z.int() },
        spent: Money.meta({ description: 'For orders that were paid, with what came back later' }),
        refunded: Money,
        ...{ firstOrderAt: Instant, lastOrderAt: Instant },
      }),
    )
    .readonly()
    .meta({ description: 'Of all orders, not only of this page' }),
}).meta({ id: 'CustomerHistory' })

export const customerRoutes = (app: Routes, { pool }: Pick<ApiDeps, 'pool'>): void => {
  app.route({
    method: 'GET',
    url: '/customers/:id/orders',
    config: {
      access: { scope: 'orders:read' },
      reads: [ordersProjection.name, paymentsProjection.name, salesProjection.name],
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Newest first; empty for whoever has never ordered' } },
    },
    schema: {
      operationId: 'getCustomerHistory',
      summary: 'What a customer has ordered, and what it comes to',
      tags: ['orders'],
      params: z.object({ id: z.string().min(1).max(64).meta({ description: 'Of the account' }) }),
      querystring: z.strictObject({ limit: Limit, cursor: Cursor.optional() }),
      response: { 200: History },
    },
    handler: (request) => {
      const { id } = request.params
      if (!mayRead(callerOf(request), id)) throw new ProblemError('not-found')
      return customerHistory(pool, id, request.query)
    },
  })
}
