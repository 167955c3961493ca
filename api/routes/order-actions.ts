import { z } from 'zod'
import { cancelOrder } from '../../commands/cancel-order.ts'
import { moveOrder, type OrderMove } from '../../commands/move-order.ts'
import type { PlacedOrder } from '../../commands/aggregates.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { etagOf, IfMatch, insisting, revisionOf } from '../if-match.ts'
import { stateAfter } from '../outcomes.ts'
import { callerOf, type Caller } from '../plugins/authentication.ts'
import { ProblemError, type ProblemKind } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Id, line, Money, POSITION_HEADER, Sku } from '../schemas.ts'
import { visibleOrder } from './order-access.ts'
import { OrderStatus } from './order-schemas.ts'

const ById = z.object({ id: Id })
const RefundId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,80}$/)
  .meta({ description: 'As whoever asked for the refund named it', examples: ['R-1'] })
const Goods = z
  .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(10_000) }))
  .min(1)
  .max(100)

const Cancellation = z
  .strictObject({ detail: line(500).nullable().default(null).meta({ description: 'For people' }) })
  .meta({ id: 'NewCancellation', examples: [{ detail: 'Ordered by mistake' }] })

const Dispatch = z
  .strictObject({
    shipmentId: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,80}$/)
      .meta({ description: 'The same id is the same shipment' }),
    carrier: line(100),
    trackingNumber: line(100),
    items: Goods.meta({ description: 'What is in it' }),
  })
  .meta({
    id: 'NewShipment',
    examples: [
      {
        shipmentId: 'S-1',
        carrier: 'DHL',
        trackingNumber: '00340434161094042557',
        items: [{ sku: 'COF-ETH-250', quantity: 2 }],
      },
    ],
  })

const Delivery = z
  .strictObject({ shipmentId: z.string().regex(/^[A-Za-z0-9-]{1,80}$/) })
  .meta({ id: 'Delivery', examples: [{ shipmentId: 'S-1' }] })

const NewRefund = z
  .strictObject({
    refundId: RefundId.meta({ description: 'The same id is the same refund' }),
    amount: Money.nullable()
      .default(null)
      .meta({ description: 'null: what the items have cost with their share of tax' }),
    items: z
      .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(10_000) }))
      .max(100)
      .default([])
      .meta({ description: 'Goods that are taken back' }),
    restock: z.boolean().default(false).meta({ description: 'They go back to the shelf' }),
    reason: line(500),
  })
  .refine(({ amount, items }) => amount !== null || items.length > 0, 'name an amount or items')
  .meta({
    id: 'NewRefund',
    examples: [
      {
        refundId: 'R-1',
        amount: null,
        items: [{ sku: 'COF-ETH-250', quantity: 1 }],
        restock: true,
        reason: 'Returned unopened',
      },
    ],
  })

const Nothing = z.strictObject({}).meta({ id: 'Nothing' })

const Standing = z
  .object({ id: Id, status: OrderStatus })
  .meta({ id: 'OrderStanding', examples: [{ id: '01KAJ5Z4QW8X2N6T3R9V7C1B0D', status: 'shipped' }] })

const HEADERS = { ...POSITION_HEADER, ETag: 'Revision of the order' }
const PROBLEMS: readonly ProblemKind[] = ['not-found', 'command-rejected', 'precondition-failed', 'busy']

type Commands = ApiDeps['commands']

/** What people do with an order that was placed. What follows of it is done by the order's own process. */
export const orderActionRoutes = (app: Routes, { commands }: { readonly commands: Commands }): void => {
  app.route({
    method: 'POST',
    url: '/orders/:id/cancel',
    config: {
      access: { scope: 'orders:cancel' },
      idempotent: true,
      problems: PROBLEMS,
      answers: { 202: { description: 'It is being cancelled: money and goods go back', headers: HEADERS } },
    },
    schema: {
      operationId: 'cancelOrder',
      summary: 'Cancel an order',
      description:
        'Before it is paid stock and money are let go; afterwards, until something is dispatched, it is refunded.',
      tags: ['orders'],
      params: ById,
      headers: IfMatch,
      body: Cancellation,
      response: { 202: Standing },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request)
      const { order } = await visibleOrder(commands, request.params.id, caller)
      if (!mayCancel(caller, order)) throw new ProblemError('not-found')
      const outcome = await insisting(
        cancelOrder(
          commands,
          {
            orderId: order.orderId,
            by: caller.id === order.customerId ? 'customer' : 'staff',
            detail: request.body.detail,
          },
          commandContext(request),
          { expectedRevision: revisionOf(request.headers) },
        ),
      )
      return reply.code(202).send(standing(order.orderId, outcome, reply))
    },
  })

  const actions = {
    ship: {
      scope: 'orders:fulfil',
      summary: 'Dispatch a shipment',
      answer: 'On its way',
      body: Dispatch,
      move: (orderId: string, { items, ...shipment }: z.output<typeof Dispatch>): OrderMove => ({
        type: 'DispatchShipment',
        orderId,
        ...shipment,
        lines: items,
      }),
    },
    deliver: {
      scope: 'orders:fulfil',
      summary: 'A shipment has arrived',
      answer: 'Arrived',
      body: Delivery,
      move: (orderId: string, delivery: z.output<typeof Delivery>): OrderMove => ({
        type: 'DeliverShipment',
        orderId,
        ...delivery,
      }),
    },
    complete: {
      scope: 'orders:fulfil',
      summary: 'Close a delivered order',
      answer: 'Completed',
      body: Nothing,
      move: (orderId: string): OrderMove => ({ type: 'CompleteOrder', orderId }),
    },
    refunds: {
      scope: 'orders:refund',
      summary: 'Refund a part of an order',
      answer: 'Asked for: the provider is called at once',
      body: NewRefund,
      move: (orderId: string, { items, ...refund }: z.output<typeof NewRefund>): OrderMove => ({
        type: 'RequestRefund',
        orderId,
        ...refund,
        lines: items,
        cancelsOrder: false,
      }),
    },
  } as const

  for (const [name, { scope, summary, answer, body, move }] of Object.entries(actions)) {
    app.route({
      method: 'POST',
      url: `/orders/:id/${name}`,
      config: {
        access: { scope },
        idempotent: true,
        problems: PROBLEMS,
        answers: { 202: { description: answer, headers: HEADERS } },
      },
      schema: {
        operationId: `${name === 'refunds' ? 'refund' : name}Order`,
        summary,
        tags: ['orders'],
        params: ById,
        headers: IfMatch,
        body,
        response: { 202: Standing },
      },
      handler: async (request, reply) => {
        const { id } = request.params
        await visibleOrder(commands, id, callerOf(request))
        // each action's body is the one that its own schema has let through
        const wanted = (move as (orderId: string, body: unknown) => OrderMove)(id, request.body)
        const outcome = await insisting(
          moveOrder(commands, wanted, commandContext(request), {
            expectedRevision: revisionOf(request.headers),
          }),
        )
        return reply.code(202).send(standing(id, outcome, reply))
      },
    })
  }

  app.route({
    method: 'POST',
    url: '/orders/:id/refunds/:refundId/retry',
    config: {
      access: { scope: 'orders:refund' },
      idempotent: true,
      problems: PROBLEMS,
      answers: { 202: { description: 'The provider is asked again', headers: HEADERS } },
    },
    schema: {
      operationId: 'retryRefund',
      summary: 'Try a failed refund again',
      tags: ['orders'],
      params: z.object({ id: Id, refundId: RefundId }),
      headers: IfMatch,
      body: Nothing,
      response: { 202: Standing },
    },
    handler: async (request, reply) => {
      const { id, refundId } = request.params
      await visibleOrder(commands, id, callerOf(request))
      const outcome = await insisting(
        moveOrder(commands, { type: 'RetryRefund', orderId: id, refundId }, commandContext(request), {
          expectedRevision: revisionOf(request.headers),
        }),
      )
      return reply.code(202).send(standing(id, outcome, reply))
    },
  })
}

const mayCancel = (caller: Caller, order: PlacedOrder): boolean =>
  caller.id === order.customerId || caller.scopes.has('orders:cancel:any')

const standing = (
  id: string,
  outcome: Awaited<ReturnType<typeof moveOrder>>,
  reply: Parameters<typeof stateAfter>[1],
): z.output<typeof Standing> => {
  const order = stateAfter(outcome, reply)
  if (order.status === 'none') throw new Error(`the order ${id} was moved and is not there`)
  if (outcome.accepted && outcome.revision !== undefined) reply.header('etag', etagOf(outcome.revision))
  return { id, status: order.status }
}
