import type { FastifyInstance } from 'fastify'
import { Histogram, type Metrics } from '../../platform/metrics.ts'

/** How long requests took, by route: by the pattern of the address, so that callers can't make up new series. */
export const requestMetrics = (app: FastifyInstance, metrics: Metrics): void => {
  const durations = new Histogram({
    name: 'orderstream_http_request_duration_seconds',
    help: 'How long requests took until they were answered',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  })
  app.addHook('onResponse', (request, reply, done) => {
    // how long somebody has listened says nothing of how fast answers are
    if (request.routeOptions.config.isLive === true && reply.statusCode === 200) {
      done()
      return
    }
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    durations.observe(labels, reply.elapsedTime / 1_000)
    done()
  })
}
