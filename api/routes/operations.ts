import { z } from 'zod'
import { mayReadMetrics } from '../../platform/metrics.ts'
import type { ApiDeps, HealthCheck } from '../deps.ts'
import { ProblemError, retryAfter } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { challenge } from '../plugins/authentication.ts'

const CheckResult = z.enum(['up', 'down'])

const Live = z.object({ status: z.literal('live') }).meta({ id: 'Live' })

const Ready = z
  .object({
    status: z.literal('ready'),
    checks: z.record(z.string(), CheckResult).meta({ description: 'By part' }),
  })
  .meta({ id: 'Ready', examples: [{ status: 'ready', checks: { postgres: 'up', eventStore: 'up' } }] })

/** A part that takes longer than this counts as down. */
const CHECK_TIMEOUT_MS = 2_000

export const operationsRoutes = (
  app: Routes,
  { health, metrics, metricsAccess }: Pick<ApiDeps, 'health' | 'metrics' | 'metricsAccess'>,
): void => {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { access: 'public', limit: 'none', answers: { 200: { description: 'The process answers' } } },
    schema: {
      operationId: 'getLiveness',
      summary: 'Whether the process lives',
      tags: ['operations'],
      response: { 200: Live },
    },
    handler: (_request, reply) => {
      void reply.header('cache-control', 'no-store').send({ status: 'live' })
    },
  })

  for (const url of ['/health', '/health/ready']) {
    app.route({
      method: 'GET',
      url,
      config: { access: 'public', limit: 'none', answers: { 200: { description: 'All parts answer' } } },
      schema: {
        operationId: url === '/health' ? 'getHealth' : 'getReadiness',
        summary: 'Whether requests can be served',
        tags: ['operations'],
        response: { 200: Ready },
      },
      handler: async (request, reply) => {
        const results = await Promise.all(
          Object.entries(health).map(async ([part, check]) => {
            const reason = await failureOf(check)
            if (reason !== undefined) request.log.warn({ part, err: reason }, 'a part is not available')
            return [part, reason === undefined ? 'up' : 'down'] as const
          }),
        )
        const checks = Object.fromEntries(results)
        if (results.some(([, result]) => result === 'down')) {
          throw new ProblemError('unavailable', { members: { checks }, headers: retryAfter(2) })
        }
        return reply.header('cache-control', 'no-store').send({ status: 'ready', checks })
      },
    })
  }

  app.route({
    method: 'GET',
    url: '/metrics',
    config: {
      access: 'public',
      limit: 'none',
      problems: ['unauthenticated', 'forbidden'],
      answers: { 200: { description: 'In the text format of Prometheus' } },
    },
    schema: {
      operationId: 'getMetrics',
      summary: 'What this instance counts and measures',
      description:
        'For whoever brings the bearer token `METRICS_TOKEN`. Without one it is open on an installation that only its own machine reaches, and closed on others.',
      tags: ['operations'],
      produces: ['text/plain'],
      response: { 200: z.string() },
    },
    handler: async (request, reply) => {
      if (metricsAccess.kind === 'closed') {
        throw new ProblemError('forbidden', { detail: 'Metrics are shown once METRICS_TOKEN is set' })
      }
      if (!mayReadMetrics(metricsAccess, request.headers.authorization)) {
        throw new ProblemError('unauthenticated', {
          detail: 'This needs the bearer token METRICS_TOKEN',
          headers: challenge(),
        })
      }
      return reply
        .type(metrics.contentType)
        .header('cache-control', 'no-store')
        .send(await metrics.metrics())
    },
  })
}

/** Why a part is down; undefined where it is up. */
const failureOf = async (check: HealthCheck): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer within ${CHECK_TIMEOUT_MS} ms`))
    }, CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([check(), tooLate])
    return undefined
  } catch (error) {
    return error ?? new Error('No reason given')
  } finally {
    clearTimeout(timer)
  }
}
