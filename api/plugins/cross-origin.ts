import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Header fields of answers that a page of another origin may read, beside those that it always may. */
const EXPOSED = [
  ...['Location', 'ETag', 'Position', 'Preference-Applied', 'Retry-After', 'WWW-Authenticate'],
  ...['RateLimit', 'RateLimit-Policy', 'X-Request-Id', 'X-Correlation-Id', 'Idempotency-Replayed'],
]

/** How long a browser may keep what it was told of a route, in seconds. */
const PREFLIGHT_SECONDS = 600

/**
 * Lets pages of these origins call the API, with credentials, and read what clients need. To pages of others nothing is said, so that
 * their browsers keep the answers from them. It goes before authorisation: a browser asks first, without credentials, and has to be
 * able to read refusals too.
 */
export const crossOrigin = async (app: FastifyInstance, origins: readonly string[]): Promise<void> => {
  if (origins.length === 0) return
  const allowed = new Set(origins)
  // what takes the questions of browsers at all addresses is a route as well
  app.addHook('onRoute', (route) => {
    if (route.url === '*') route.config = { ...route.config, access: 'public', limit: 'none' }
  })
  await app.register(cors, {
    origin: (origin, decided) => {
      decided(null, origin !== undefined && allowed.has(origin) ? origin : false)
    },
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  })
}
