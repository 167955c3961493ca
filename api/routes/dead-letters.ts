import { z } from 'zod'
import { pageOf } from '../../projections/cursor.ts'
import type { DeadLetter, ReplayedLetter } from '../../projections/dead-letters.ts'
import { placeIn } from '../../projections/newest-first.ts'
import type { ApiDeps } from '../deps.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Instant, Limit, NextCursor, Nothing } from '../schemas.ts'

const LetterId = z
  .string()
  .min(1)
  .max(128)
  .meta({
    description: 'As the list tells it',
    examples: ['order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10'],
  })

const SourceKind = z.enum(['process', 'read-model']).meta({ description: 'Who could not handle it' })

const Letter = z
  .object({
    id: LetterId,
    source: z.object({
      kind: SourceKind,
      name: z.string().meta({ examples: ['order-processes'] }),
    }),
    event: z.object({
      id: z.string().nullable().meta({ description: 'null, as its type, where the event is gone' }),
      type: z.string().nullable(),
      stream: z.string(),
      revision: z.string(),
    }),
    parkedAt: Instant,
    cause: z.string().meta({ description: 'What went wrong, for people' }),
    retries: z.int().min(0).meta({ description: 'How often it was tried again before it was put aside' }),
  })
  .meta({ id: 'DeadLetter' })

const Outcome = z
  .object({
    id: LetterId,
    outcome: z.enum(['replayed', 'failed']).meta({ description: 'failed: it stays where it is' }),
    reason: z.string().nullable().meta({ description: 'Why it could not be handled' }),
  })
  .meta({ id: 'ReplayedDeadLetter' })

const params = z.object({ id: LetterId })

/** Events that nobody could handle, for who runs the shop: why, once more, or never. */
export const deadLetterRoutes = (app: Routes, { deadLetters }: Pick<ApiDeps, 'deadLetters'>): void => {
  app.route({
    method: 'GET',
    url: '/admin/dead-letters',
    config: {
      access: { scope: 'dead-letters:read' },
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'The oldest first' } },
    },
    schema: {
      operationId: 'listDeadLetters',
      summary: 'Events that could not be handled and were put aside',
      tags: ['admin'],
      querystring: z.strictObject({ source: SourceKind.optional(), limit: Limit, cursor: Cursor.optional() }),
      response: { 200: z.object({ items: z.array(Letter).readonly(), nextCursor: NextCursor }) },
    },
    handler: async (request, reply) => {
      const { source, limit, cursor } = request.query
      const [at, lastId] = cursor === undefined ? ['', ''] : placeIn(cursor)
      const isAfter = ({ parkedAt, id }: DeadLetter): boolean => {
        const own = parkedAt.toISOString()
        return own > at || (own === at && id > lastId)
      }
      const letters = (await deadLetters.list()).filter(
        (letter) => (source === undefined || letter.source.kind === source) && isAfter(letter),
      )
      return reply.send(pageOf(letters, limit, shown, ({ parkedAt, id }) => [parkedAt.toISOString(), id]))
    },
  })

  app.route({
    method: 'GET',
    url: '/admin/dead-letters/:id',
    config: {
      access: { scope: 'dead-letters:read' },
      answers: { 200: { description: 'What was put aside, and why' } },
    },
    schema: {
      operationId: 'getDeadLetter',
      summary: 'One of them',
      tags: ['admin'],
      params,
      response: { 200: Letter },
    },
    handler: async (request, reply) => reply.send(shown(found(await deadLetters.find(request.params.id)))),
  })

  app.route({
    method: 'POST',
    url: '/admin/dead-letters/:id/replay',
    config: {
      access: { scope: 'dead-letters:settle' },
      answers: { 200: { description: 'What came of it. One that fails again stays where it is' } },
    },
    schema: {
      operationId: 'replayDeadLetter',
      summary: 'Have one handled once more, now',
      description: 'A read model takes with it all events of the same stream that are put aside.',
      tags: ['admin'],
      params,
      response: { 200: Outcome },
    },
    handler: async (request, reply) => {
      const replayed = found(await deadLetters.replay(request.params.id))
      const answer = outcomeOf(replayed)
      request.log.info({ ...answer, by: callerOf(request).id }, 'dead letter replayed by hand')
      return reply.send(answer)
    },
  })

  app.route({
    method: 'POST',
    url: '/admin/dead-letters/replay',
    config: {
      access: { scope: 'dead-letters:settle' },
      answers: { 200: { description: 'What came of each. Those that fail again stay where they are' } },
    },
    schema: {
      operationId: 'replayDeadLetters',
      summary: 'Have the oldest handled once more, now, one after another',
      tags: ['admin'],
      querystring: z.strictObject({ limit: Limit }),
      response: {
        200: z.object({
          items: z.array(Outcome).readonly(),
          remaining: z.int().min(0).meta({ description: 'How many there are now' }),
        }),
      },
    },
    handler: async (request, reply) => {
      const items = (await deadLetters.replayAll(request.query.limit)).map(outcomeOf)
      for (const item of items) {
        request.log.info({ ...item, by: callerOf(request).id }, 'dead letter replayed by hand')
      }
      return reply.send({ items, remaining: (await deadLetters.list()).length })
    },
  })

  app.route({
    method: 'DELETE',
    url: '/admin/dead-letters/:id',
    config: {
      access: { scope: 'dead-letters:settle' },
      answers: { 204: { description: 'It will not be handled' } },
    },
    schema: {
      operationId: 'discardDeadLetter',
      summary: 'Take one away unhandled',
      tags: ['admin'],
      params,
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      const { id, cause } = found(await deadLetters.discard(request.params.id))
      request.log.info({ id, cause, by: callerOf(request).id }, 'dead letter discarded by hand')
      return reply.code(204).send()
    },
  })
}

const found = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new ProblemError('not-found')
  return value
}

const shown = (letter: DeadLetter): z.input<typeof Letter> => {
  const { id, source, eventId, type, stream, revision, parkedAt, cause, retries } = letter
  return {
    ...{ id, source },
    event: { id: eventId ?? null, type: type ?? null, stream, revision: String(revision) },
    ...{ parkedAt: parkedAt.toISOString(), cause, retries },
  }
}

const outcomeOf = ({ letter, outcome }: ReplayedLetter): z.input<typeof Outcome> => ({
  id: letter.id,
  outcome: outcome.kind,
  reason: outcome.kind === 'failed' ? outcome.reason : null,
})
