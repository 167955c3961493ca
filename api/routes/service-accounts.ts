import { ulid } from 'ulid'
import { z } from 'zod'
import type { Revocations } from '../../supporting/accounts/revocations.ts'
import { SERVICE_SCOPES } from '../../supporting/accounts/roles.ts'
import type { ServiceAccount as KnownServiceAccount } from '../../supporting/accounts/service-accounts.ts'
import {
  createServiceAccount,
  listServiceAccounts,
  revokeServiceAccount,
  ServiceNameTakenError,
} from '../../supporting/accounts/service-accounts.ts'
import type { ApiDeps } from '../deps.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Instant, Nothing } from '../schemas.ts'

const ServiceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({ examples: ['billing'] })
const ServiceId = z
  .string()
  .regex(/^service-[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: 'As `client_id`', examples: ['service-01KAJ5Z4QW8X2N6T3R9V7C1B0D'] })

const ServiceAccount = z
  .object({
    id: ServiceId.meta({ description: '`client_id`' }),
    name: ServiceName,
    scopes: z.array(z.string()).readonly(),
    createdAt: Instant,
  })
  .meta({ id: 'ServiceAccount' })

const NewServiceAccount = z
  .strictObject({
    name: ServiceName,
    scopes: z
      .array(z.enum(SERVICE_SCOPES))
      .min(1)
      .max(SERVICE_SCOPES.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'must not repeat a scope'),
  })
  .meta({ id: 'NewServiceAccount', examples: [{ name: 'billing', scopes: ['orders:read:any'] }] })

const CreatedServiceAccount = ServiceAccount.extend({
  secret: z.string().meta({ description: '`client_secret`. It is told this once.' }),
}).meta({ id: 'CreatedServiceAccount' })

const ACCESS = { scope: 'services:write' } as const

export interface ServiceAccountRoutesDeps extends Pick<ApiDeps, 'pool' | 'clock'> {
  readonly revocations: Pick<Revocations, 'refresh'>
}

export const serviceAccountRoutes = (
  app: Routes,
  { pool, clock, revocations }: ServiceAccountRoutesDeps,
): void => {
  app.route({
    method: 'POST',
    url: '/service-accounts',
    config: {
      access: ACCESS,
      problems: ['name-taken'],
      answers: { 201: { description: 'Made' } },
    },
    schema: {
      operationId: 'createServiceAccount',
      summary: 'Make a service account',
      description:
        'Its secret is kept nowhere, so there is no idempotency key: a repetition is told that the name is taken.',
      tags: ['users'],
      body: NewServiceAccount,
      response: { 201: CreatedServiceAccount },
    },
    handler: async (request, reply) => {
      const createdAt = clock.now()
      const account = { id: `service-${ulid(createdAt.getTime())}`, ...request.body, createdAt }
      const secret = await createServiceAccount(pool, account).catch((error: unknown) => {
        throw error instanceof ServiceNameTakenError
          ? new ProblemError('name-taken', { cause: error })
          : error
      })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...serviceView(account), secret })
    },
  })

  app.route({
    method: 'GET',
    url: '/service-accounts',
    config: { access: ACCESS, answers: { 200: { description: 'By name' } } },
    schema: {
      operationId: 'listServiceAccounts',
      summary: 'Service accounts',
      tags: ['users'],
      response: {
        200: z.object({ items: z.array(ServiceAccount).readonly() }).meta({ id: 'ServiceAccountList' }),
      },
    },
    handler: async () => ({ items: (await listServiceAccounts(pool)).map(serviceView) }),
  })

  app.route({
    method: 'DELETE',
    url: '/service-accounts/:id',
    config: { access: ACCESS, answers: { 204: { description: 'Revoked; its tokens are good no more' } } },
    schema: {
      operationId: 'revokeServiceAccount',
      summary: 'Revoke a service account',
      tags: ['users'],
      params: z.object({ id: ServiceId }),
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      if (!(await revokeServiceAccount(pool, request.params.id, clock.now())))
        throw new ProblemError('not-found')
      await revocations.refresh()
      return reply.code(204).send()
    },
  })
}

const serviceView = ({
  id,
  name,
  scopes,
  createdAt,
}: KnownServiceAccount): z.output<typeof ServiceAccount> => ({
  id,
  name,
  scopes,
  createdAt: createdAt.toISOString(),
})
