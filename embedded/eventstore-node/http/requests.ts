import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Access, Identity } from '../users/access.ts'
import { AccessDeniedError, NotAuthenticatedError, TooManyLoginsError } from '../users/errors.ts'
import type { Sessions } from '../web/sessions.ts'
import { HttpError, readBody, text, type HttpAnswer, type HttpRequest, type HttpRoute } from './exchange.ts'

export interface ListenerOptions {
  readonly routes: readonly HttpRoute[]
  readonly access: Access
  readonly sessions: Sessions
  /** Whether callers come by TLS. */
  readonly secure: boolean
  /** Whether the node can only be reached from its own machine: then it answers to that machine's names only. */
  readonly onLoopback: boolean
  /** Hears of what went wrong within. */
  readonly report: (line: string) => void
}

const ASK_FOR_CREDENTIALS = { 'www-authenticate': 'Basic realm="Event store", charset="UTF-8"' }
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Asks one route after the other; 404 where none knows the path. */
export function createRequestListener(options: ListenerOptions): RequestListener {
  return (message, response) => {
    handle(options, message)
      .catch((error: unknown) => answerOf(error, options.report))
      .then((answer) => {
        send(message, response, answer)
      })
      .catch((error: unknown) => {
        options.report(`HTTP: ${String(error)}`)
        response.destroy()
      })
  }
}

async function handle(options: ListenerOptions, message: IncomingMessage): Promise<HttpAnswer> {
  const url = urlOf(message, options.secure)
  if (options.onLoopback && !isLoopback(url.hostname))
    throw new HttpError(421, `This node does not answer to the name ${url.hostname}.`)
  const { method = 'GET', headers } = message
  if (!SAFE_METHODS.has(method)) refuseStrangers(headers, url)
  const user = await identify(options, headers, url)
  let body: Promise<Buffer> | undefined
  const request: HttpRequest = {
    method: method === 'HEAD' ? 'GET' : method,
    url,
    headers,
    user,
    body: () => (body ??= readBody(message)),
  }
  for (const route of options.routes) {
    const answer = await route(request)
    if (answer !== undefined) return answer
  }
  return { status: 404 }
}

/** Credentials that come with the request go before those that somebody gave on a page. */
async function identify(
  { access, sessions }: ListenerOptions,
  { authorization, cookie }: IncomingMessage['headers'],
  { port }: URL,
): Promise<Identity> {
  const signedIn = authorization === undefined ? sessions.identityOf(cookie, port) : undefined
  return signedIn ?? access.identify(authorization)
}

function urlOf({ url: target = '/', headers }: IncomingMessage, secure: boolean): URL {
  const base = `${secure ? 'https' : 'http'}://${headers.host ?? 'localhost'}`
  const isPath = /^\/(?!\/)/.test(target) && URL.canParse(target, base)
  const url = isPath ? new URL(target, base) : undefined
  // what stands before an at sign in `host` would make it look like another
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new HttpError(400, 'This is no address here.')
  return url
}

/**
 * A page that a browser was lured to can give itself a name that leads to this machine, and so read what stands here
 * (DNS rebinding). Names of this machine can't be had that way.
 */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0

/** A browser says which page a change comes from: another server's page may not change anything here. */
function refuseStrangers(headers: IncomingMessage['headers'], url: URL): void {
  const site = headers['sec-fetch-site']
  const { origin } = headers
  const isStrange =
    (origin !== undefined && origin !== url.origin) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  if (isStrange) throw new HttpError(403, 'Another page asked for this change.')
}

function answerOf(error: unknown, report: (line: string) => void): HttpAnswer {
  if (error instanceof HttpError) return error.answer
  // EventStoreDB asks for credentials also where those that came are not enough
  if (error instanceof NotAuthenticatedError || error instanceof AccessDeniedError)
    return { status: 401, headers: ASK_FOR_CREDENTIALS }
  if (error instanceof TooManyLoginsError)
    return { ...text(error.message, 503), headers: { 'retry-after': '5' } }
  report(`HTTP: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return text('The node failed to answer: its log says why.', 500)
}

function send(message: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  const { status, reason, headers = {}, body, stream } = answer
  // what is left of a body that nobody read
  message.resume()
  const all = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    // whoever is still sending is not waited for before the next request
    ...(message.complete ? {} : { connection: 'close' }),
    ...headers,
  }
  if (reason === undefined) response.writeHead(status, all)
  else response.writeHead(status, reason, all)
  if (message.method === 'HEAD') response.end()
  else if (stream !== undefined) stream(response)
  else response.end(body)
}
