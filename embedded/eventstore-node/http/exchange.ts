import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../users/access.ts'

/** A request as the parts of the node see it: it is known who asks, and that it does not come from a stranger's page. */
export interface HttpRequest {
  readonly method: string
  /** As the caller knows the node, from the `host` header. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly user: Identity
  /** All of the body. @throws HttpError 413 where it is larger than a megabyte */
  readonly body: () => Promise<Buffer>
}

export interface HttpAnswer {
  readonly status: number
  /** Goes behind the status code where it is not the usual one. */
  readonly reason?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Writes the body bit by bit; called when status and headers are sent. */
  readonly stream?: (response: ServerResponse) => void
}

/** Answers a request whose path it knows; undefined leaves it to the next one. */
export type HttpRoute = (request: HttpRequest) => HttpAnswer | undefined | Promise<HttpAnswer | undefined>

/** An answer ends the handling of a request. */
export class HttpError extends Error {
  readonly answer: HttpAnswer

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'HttpError'
    this.answer = { ...text(message, status), headers: { ...text('').headers, ...headers } }
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** JSON as EventStoreDB sends it: with two spaces. */
export const json = (body: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': JSON_TYPE },
  body: JSON.stringify(body, null, 2),
})

export const text = (body: string, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

export const redirect = (location: string, status = 302): HttpAnswer => ({ status, headers: { location } })

const LARGEST_BODY = 1024 * 1024

/** @throws HttpError 413 where it is larger than a megabyte */
export function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    message.on('data', (part: Buffer) => {
      length += part.length
      if (length <= LARGEST_BODY) parts.push(part)
      else reject(new HttpError(413, `A body may have ${LARGEST_BODY} bytes.`))
    })
    message.once('end', () => {
      resolve(Buffer.concat(parts))
    })
    message.once('error', reject)
  })
}

/** The segments of a path as they were meant; undefined where their escapes are broken. */
export function segmentsOf(url: URL): readonly string[] | undefined {
  try {
    return url.pathname.slice(1).split('/').map(decodeURIComponent)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
