import type { FastifyInstance } from 'fastify'

/**
 * One line for each request, when it is answered: at `info` where it may have changed something or was refused, else at
 * `debug`. The address without its query, which may hold what is nobody's business.
 */
export const requestLog = (app: FastifyInstance): void => {
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      method: request.method,
      path: pathOf(request.url),
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    }
    const isQuiet = request.method === 'GET' && reply.statusCode < 400
    request.log[isQuiet ? 'debug' : 'info'](line, 'request answered')
    done()
  })
}

/** An address without its query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url
