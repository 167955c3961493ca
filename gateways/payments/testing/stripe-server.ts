import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { invalidRequest, StripeBooks, StripeRefusal, type Params } from './stripe-intents.ts'

/** What goes wrong with the next request whose method and path match. */
export interface Fault {
  readonly at: RegExp
  /**
   * `error`: 500, which the key is answered with from then on. `too_many`: 429, which it is not. `reset`: the connection is closed
   * without an answer. `silence`: there is never an answer.
   */
  readonly kind: 'error' | 'too_many' | 'reset' | 'silence'
  /** Whether what was asked for is done all the same. */
  readonly isDone: boolean
}

/**
 * The part of Stripe's API that the provider uses, as its documentation describes it: the state machine of PaymentIntents with
 * manual capture, refunds, idempotency keys, errors. It stands in for the real one, which has no copy that runs offline and keeps
 * state; it can't prove that Stripe does what it says.
 */
export interface StripeServer {
  readonly api: { readonly protocol: 'http'; readonly host: string; readonly port: number }
  readonly secretKey: string
  readonly books: StripeBooks
  /** Method and path of each request, oldest first. */
  readonly requests: string[]
  readonly fail: (...faults: readonly Fault[]) => void
  /** As it does 24 hours after a key was first used. */
  readonly forgetKeys: () => void
  readonly stop: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}
interface KnownKey {
  readonly request: string
  /** Undefined while it is executed. */
  answer?: Answer
}

export const startStripeServer = async (): Promise<StripeServer> => {
  const books = new StripeBooks()
  const secretKey = 'sk_test_not_a_real_key'
  const requests: string[] = []
  const faults: Fault[] = []
  const keys = new Map<string, KnownKey>()
  /** Ids of what is being changed at this moment. */
  const locked = new Set<string>()

  const execute = (method: string, path: string, params: Params): unknown => {
    const [, id = '', action] = /^\/v1\/payment_intents(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? []
    switch (`${method} ${path.replace(id, id === '' ? '' : '<id>')}`) {
      case 'POST /v1/payment_intents':
        return books.create(params)
      case 'GET /v1/payment_intents/<id>':
        return books.intent(id)
      case 'POST /v1/payment_intents/<id>/confirm':
        return books.confirm(id, params)
      case 'POST /v1/payment_intents/<id>/capture':
        return books.capture(id, params)
      case 'POST /v1/payment_intents/<id>/cancel':
        return books.cancel(id)
      case 'POST /v1/refunds':
        return books.refund(params)
      case 'GET /v1/refunds': {
        books.intent(params['payment_intent'] ?? '')
        const data = books.refunds.filter((refund) => refund.payment_intent === params['payment_intent'])
        return { object: 'list', url: '/v1/refunds', has_more: false, data: data.toReversed() }
      }
      default:
        throw invalidRequest('url_invalid', `Unrecognized request URL (${method}: ${path}) ${action ?? ''}`)
    }
  }

  const answerTo = async (
    method: string,
    path: string,
    params: Params,
    fault: Fault | undefined,
  ): Promise<Answer> => {
    const object = params['payment_intent'] ?? path.split('/')[3]
    if (method === 'POST' && object !== undefined) {
      if (locked.has(object)) return lockTimeout
      locked.add(object)
    }
    try {
      // two that come at once shall meet
      await new Promise(setImmediate)
      if (fault?.isDone === false) return fault.kind === 'too_many' ? tooMany : internalError
      const body = structuredClone(execute(method, path, params))
      return fault?.kind === 'error' ? internalError : { status: 200, body }
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error
      return { status: error.status, body: { error: structuredClone(error.error) } }
    } finally {
      if (object !== undefined) locked.delete(object)
    }
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = request
    const url = new URL(request.url ?? '', 'http://localhost')
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    const params = Object.fromEntries(method === 'GET' ? url.searchParams : new URLSearchParams(text))
    requests.push(`${method} ${url.pathname}`)

    const send = ({ status, body }: Answer, more: Record<string, string> = {}): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'request-id': `req_${requests.length}`,
        ...more,
      })
      response.end(JSON.stringify(body))
    }
    if (headers.authorization !== `Bearer ${secretKey}`) {
      const message = `Invalid API Key provided: ${String(headers.authorization)}`
      send({ status: 401, body: { error: { type: 'invalid_request_error', message } } })
      return
    }
    const key = headers['idempotency-key']
    const asked = JSON.stringify([method, url.pathname, params])
    if (method === 'POST' && typeof key === 'string') {
      const known = keys.get(key)
      if (known !== undefined && known.request !== asked) {
        send({
          status: 400,
          body: { error: { type: 'idempotency_error', message: 'Keys can only be used once.' } },
        })
        return
      }
      if (known !== undefined) {
        if (known.answer === undefined) send(keyInUse)
        else send(known.answer, { 'idempotent-replayed': 'true' })
        return
      }
      keys.set(key, { request: asked })
    }
    const index = faults.findIndex(({ at }) => at.test(`${method} ${url.pathname}`))
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]
    const answer = await answerTo(method, url.pathname, params, fault)
    if (typeof key === 'string') {
      const isLost = fault?.isDone === false && fault.kind !== 'error'
      if (answer.status === 429 || isLost) keys.delete(key)
      else keys.set(key, { request: asked, answer })
    }
    if (fault?.kind === 'silence') return
    if (fault?.kind === 'reset') request.socket.destroy()
    else send(answer)
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      response.writeHead(599).end(String(error))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It has no port')

  return {
    api: { protocol: 'http', host: '127.0.0.1', port: address.port },
    secretKey,
    books,
    requests,
    fail: (...more) => {
      faults.push(...more)
    },
    forgetKeys: () => {
      keys.clear()
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const failure = (status: number, error: object): Answer => ({ status, body: { error } })

const internalError = failure(500, { type: 'api_error', message: 'An unknown error occurred.' })
const tooMany = failure(429, {
  type: 'invalid_request_error',
  code: 'rate_limit',
  message: 'Too many requests.',
})
const lockTimeout = failure(429, {
  type: 'invalid_request_error',
  code: 'lock_timeout',
  message: 'This object cannot be accessed right now because another request is currently accessing it.',
})
const keyInUse = failure(409, {
  type: 'idempotency_error',
  code: 'idempotency_key_in_use',
  message: 'There is currently another in-progress request using this key.',
})
