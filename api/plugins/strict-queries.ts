import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** Whoever sends to these puts what he likes into their address: a provider, or a cache that keeps versions of a file apart. */
const LENIENT = ['/api/v1/payments/webhooks/', '/api/v1/images/']

/** A route that takes no query refuses one, as others refuse fields that they don't know: a slip is not taken for a wish. */
export const strictQueries = (app: FastifyInstance): void => {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/v1/') || LENIENT.some((prefix) => route.url.startsWith(prefix))) return
    route.schema = { querystring: z.strictObject({}), ...route.schema }
  })
}
