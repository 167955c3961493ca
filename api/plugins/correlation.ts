import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
import { LogController } from 'fastify'
import { v7 as uuid } from 'uuid'

declare module 'fastify' {
  interface FastifyRequest {
    /** Goes into every event that comes of the request, and back to the caller. */
    readonly correlationId: string
    /** W3C trace context of the caller, where it sent one. */
    readonly traceparent: string | undefined
  }
}

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00; ids of zeros alone are not valid. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's, or else the request's own id. */
export const correlationIdOf = (headers: IncomingHttpHeaders, requestId: string): string => {
  const sent = headers['x-correlation-id']
  return typeof sent === 'string' && SANE.test(sent) ? sent : requestId
}

/** How the server names its requests: an id each, and the caller's correlation id, in every line of the log. */
export const requestNaming = {
  requestIdHeader: false,
  // one line for each request is written by requestLog
  logController: new LogController({ requestIdLogLabel: 'requestId', disableRequestLogging: true }),
  genReqId: () => uuid(),
  childLoggerFactory: (logger, bindings, options, rawRequest) =>
    logger.child(
      { ...bindings, correlationId: correlationIdOf(rawRequest.headers, String(bindings['requestId'])) },
      options,
    ),
} as const satisfies FastifyServerOptions

/** Answers carry the ids of their request. */
export const correlation = (app: FastifyInstance): void => {
  app.decorateRequest('correlationId', {
    getter(this: FastifyRequest) {
      return correlationIdOf(this.headers, this.id)
    },
  })
  app.decorateRequest('traceparent', {
    getter(this: FastifyRequest) {
      const { traceparent } = this.headers
      return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined
    },
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-correlation-id', request.correlationId)
    done()
  })
}
