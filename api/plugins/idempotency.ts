import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { digestOf } from '../../supporting/accounts/secrets.ts'
import { fingerprintOf } from '../../supporting/idempotency/fingerprint.ts'
import type { Claim, StoredAnswer } from '../../supporting/idempotency/idempotency.ts'
import { claim, DEFAULT_IDEMPOTENCY, release, settle } from '../../supporting/idempotency/idempotency.ts'
import { preferredWait } from '../prefer.ts'
import { ProblemError, retryAfter } from '../problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Held from before the handler until the answer is kept. */
    idempotencyClaim: Claim | undefined
    /** Id of the command that the request asks for: the same for every attempt with one idempotency key. */
    readonly commandId: string
  }
}

/** Printable ASCII. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** Header fields that belong to an answer and are given again with it. */
const KEPT_HEADERS = ['content-type', 'location', 'position', 'preference-applied', 'etag', 'retry-after']

/**
 * Routes that declare `idempotent` take an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same key and
 * request of one account get the same answer for 24 hours, and are carried out once. Answers that say that it is not known
 * or not yet decided (5xx) are not kept: the request may be sent again.
 */
export const idempotency = (
  app: FastifyInstance,
  { pool, waitSeconds }: { readonly pool: Pool; readonly waitSeconds: number },
): void => {
  app.decorateRequest('idempotencyClaim', undefined)
  app.decorateRequest('commandId', {
    getter(this: FastifyRequest) {
      return this.idempotencyClaim?.commandId ?? this.id
    },
  })

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (request.routeOptions.config.idempotent !== true || key === undefined) return
    if (typeof key !== 'string' || !KEY.test(key)) throw malformedKey()
    const owner = ownerOf(request)
    // Nobody to tell from others: what was kept could be given to the wrong one, with the token of somebody's cart in it. Not refused:
    // clients send a key with every POST, and one that begins a cart twice has begun two, of which only that counts whose token it keeps.
    if (owner === undefined) return
    const identified = {
      accountId: owner,
      route: `${request.method} ${request.routeOptions.url ?? ''}`,
      key,
      fingerprint: fingerprintOf({
        params: request.params,
        query: request.query,
        body: request.body ?? null,
      }),
    }
    const waitMs = 1000 * (preferredWait(request.headers['prefer'], waitSeconds) ?? 0)
    const { leaseMs, keepMs } = DEFAULT_IDEMPOTENCY
    const outcome = await claim(pool, identified, { leaseMs: leaseMs + waitMs, keepMs })
    switch (outcome.kind) {
      case 'claimed':
        request.idempotencyClaim = outcome.claim
        return
      case 'answered':
        return replay(reply, outcome.answer)
      case 'in_flight':
        throw new ProblemError('idempotency-in-flight', { headers: retryAfter(1) })
      case 'mismatch':
        throw new ProblemError('idempotency-key-reused')
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.idempotencyClaim
    if (held === undefined) return payload
    request.idempotencyClaim = undefined
    try {
      if (reply.statusCode >= 500 || typeof payload !== 'string') await release(pool, held)
      else await settle(pool, held, { status: reply.statusCode, headers: keptHeaders(reply), body: payload })
    } catch (error) {
      // What was asked for is done. Without a kept answer a repetition finds it done, by its command id, and says so again.
      request.log.warn({ err: error }, 'the answer to an idempotent request could not be kept')
    }
    return payload
  })
}

/** Whose keys they are: those of an account, or of whoever has the token of a cart. */
const ownerOf = ({ caller, headers }: FastifyRequest): string | undefined => {
  if (caller !== undefined) return caller.id
  const token = headers['cart-token']
  return typeof token === 'string' ? `cart:${digestOf(token)}` : undefined
}

const malformedKey = (): ProblemError =>
  new ProblemError('invalid-request', {
    detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters without blanks',
    members: {
      errors: [
        { in: 'header', pointer: '/idempotency-key', code: 'invalid_format', message: 'is not valid' },
      ],
    },
  })

const replay = (reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply =>
  reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body)

const keptHeaders = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name)
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
