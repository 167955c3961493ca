import { z } from 'zod'
import { getSaga, listSagas, STEP_NAMES, WAITS_FOR } from '../../projections/sagas/queries.ts'
import type { ApiDeps } from '../deps.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Id, Instant, Limit, NextCursor } from '../schemas.ts'
import { Actor } from './order-schemas.ts'

const State = z
  .enum(['in_flight', 'stuck'])
  .meta({ description: 'stuck: it has not moved for longer than its step allows' })
const StepName = z
  .enum(STEP_NAMES as [(typeof STEP_NAMES)[number], ...(typeof STEP_NAMES)[number][]])
  .meta({ description: 'What is to happen to it next' })

const Saga = z
  .object({
    orderId: Id,
    state: State,
    step: StepName,
    waitsFor: z.enum(WAITS_FOR),
    reason: z.string().meta({ description: 'What it waits for, in words' }),
    since: Instant.meta({ description: 'When it last moved' }),
    stuckAt: Instant.meta({ description: 'From then on it is stuck' }),
    lastEvent: z.object({ type: z.string(), id: z.string(), at: Instant, actor: Actor }),
    revision: z.string().meta({ description: "Of the order's stream" }),
  })
  .meta({ id: 'Saga' })

const Resumption = z
  .object({
    orderId: Id,
    outcome: z.enum(['moved', 'waiting', 'failed']),
    status: z.string().meta({ description: 'Of the order, now' }),
    reason: z.string().nullable().meta({ description: 'Why it could not be taken further' }),
    saga: Saga.nullable().meta({ description: 'As the read model had it just now; null where it is over' }),
  })
  .meta({ id: 'Resumption' })

/** Orders under way, for who runs the shop: which of them stand still, and taking them up by hand. */
export const sagaRoutes = (
  app: Routes,
  { pool, clock, resume }: Pick<ApiDeps, 'pool' | 'clock' | 'resume'>,
): void => {
  app.route({
    method: 'GET',
    url: '/admin/sagas',
    config: {
      access: { scope: 'sagas:read' },
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Those first that have stood for the longest time' } },
    },
    schema: {
      operationId: 'listSagas',
      summary: 'Orders under way, and orders that are stuck',
      tags: ['admin'],
      querystring: z.strictObject({
        state: State.optional(),
        step: StepName.optional(),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      response: { 200: z.object({ items: z.array(Saga).readonly(), nextCursor: NextCursor }) },
    },
    handler: async (request, reply) => reply.send(await listSagas(pool, clock.now(), request.query)),
  })

  app.route({
    method: 'POST',
    url: '/admin/sagas/:orderId/resume',
    config: {
      access: { scope: 'sagas:resume' },
      answers: {
        200: { description: 'What came of it. An order that only waits for somebody stays where it is' },
      },
    },
    schema: {
      operationId: 'resumeSaga',
      summary: 'Take an order as far as it goes, now',
      tags: ['admin'],
      params: z.object({ orderId: Id }),
      response: { 200: Resumption },
    },
    handler: async (request, reply) => {
      const { orderId } = request.params
      const resumption = await resume(orderId)
      if (resumption === undefined) throw new ProblemError('not-found')
      const { kind: outcome, status } = resumption
      const reason = resumption.kind === 'failed' ? resumption.reason : null
      request.log.info({ orderId, outcome, by: callerOf(request).id }, 'order resumed by hand')
      const saga = (await getSaga(pool, orderId, clock.now())) ?? null
      return reply.send({ orderId, outcome, status, reason, saga })
    },
  })
}
