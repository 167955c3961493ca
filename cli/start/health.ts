import { createServer } from 'node:http'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { HealthCheck } from '../../api/deps.ts'
import type { EventStore } from '../../eventstore/types.ts'
import type { Config } from '../../platform/config.ts'
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
 * Answers `/health/live` and `/health/ready` for an instance that has no API, as the API does for one that has.
 * @throws StartError where the address is not to be had
 */
export const serveHealth = (
  checks: Readonly<Record<string, HealthCheck>>,
  { host, port }: Config['api'],
): Promise<Listening> => {
  const server = createServer((request, response) => {
    void answer(request.url ?? '', checks).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
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

const answer = async (
  url: string,
  checks: Readonly<Record<string, HealthCheck>>,
): Promise<{ status: number; body: unknown }> => {
  if (url === '/health/live') return { status: 200, body: { status: 'live' } }
  if (url !== '/health' && url !== '/health/ready')
    return { status: 404, body: { status: 404, title: 'Not Found' } }
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) =>
      check().then(
        () => [name, 'up'] as const,
        () => [name, 'down'] as const,
      ),
    ),
  )
  const ready = results.every(([, result]) => result === 'up')
  return {
    status: ready ? 200 : 503,
    body: { status: ready ? 'ready' : 'unavailable', checks: Object.fromEntries(results) },
  }
}
