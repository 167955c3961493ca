import type { IncomingMessage, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { v7 as uuid } from 'uuid'
import type { ProblemKind } from '../problems.ts'
import { problemBody, PROBLEM_JSON, ProblemError, PROBLEMS } from '../problems.ts'
import { correlationIdOf } from './correlation.ts'
import { pathOf } from './request-log.ts'

// Problems that come up before a request has reached the app: no hook has seen it, and it is answered by hand.

const KINDS_OF_PARSER_ERRORS: ReadonlyMap<string, ProblemKind> = new Map([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
])

/** Answers what is not even HTTP, or comes too slowly; then the connection is closed. */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error)
    return
  }
  const requestId = uuid()
  const kind = KINDS_OF_PARSER_ERRORS.get(error.code ?? '') ?? 'malformed-request'
  const { body, headers } = answerTo(kind, '', { requestId, correlationId: requestId })
  const { status } = PROBLEMS[kind]
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end(
    [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, 'connection: close', '', body].join(
      '\r\n',
    ),
  )
}

/** Answers an address that the router can't read: it is malformed, or a part of it is too long to name anything. */
export const answerUnroutable = (
  error: { readonly code: string },
  request: { readonly id: string; readonly raw: Pick<IncomingMessage, 'url' | 'headers'> },
  reply: { readonly raw: ServerResponse },
): void => {
  const kind = error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'not-found' : 'malformed-request'
  const { body, headers } = answerTo(kind, pathOf(request.raw.url ?? ''), {
    requestId: request.id,
    correlationId: correlationIdOf(request.raw.headers, request.id),
  })
  reply.raw.writeHead(PROBLEMS[kind].status, headers).end(body)
}

const answerTo = (
  kind: ProblemKind,
  instance: string,
  { requestId, correlationId }: { readonly requestId: string; readonly correlationId: string },
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } => {
  const body = JSON.stringify(problemBody(new ProblemError(kind), { instance, correlationId }))
  return {
    body,
    headers: {
      'content-type': PROBLEM_JSON,
      'content-length': String(Buffer.byteLength(body)),
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      'x-correlation-id': correlationId,
    },
  }
}
