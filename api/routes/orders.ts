import { z } from 'zod'
import { orderAsOf, type Moment } from '../../projections/audit/order-as-of.ts'
import { orderAuditTrail } from '../../projections/audit/queries.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import type { OrderDetail } from '../../projections/orders/queries.ts'
import { getOrder, listOrders } from '../../projections/orders/queries.ts'
import { paymentsProjection } from '../../projections/payments/projection.ts'
import type { ApiDeps, ApiLimits } from '../deps.ts'
import type { Caller } from '../plugins/authentication.ts'
import { callerOf } from '../plugins/authentication.ts'
import { positionNotReached } from '../plugins/read-your-writes.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { placeOrderOf, PLACING, PlacingHeaders } from './place-order.ts'
import { Cursor, Id, Instant, Limit, severalOf } from '../schemas.ts'
import { mayRead, positionOf, seesAll } from './order-access.ts'
import {
  AuditTrail,
  Order,
  OrderPage,
  OrderProgress,
  OrderStatus,
  PlacedOrder,
  PlaceOrderBody,
} from './order-schemas.ts'

type OrderRoutesDeps = Pick<ApiDeps, 'commands' | 'pool' | 'store' | 'waiting'> & {
  readonly limits: ApiLimits
}

/** An order is shown with its payment. */
const READ_MODELS = [ordersProjection.name, paymentsProjection.name]

const ById = z.object({ id: Id })

const AsItWas = z
  .strictObject({
    asOf: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'RFC 3339: as it was at that time', examples: ['2025-11-21T09:30:00.000Z'] }),
    revision: z
      .string()
      .regex(/^(0|[1-9]\d{0,17})$/)
      .optional()
      .meta({ description: 'As it was after this event of its stream, counted from 0', examples: ['2'] }),
  })
  .refine(({ asOf, revision }) => asOf === undefined || revision === undefined, {
    error: 'asOf and revision exclude each other',
    path: ['revision'],
  })

const OrderQuery = z.strictObject({
  limit: Limit,
  cursor: Cursor.optional(),
  status: severalOf(OrderStatus, 11, ['placed,reserved']).optional(),
  placedFrom: Instant.optional().meta({ description: 'Inclusive' }),
  placedBefore: Instant.optional().meta({ description: 'Exclusive' }),
  customerId: z.string().min(1).max(64).optional().meta({ description: 'For staff' }),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({
      description: 'Words, or beginnings of words, of ids, skus and product names; all have to be there',
      examples: ['guji'],
    }),
})

export const orderRoutes = (app: Routes, deps: OrderRoutesDeps): void => {
  const { commands, pool, store } = deps

  app.route({
    method: 'POST',
    url: '/orders',
    config: {
      access: { scope: 'orders:place' },
      limit: 'orders',
      idempotent: true,
      ...PLACING,
    },
    schema: {
      operationId: 'placeOrder',
      summary: 'Place an order',
      description: 'Prices and names come from the catalogue.',
      tags: ['orders'],
      headers: PlacingHeaders,
      body: PlaceOrderBody,
      response: { 201: Order, 202: PlacedOrder },
    },
    handler: async (request, reply) => {
      const { code, body } = await placeOrderOf(deps, request, reply, request.body)
      return code === 201 ? reply.code(201).send(body) : reply.code(202).send(body)
    },
  })

  app.route({
    method: 'GET',
    url: '/orders',
    config: {
      access: { scope: 'orders:read' },
      reads: READ_MODELS,
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Newest first: those of the caller, or for staff those of everybody' } },
    },
    schema: {
      operationId: 'listOrders',
      summary: 'Orders',
      tags: ['orders'],
      querystring: OrderQuery,
      response: { 200: OrderPage },
    },
    handler: (request) => {
      const { status, customerId, ...query } = request.query
      const caller = callerOf(request)
      return listOrders(pool, {
        ...query,
        statuses: status,
        customerId: seesAll(caller) ? customerId : caller.id,
      })
    },
  })

  app.route({
    method: 'GET',
    url: '/orders/:id',
    config: {
      access: { scope: 'orders:read' },
      reads: READ_MODELS,
      problems: ['position-not-reached'],
      answers: { 200: { description: 'The order with all that is known of it' } },
    },
    schema: {
      operationId: 'getOrder',
      summary: 'An order',
      description:
        'As it is, or with `asOf` or `revision` as it was: then it is made from the events themselves, so that it never lags, with its payment as it stood at that moment; 404 before its first event, and for a revision that it has not reached. Personal data that was erased since is null there as well. A time that lies ahead shows it as it is now.',
      tags: ['orders'],
      params: ById,
      querystring: AsItWas,
      response: { 200: Order },
    },
    handler: (request) => {
      const { asOf, revision } = request.query
      const { id } = request.params
      if (asOf !== undefined) return findPast(deps, id, callerOf(request), { at: new Date(asOf) })
      if (revision !== undefined) {
        return findPast(deps, id, callerOf(request), { revision: BigInt(revision) })
      }
      return findOrder(deps, id, callerOf(request))
    },
  })

  app.route({
    method: 'GET',
    url: '/orders/:id/status',
    config: {
      access: { scope: 'orders:read' },
      reads: READ_MODELS,
      problems: ['position-not-reached'],
      answers: { 200: { description: 'Where it stands, and how it came there' } },
    },
    schema: {
      operationId: 'getOrderStatus',
      summary: 'The status of an order',
      tags: ['orders'],
      params: ById,
      response: { 200: OrderProgress },
    },
    handler: async (request) => {
      const { id, status, history } = await findOrder(deps, request.params.id, callerOf(request))
      return { id, status, history }
    },
  })

  app.route({
    method: 'GET',
    url: '/orders/:id/events',
    config: {
      access: { scope: 'orders:read' },
      answers: { 200: { description: 'Every event of the order and its payment, oldest first' } },
    },
    schema: {
      operationId: 'getOrderEvents',
      summary: 'The audit trail of an order',
      description: 'Read from the event store itself: it never lags.',
      tags: ['orders'],
      params: ById,
      response: { 200: AuditTrail },
    },
    handler: async (request) => {
      const { id } = request.params
      await positionOf(commands, id, callerOf(request))
      return { items: await orderAuditTrail(store, id) }
    },
  })
}

/**
 * The order as the read model shows it. An order that was placed and is not shown yet is waited for: whoever placed it is
 * never told that it is not there.
 *
 * @throws ProblemError `not-found`, `position-not-reached`
 */
const findOrder = async (deps: OrderRoutesDeps, id: string, caller: Caller): Promise<OrderDetail> => {
  const { pool, waiting, limits } = deps
  const shown = await getOrder(pool, id)
  if (shown !== undefined) {
    if (mayRead(caller, shown.customerId)) return shown
    throw new ProblemError('not-found')
  }
  const position = await positionOf(deps.commands, id, caller)
  if (!(await waiting.untilPosition(ordersProjection.name, position, limits.positionMs)))
    throw positionNotReached()
  const order = await getOrder(pool, id)
  if (order === undefined) throw positionNotReached()
  return order
}

/** The order as it was. @throws ProblemError `not-found` */
const findPast = async (
  { commands, store }: OrderRoutesDeps,
  id: string,
  caller: Caller,
  moment: Moment,
): Promise<OrderDetail> => {
  await positionOf(commands, id, caller)
  const order = await orderAsOf(store, id, moment)
  if (order !== undefined) return order
  throw new ProblemError('not-found', {
    detail: 'at' in moment ? 'It was placed later' : 'It has not reached this revision',
  })
}
