import { Readable } from 'node:stream'
import { z } from 'zod'
import { followOrder, isOver } from '../../projections/live/follow-order.ts'
import type { Revocations } from '../../supporting/accounts/revocations.ts'
import { DEFAULT_LIMITS, type ApiDeps, type ApiLimits } from '../deps.ts'
import { createLifetimes, type Lifetime } from '../lifetimes.ts'
import { createLiveConnections } from '../live-connections.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Id, Nothing } from '../schemas.ts'
import { commentText, EVENT_STREAM, eventText, retryText } from '../server-sent-events.ts'
import { visibleOrder } from './order-access.ts'
import type { LiveEnd, LiveOrderEvent } from './order-schemas.ts'
import { LIVE_EVENT } from './order-schemas.ts'

type Deps = Pick<ApiDeps, 'commands' | 'store' | 'signals' | 'logger' | 'metrics'> & {
  readonly limits: ApiLimits
  readonly revocations: Pick<Revocations, 'isRevoked'>
}

/** Until a lost connection is made anew. */
const RETRY_MS = 2_000

const LastEventId = z.looseObject({
  'last-event-id': z
    .string()
    .regex(/^(0|[1-9]\d{0,17})$/, 'must be the id of an event of this order')
    .optional()
    .meta({
      description: '`id` of the last event that you have, to go on after it. Left out: from the first one',
      examples: ['2'],
    }),
})

/** The document has no word for such a stream: it says what the data of its events is. */
const LiveStream = z.unknown().meta({
  type: 'string',
  description: 'Server-sent events',
  contentMediaType: EVENT_STREAM,
  contentSchema: {
    description: '`data` of each: of an event without a name, and of the one that is named `end`',
    oneOf: [{ $ref: '#/components/schemas/LiveOrderEvent' }, { $ref: '#/components/schemas/LiveEnd' }],
  },
  examples: [
    `${retryText(RETRY_MS)}${eventText({ id: '2', data: LIVE_EVENT })}${commentText('quiet')}${eventText({ event: 'end', data: { reason: 'over' } })}`,
  ],
})

const DESCRIPTION = `Each event of the order as it happens, as a server-sent event: \`id\` is its revision, \`data\` a \`LiveOrderEvent\`. \
Without \`Last-Event-ID\` it begins with the first one; with the \`id\` of the last one that you have it goes on after that, so that over \
any number of connections each comes once. A comment comes where nothing has happened for ${DEFAULT_LIMITS.live.quietMs / 1_000} seconds.

Before the connection is closed in order there is an event \`end\`, whose \`data\` is a \`LiveEnd\`. After \`over\` there is nothing to come back for, \
and an attempt gets 204; after any other reason, and where a connection was lost, connect again with \`Last-Event-ID\`.`

/** Following an order while things happen to it. */
export const orderLiveRoutes = (app: Routes, deps: Deps): void => {
  const { live } = deps.limits
  const connections = createLiveConnections(live, deps.metrics)
  const lifetimes = createLifetimes({ lastMs: live.lastMs, revocations: deps.revocations })
  // whoever follows something would keep the server from closing
  app.addHook('preClose', (done) => {
    lifetimes.endAll('stopping')
    done()
  })

  /** What is sent to whoever follows an order. */
  async function* messages(id: string, after: bigint, lifetime: Lifetime): AsyncGenerator<string> {
    yield retryText(RETRY_MS)
    const { signal } = lifetime
    for await (const news of followOrder(deps, id, { after, signal, quietMs: live.quietMs })) {
      if (!lifetime.isGood()) break
      if (news.kind === 'quiet') yield commentText('quiet')
      else
        yield eventText({
          id: news.event.revision,
          data: news.event satisfies z.output<typeof LiveOrderEvent>,
        })
    }
    lifetime.end('over')
    const { reason } = lifetime
    if (reason !== undefined && reason !== 'gone')
      yield eventText({ event: 'end', data: { reason } satisfies z.output<typeof LiveEnd> })
  }

  app.route({
    method: 'GET',
    url: '/orders/:id/live',
    // nobody reads what a HEAD would set going
    exposeHeadRoute: false,
    config: {
      access: { scope: 'orders:read' },
      isLive: true,
      problems: ['too-many-connections', 'busy'],
      answers: {
        200: {
          description: 'What has happened to the order, and what happens from now on',
          headers: {
            'Cache-Control': 'Not to be kept',
            'X-Accel-Buffering': 'Proxies are to pass each event on at once',
          },
        },
        204: { description: 'You have all of it, and nothing is to come: do not connect again' },
      },
    },
    schema: {
      operationId: 'followOrder',
      summary: 'Follow an order',
      description: DESCRIPTION,
      tags: ['orders'],
      params: z.object({ id: Id }),
      headers: LastEventId,
      response: { 200: { content: { [EVENT_STREAM]: { schema: LiveStream } } }, 204: Nothing },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const caller = callerOf(request)
      const { order, revision } = await visibleOrder(deps.commands, id, caller)
      const after = BigInt(request.headers['last-event-id'] ?? -1)
      if (after > revision) throw unknownEvent(id, revision)
      if (after === revision && isOver({ refunds: [], ...order })) return reply.code(204).send()

      const lifetime = lifetimes.begin(caller)
      connections.take(caller, lifetime.signal)
      reply.raw.once('close', () => {
        lifetime.end('gone')
      })
      // it reads nothing any more, and has not hung up
      reply.raw.setTimeout(live.stallMs, () => {
        request.log.info({ orderId: id }, 'hanging up on somebody who follows an order and takes nothing')
        reply.raw.destroy()
      })
      return reply
        .type(EVENT_STREAM)
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(messages(id, after, lifetime)))
    },
  })
}

const unknownEvent = (id: string, revision: bigint): ProblemError =>
  new ProblemError('invalid-request', {
    detail: `The order ${id} has no such event yet: its last one is ${revision}`,
    members: {
      errors: [
        { in: 'header', pointer: '/last-event-id', code: 'too_big', message: `must be at most ${revision}` },
      ],
    },
  })
