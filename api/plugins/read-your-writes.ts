import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parsePosition, type Position } from '../../projections/positions.ts'
import type { Waiting } from '../../projections/waiting.ts'
import { ProblemError, retryAfter } from '../problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What a query has to wait for. */
    awaitedPosition: Position | undefined
  }
}

const HEADER = 'if-position-reached'
const PARAMETER = 'position'

/**
 * Queries that declare which read models they read take the `Position` of an earlier answer, as If-Position-Reached or as
 * `?position=`, and wait until these read models have it. Where that takes too long the answer is 504 with Retry-After.
 */
export const readYourWrites = (
  app: FastifyInstance,
  { waiting, positionMs }: { readonly waiting: Waiting; readonly positionMs: number },
): void => {
  app.decorateRequest('awaitedPosition', undefined)
  // before the query is validated: routes need not know of it
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.reads !== undefined) request.awaitedPosition = awaitedPosition(request)
    done()
  })
  app.addHook('preHandler', async (request) => {
    const { reads } = request.routeOptions.config
    const position = request.awaitedPosition
    if (reads === undefined || position === undefined) return
    const reached = await Promise.all(
      [reads].flat().map((name) => waiting.untilPosition(name, position, positionMs)),
    )
    if (reached.includes(false)) throw positionNotReached()
  })
}

/** The position that a request asks for, taken out of its query. @throws ProblemError where it is none */
const awaitedPosition = (request: FastifyRequest): Position | undefined => {
  const { [PARAMETER]: parameter, ...query } = request.query as Record<string, unknown>
  request.query = query
  const header = request.headers[HEADER]
  if (header !== undefined) return positionIn('header', `/${HEADER}`, header)
  return parameter === undefined ? undefined : positionIn('query', `/${PARAMETER}`, parameter)
}

const positionIn = (place: 'header' | 'query', pointer: string, value: unknown): Position => {
  const position = typeof value === 'string' ? parsePosition(value) : undefined
  if (position !== undefined) return position
  throw new ProblemError('invalid-request', {
    detail: 'The position must be the Position of an earlier answer',
    members: { errors: [{ in: place, pointer, code: 'invalid_format', message: 'is not valid' }] },
  })
}

export const positionNotReached = (): ProblemError =>
  new ProblemError('position-not-reached', { headers: retryAfter(1) })
