import { randomUUID } from 'node:crypto'
import type { TokenOrHeader } from '@fastify/jwt'
import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Revocations } from '../../supporting/accounts/revocations.ts'
import type { Role, Scope } from '../../supporting/accounts/roles.ts'
import { isScope, ROLES } from '../../supporting/accounts/roles.ts'
import type { KeyRing } from '../../supporting/accounts/signing-keys.ts'
import { ProblemError } from '../problems.ts'

/** Who is calling, as the access token says. */
export interface Caller {
  readonly kind: 'account' | 'service'
  readonly id: string
  /** None of a service. */
  readonly roles: readonly Role[]
  readonly scopes: ReadonlySet<Scope>
  /** Of the token. */
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** Claims of an access token; see RFC 9068. `issuedAtMs` is `iat` as exactly as revocations need it. */
const Claims = z.object({
  sub: z.string().min(1),
  kind: z.enum(['account', 'service']),
  roles: z.array(z.enum(ROLES)),
  scope: z.string(),
  issuedAtMs: z.int(),
  exp: z.number(),
})

/** Tokens whose signature need not be checked again: that takes some 40 µs of CPU each time. */
const REMEMBERED_TOKENS = 10_000

declare module 'fastify' {
  interface FastifyRequest {
    /** undefined on a public route, and where who calls is not known. */
    caller: Caller | undefined
    /** Why it is not known. */
    authenticationProblem: ProblemError | undefined
  }
}

export interface TokenOptions {
  readonly keys: KeyRing
  readonly revocations: Pick<Revocations, 'isRevoked'>
  /** `iss` and `aud` of the tokens: this installation. */
  readonly issuer: string
  /** How long an access token is good. */
  readonly accessTokenSeconds: number
}

export interface TokenSubject extends Omit<Caller, 'scopes' | 'issuedAt' | 'expiresAt'> {
  readonly scopes: readonly Scope[]
}

/** Makes an access token: RS256, in the profile of RFC 9068. */
export type SignAccessToken = (subject: TokenSubject) => string

/** Finds out who calls a route that is not public. Whether they may is for authorisation to say. */
export const authentication = async (
  app: FastifyInstance,
  { keys, revocations, issuer, accessTokenSeconds }: TokenOptions,
): Promise<SignAccessToken> => {
  await app.register(jwt, {
    secret: {
      private: () => Promise.resolve(keys.current().privateKey),
      public: (_request: FastifyRequest, token: TokenOrHeader) => Promise.resolve(publicKeyFor(keys, token)),
    },
    decode: { complete: true },
    sign: { algorithm: 'RS256', iss: issuer, aud: issuer },
    verify: {
      algorithms: ['RS256'],
      allowedIss: issuer,
      allowedAud: issuer,
      requiredClaims: ['iss', 'aud', 'sub', 'exp', 'scope'],
      checkTyp: 'at+jwt',
    },
  })
  const verified = new LRUCache<string, z.output<typeof Claims>>({ max: REMEMBERED_TOKENS })
  const claimsOf = async (
    request: FastifyRequest,
    authorization: string,
  ): Promise<z.output<typeof Claims>> => {
    const known = verified.get(authorization)
    if (known !== undefined && known.exp * 1_000 > Date.now()) return known
    const claims = Claims.parse(await request.jwtVerify())
    verified.set(authorization, claims)
    return claims
  }

  app.decorateRequest('caller', undefined)
  app.decorateRequest('authenticationProblem', undefined)
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.access === 'public') return
    const { authorization } = request.headers
    if (authorization === undefined) {
      if (request.routeOptions.config.access === 'anybody') return
      request.authenticationProblem = new ProblemError('unauthenticated', { headers: challenge() })
      return
    }
    try {
      const { sub, kind, roles, scope, issuedAtMs, exp } = await claimsOf(request, authorization)
      const issuedAt = new Date(issuedAtMs)
      if (revocations.isRevoked(sub, issuedAt)) throw new Error('The token was revoked')
      const scopes = new Set(scope.split(' ').filter(isScope))
      request.caller = { kind, id: sub, roles, scopes, issuedAt, expiresAt: new Date(exp * 1_000) }
    } catch (cause) {
      request.authenticationProblem = new ProblemError('unauthenticated', {
        detail: 'The access token is not valid, or not any more',
        headers: challenge('error="invalid_token"'),
        cause,
      })
    }
  })

  return ({ kind, id, roles, scopes }) => {
    const { kid, privateKey } = keys.current()
    const issuedAtMs = Date.now()
    const claims = {
      sub: id,
      client_id: id,
      jti: randomUUID(),
      kind,
      roles,
      scope: scopes.join(' '),
      issuedAtMs,
    }
    return app.jwt.sign(claims, {
      key: privateKey,
      kid,
      header: { alg: 'RS256', typ: 'at+jwt' },
      expiresIn: accessTokenSeconds,
    })
  }
}

/** The caller of a route that is not public. */
export const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === undefined) throw new ProblemError('unauthenticated', { headers: challenge() })
  return request.caller
}

/** RFC 6750, section 3. */
export const challenge = (error?: string): Record<string, string> => ({
  'www-authenticate': error === undefined ? 'Bearer' : `Bearer ${error}`,
})

const JoseHeader = z.object({ kid: z.string() })

/** @throws Error where no key of this installation signed the token */
const publicKeyFor = (keys: KeyRing, token: TokenOrHeader): string => {
  const { kid } = JoseHeader.parse('header' in token ? token.header : token)
  const publicKey = keys.publicKeyOf(kid)
  if (publicKey === undefined) throw new Error('The token was signed with a key that is not in the ring')
  return publicKey
}
