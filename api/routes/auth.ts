import { z } from 'zod'
import { signIn } from '../../supporting/accounts/accounts.ts'
import type { ApiDeps } from '../deps.ts'
import type { SignAccessToken } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'

const Credentials = z
  .strictObject({
    email: z.string().min(3).max(254),
    password: z.string().min(1).max(256),
  })
  .meta({
    id: 'Credentials',
    examples: [{ email: 'customer@demo.test', password: 'orderstream-demo' }],
  })

const AccessToken = z
  .object({
    accessToken: z.string().meta({ description: 'JWT; send it as `Authorization: Bearer …`' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).meta({ description: 'Seconds' }),
  })
  .meta({ id: 'AccessToken' })

const JwkSet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.literal('RS256'),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: 'JwkSet', description: 'RFC 7517' })

export interface AuthRoutesDeps extends Pick<ApiDeps, 'pool' | 'passwords' | 'keys'> {
  readonly signAccessToken: SignAccessToken
  readonly accessTokenSeconds: number
}

export const authRoutes = (
  app: Routes,
  { pool, passwords, signAccessToken, accessTokenSeconds }: AuthRoutesDeps,
): void => {
  app.route({
    method: 'POST',
    url: '/auth/login',
    config: {
      access: 'public',
      problems: ['invalid-credentials'],
      answers: { 200: { description: 'Signed in' } },
    },
    schema: {
      operationId: 'login',
      summary: 'Sign in with e-mail address and password',
      tags: ['auth'],
      body: Credentials,
      response: { 200: AccessToken },
    },
    handler: async (request, reply) => {
      const account = await signIn(pool, passwords, request.body)
      if (account === undefined) throw new ProblemError('invalid-credentials')
      return reply
        .header('cache-control', 'no-store')
        .send({ accessToken: signAccessToken(account), tokenType: 'Bearer', expiresIn: accessTokenSeconds })
    },
  })
}

/** Where the well-known addresses hang: at the root. */
export const wellKnownRoutes = (app: Routes, { keys }: Pick<ApiDeps, 'keys'>): void => {
  app.route({
    method: 'GET',
    url: '/.well-known/jwks.json',
    config: {
      access: 'public',
      answers: { 200: { description: 'Keys that access tokens are signed with' } },
    },
    schema: {
      operationId: 'getJwks',
      summary: 'Public keys of the access tokens',
      tags: ['auth'],
      response: { 200: JwkSet },
    },
    handler: (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=300').send({ keys: [...keys.jwks()] })
    },
  })
}
