import { z } from 'zod'
import type { ApiDeps } from '../deps.ts'
import type { Routes } from '../routing.ts'

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

/** What hangs at the root by agreement (RFC 8615). */
export const wellKnownRoutes = (app: Routes, { keys }: Pick<ApiDeps, 'keys'>): void => {
  app.route({
    method: 'GET',
    url: '/.well-known/jwks.json',
    config: {
      access: 'public',
      limit: 'none',
      answers: { 200: { description: 'Keys that access tokens are checked by' } },
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
