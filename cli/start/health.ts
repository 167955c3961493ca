import { createServer } from 'node:http'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { HealthCheck } from '../../api/deps.ts'
import { pathOf } from '../../api/plugins/request-log.ts'
import type { EventStore } from '../../eventstore/types.ts'
import type { Config } from '../../platform/config.ts'
import { mayReadMetrics, type Metrics } from '../../platform/metrics.ts'
import { addressError } from './listen.ts'
import type { Listening } from './listen.ts'

/** Whether what every part needs answers. */
export const healthChecks = (parts: {
  readonly store: EventStore
  readonly pool: Pool
  readonly redis: Redis | undefined
}): Readonly<Record<string, HealthCheck>> => ({
  eventStore: async () => {
    await parts.store.headPosition()
  },
  postgres: async () => {
    await parts.pool.query('select 1')
  },
  ...(parts.redis && { redis: pinging(parts.redis) }),
})

const pinging =
  (redis: Redis): HealthCheck =>
  async () => {
    await redis.ping()
  }

/**
 * Answers `/health/live`, `/health/ready` and `/metrics` for an instance that has no API, as the API does for one that has.
 * @throws StartError where the address is not to be had
 */
export const serveHealth = (
  checks: Readonly<Record<string, HealthCheck>>,
  metrics: Metrics,
  config: Pick<Config, 'api' | 'metrics'>,
): Promise<Listening> => {
  const { host, port } = config.api
  const server = createServer(({ url = '', headers }, response) => {
    const answer =
      pathOf(url) === '/metrics'
        ? metricsAnswer(metrics, config.metrics, headers.authorization)
        : healthAnswer(pathOf(url), checks)
    void answer.then(({ status, body, headers }) => {
      response.writeHead(status, { 'cache-control': 'no-store', ...headers })
      response.end(body)
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(addressError(error, 'health checks', host, port))
    })
    server.listen(port, host, () => {
      const address = server.address()
      const actual = typeof address === 'object' && address ? address.port : port
      resolve({
        url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
        stop: () =>
          new Promise((done) => {
            server.close(() => {
              done()
            })
            server.closeAllConnections()
          }),
      })
    })
  })
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const json = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

const metricsAnswer = async (
  metrics: Metrics,
  access: Config['metrics'],
  authorization: string | undefined,
): Promise<Answer> => {
  if (access.kind === 'closed') {
    return json(403, { status: 403, title: 'Metrics are shown once METRICS_TOKEN is set' })
  }
  if (!mayReadMetrics(access, authorization)) {
    const title = 'This needs the bearer token METRICS_TOKEN'
    return json(401, { status: 401, title }, { 'www-authenticate': 'Bearer' })
  }
  return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.metrics() }
}

const healthAnswer = async (path: string, checks: Readonly<Record<string, HealthCheck>>): Promise<Answer> => {
  if (path === '/health/live') return json(200, { status: 'live' })
  if (path !== '/health' && path !== '/health/ready') return json(404, { status: 404, title: 'Not Found' })
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) =>
      check().then(
        () => [name, 'up'] as const,
        () => [name, 'down'] as const,
      ),
    ),
  )
  const ready = results.every(([, result]) => result === 'up')
  return json(ready ? 200 : 503, {
    status: ready ? 'ready' : 'unavailable',
    checks: Object.fromEntries(results),
  })
}
