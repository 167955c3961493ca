import { randomUUID } from 'node:crypto'
import type { TokenOrHeader } from '@fastify/jwt'
import jwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ROLES, SCOPES, scopesOf } from '../../supporting/accounts/roles.ts'
import type { Role, Scope } from '../../supporting/accounts/roles.ts'
import type { KeyRing } from '../../supporting/accounts/signing-keys.ts'
import { ProblemError } from '../problems.ts'
import type { Access } from '../routing.ts'

/** Who is calling, as the access token says. */
export interface Caller {
  readonly id: string
  readonly roles: readonly Role[]
  readonly scopes: ReadonlySet<Scope>
}

/** Claims of an access token; see RFC 9068. */
const Claims = z.object({
  sub: z.string().min(1),
  roles: z.array(z.enum(ROLES)),
  scope: z.string().transform((text) => text.split(' ').filter(isScope)),
})

const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text)

declare module 'fastify' {
  interface FastifyRequest {
    /** undefined on a public route. */
    caller: Caller | undefined
  }
}

export interface TokenOptions {
  readonly keys: KeyRing
  /** `iss` and `aud` of the tokens: this installation. */
  readonly issuer: string
  /** How long an access token is good. */
  readonly accessTokenSeconds: number
}

/** Makes an access token for an account: RS256, in the profile of RFC 9068. */
export type SignAccessToken = (account: { readonly id: string; readonly roles: readonly Role[] }) => string

/**
 * Checks access tokens, and lets a request through to its route only where the route's `access` says so. A route that
 * declares no access is refused at start.
 */
export const authentication = async (
  app: FastifyInstance,
  { keys, issuer, accessTokenSeconds }: TokenOptions,
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
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const { access } = request.routeOptions.config
    if (access === 'public') return
    request.caller = await authenticate(request)
    if (access === undefined || !allows(access, request.caller)) throw forbidden(access)
  })
  refuseUndeclaredRoutes(app)

  return ({ id, roles }) => {
    const { kid, privateKey } = keys.current()
    const claims = { sub: id, client_id: id, jti: randomUUID(), roles, scope: scopesOf(roles).join(' ') }
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

const authenticate = async (request: FastifyRequest): Promise<Caller> => {
  if (request.headers.authorization === undefined) {
    throw new ProblemError('unauthenticated', { headers: challenge() })
  }
  try {
    const { sub, roles, scope } = Claims.parse(await request.jwtVerify())
    return { id: sub, roles, scopes: new Set(scope) }
  } catch (cause) {
    throw new ProblemError('unauthenticated', {
      detail: 'The access token is not valid, or not any more',
      headers: challenge('error="invalid_token"'),
      cause,
    })
  }
}

const allows = (access: Access, { scopes }: Caller): boolean =>
  access === 'public' || access === 'signed-in' || scopes.has(access.scope)

const forbidden = (access: Access | undefined): ProblemError =>
  typeof access === 'object'
    ? new ProblemError('forbidden', {
        detail: `This needs the scope ${access.scope}`,
        headers: challenge(`error="insufficient_scope", scope="${access.scope}"`),
      })
    : new ProblemError('forbidden')

/** RFC 6750, section 3. */
const challenge = (error?: string): Record<string, string> => ({
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

const refuseUndeclaredRoutes = (app: FastifyInstance): void => {
  const routes: { readonly url: string; readonly config?: { readonly access?: Access } }[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  app.addHook('onReady', (done) => {
    const undeclared = routes.find((route) => route.config?.access === undefined)
    done(undeclared && new Error(`The route ${undeclared.url} does not declare who may call it`))
  })
}
