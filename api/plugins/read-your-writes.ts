import type { FastifyInstance } from 'fastify'
import { parsePosition } from '../../projections/positions.ts'
import type { Waiting } from '../../projections/waiting.ts'
import { ProblemError, retryAfter } from '../problems.ts'

/**
 * Queries that declare which read model they read take If-Position-Reached, the `Position` of an earlier answer, and wait
 * until the read model has it.
 */
export const readYourWrites = (
  app: FastifyInstance,
  { waiting, positionMs }: { readonly waiting: Waiting; readonly positionMs: number },
): void => {
  app.addHook('preHandler', async (request) => {
    const { reads } = request.routeOptions.config
    const header = request.headers['if-position-reached']
    if (reads === undefined || header === undefined) return
    const position = typeof header === 'string' ? parsePosition(header) : undefined
    if (position === undefined) throw malformedPosition()
    if (!(await waiting.untilPosition(reads, position, positionMs))) throw positionNotReached()
  })
}

export const positionNotReached = (): ProblemError =>
  new ProblemError('position-not-reached', { headers: retryAfter(1) })

const malformedPosition = (): ProblemError =>
  new ProblemError('invalid-request', {
    detail: 'If-Position-Reached must be the Position of an earlier answer',
    members: {
      errors: [
        { in: 'header', pointer: '/if-position-reached', code: 'invalid_format', message: 'is not valid' },
      ],
    },
  })
