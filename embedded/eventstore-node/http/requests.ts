import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { SERVER_VERSION } from '../version.ts'

/** Answers a request whose path it knows; false leaves it to the next one. */
export type HttpRoute = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean

export interface InfoOptions {
  readonly projections: boolean
  readonly authentication: 'insecure' | 'internal'
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body, null, 2))
}

/** `/health/live` and `/info`, as EventStoreDB answers them. */
export function infoRoute(options: InfoOptions): HttpRoute {
  return (_request, response, url) => {
    if (url.pathname === '/health/live') {
      response.writeHead(204).end()
      return true
    }
    if (url.pathname === '/info') {
      sendJson(response, {
        esVersion: `${SERVER_VERSION}.0`,
        state: 'leader',
        features: {
          projections: options.projections,
          userManagement: options.authentication === 'internal',
          atomPub: true,
        },
        authentication: { type: options.authentication, properties: null },
      })
      return true
    }
    return false
  }
}

/** Base of the paths that requests name; its host means nothing. */
const ORIGIN = 'http://node'

/** Asks one route after the other; 404 where none knows the path. */
export function createRequestListener(routes: readonly HttpRoute[]): RequestListener {
  return (request, response) => {
    const target = request.url ?? '/'
    if (!URL.canParse(target, ORIGIN)) {
      response.writeHead(400).end()
      return
    }
    const url = new URL(target, ORIGIN)
    for (const route of routes) {
      if (route(request, response, url)) return
    }
    response.writeHead(404).end()
  }
}
