import { z } from 'zod'
import type { Scope } from '../../supporting/accounts/roles.ts'
import { isScope } from '../../supporting/accounts/roles.ts'
import { authenticateService } from '../../supporting/accounts/service-accounts.ts'
import type { ApiDeps } from '../deps.ts'
import type { SignAccessToken } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'

const FORM = 'application/x-www-form-urlencoded'

const TokenRequest = z
  .strictObject({
    grant_type: z.string().max(100).meta({ description: '`client_credentials`' }),
    client_id: z.string().max(100).optional(),
    client_secret: z.string().max(200).optional(),
    scope: z
      .string()
      .max(1000)
      .optional()
      .meta({ description: 'With blanks between; all that the client may have if left out' }),
  })
  .meta({
    id: 'TokenRequest',
    examples: [
      {
        grant_type: 'client_credentials',
        client_id: 'service-01KAJ5Z4QW8X2N6T3R9V7C1B0D',
        client_secret: 'Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k',
        scope: 'orders:read:any',
      },
    ],
  })

const TokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().min(1),
    scope: z.string(),
  })
  .meta({ id: 'TokenAnswer' })

export interface ServiceTokenDeps extends Pick<ApiDeps, 'pool'> {
  readonly signAccessToken: SignAccessToken
  readonly accessTokenSeconds: number
}

/** OAuth 2.0 client credentials (RFC 6749, section 4.4), in its own field names; problems carry its error codes. */
export const serviceTokenRoutes = (app: Routes, deps: ServiceTokenDeps): void => {
  const { pool, signAccessToken, accessTokenSeconds } = deps
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body.toString())))
  })

  app.route({
    method: 'POST',
    url: '/auth/token',
    config: {
      access: 'public',
      limit: 'sign-in',
      problems: ['invalid-client', 'invalid-scope', 'unsupported-grant'],
      answers: { 200: { description: 'An access token' } },
    },
    schema: {
      operationId: 'getServiceToken',
      summary: 'Sign in as a service',
      description: 'With id and secret in the body, or as `Authorization: Basic`.',
      tags: ['auth'],
      consumes: [FORM, 'application/json'],
      body: TokenRequest,
      response: { 200: TokenAnswer },
    },
    handler: async (request, reply) => {
      const { grant_type, client_id, client_secret, scope } = request.body
      if (grant_type !== 'client_credentials') {
        throw new ProblemError('unsupported-grant', { members: { error: 'unsupported_grant_type' } })
      }
      const inBody =
        client_id === undefined || client_secret === undefined
          ? undefined
          : { id: client_id, secret: client_secret }
      const credentials = basicCredentials(request.headers.authorization) ?? inBody
      const service = credentials && (await authenticateService(pool, credentials))
      if (service === undefined) {
        throw new ProblemError('invalid-client', {
          members: { error: 'invalid_client' },
          headers: { 'www-authenticate': 'Basic realm="orderstream"' },
        })
      }
      const scopes = scopesWanted(scope, service.scopes)
      return reply.header('cache-control', 'no-store').send({
        access_token: signAccessToken({ kind: 'service', id: service.id, roles: [], scopes }),
        token_type: 'Bearer',
        expires_in: accessTokenSeconds,
        scope: scopes.join(' '),
      })
    },
  })
}

/** RFC 6749, section 2.3.1: both parts are form-encoded. */
const basicCredentials = (
  authorization: string | undefined,
): { readonly id: string; readonly secret: string } | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':', 2)
  if (id === undefined || secret === undefined) return undefined
  try {
    return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) }
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** @throws ProblemError `invalid-scope` where the client may not have them all */
const scopesWanted = (wanted: string | undefined, allowed: readonly Scope[]): Scope[] => {
  if (wanted === undefined) return [...allowed]
  const scopes = wanted.split(' ').filter((scope) => scope !== '')
  const granted = scopes.filter(isScope).filter((scope) => allowed.includes(scope))
  if (granted.length === scopes.length) return granted
  throw new ProblemError('invalid-scope', { members: { error: 'invalid_scope' } })
}
