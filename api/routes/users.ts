import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../projections/cursor.ts'
import type { Account } from '../../supporting/accounts/accounts.ts'
import {
  changeAccount,
  eraseAccount,
  findById,
  findByIds,
  listAccounts,
  signIn,
} from '../../supporting/accounts/accounts.ts'
import { passwordChangedMail } from '../../supporting/accounts/mails.ts'
import type { Revocations } from '../../supporting/accounts/revocations.ts'
import { ROLES } from '../../supporting/accounts/roles.ts'
import type { SignInGuard } from '../../supporting/accounts/sign-in-guard.ts'
import type { Carts } from '../../supporting/carts/carts.ts'
import { postMail } from '../../supporting/mail/outbox.ts'
import type { ApiDeps } from '../deps.ts'
import { etagOf, IfMatch, revisionOf } from '../if-match.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError, retryAfter } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Email, Id, Instant, Limit, line, NextCursor, Nothing, Password } from '../schemas.ts'

const RoleName = z.enum(ROLES).meta({ id: 'Role' })

const User = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    roles: z.array(RoleName).readonly(),
    emailVerifiedAt: Instant.nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'User' })

const UserPage = z
  .object({ items: z.array(User).readonly(), nextCursor: NextCursor })
  .meta({ id: 'UserPage' })

const UserBatch = z.object({ items: z.array(User).readonly() }).meta({ id: 'UserBatch' })

const UserQuery = z.strictObject({
  limit: Limit,
  cursor: Cursor.optional(),
  role: z.enum(ROLES).optional().meta({ description: 'Those that have this role' }),
  email: Email.optional().meta({ description: 'The whole address' }),
})

const ProfileChange = z
  .strictObject({
    name: line(200).optional(),
    password: z
      .strictObject({ current: z.string().min(1).max(256), new: Password })
      .optional()
      .meta({ description: 'Ends all sessions' }),
  })
  .refine(({ name, password }) => name !== undefined || password !== undefined, 'must change something')
  .meta({ id: 'ProfileChange', examples: [{ name: 'Ada King' }] })

const RoleChange = z
  .strictObject({
    roles: z
      .array(RoleName)
      .min(1)
      .max(ROLES.length)
      .refine((roles) => new Set(roles).size === roles.length, 'must not repeat a role'),
  })
  .meta({ id: 'RoleChange', examples: [{ roles: ['customer', 'support'] }] })

const ETAG_HEADER = { ETag: 'Its version: send it as If-Match with a change' }

export interface UserRoutesDeps extends Pick<ApiDeps, 'pool' | 'passwords' | 'clock' | 'erasePersonalData'> {
  readonly guard: SignInGuard
  readonly carts: Pick<Carts, 'clear'>
  readonly revocations: Pick<Revocations, 'refresh'>
}

export const userRoutes = (app: Routes, deps: UserRoutesDeps): void => {
  const { pool, passwords, clock, guard, carts, revocations, erasePersonalData } = deps

  app.route({
    method: 'GET',
    url: '/users/me',
    config: {
      access: 'signed-in',
      answers: { 200: { description: 'Who you are', headers: ETAG_HEADER } },
      problems: ['not-found'],
    },
    schema: {
      operationId: 'getProfile',
      summary: 'Your account',
      tags: ['users'],
      response: { 200: User },
    },
    handler: async (request, reply) => {
      const account = await findById(pool, callerOf(request).id)
      if (account === undefined) throw new ProblemError('not-found')
      return reply.header('etag', etagOf(BigInt(account.version))).send(userView(account))
    },
  })

  app.route({
    method: 'PATCH',
    url: '/users/me',
    config: {
      access: 'signed-in',
      limit: 'default',
      problems: ['not-found', 'wrong-password', 'too-many-attempts', 'precondition-failed'],
      answers: { 200: { description: 'Changed', headers: ETAG_HEADER } },
    },
    schema: {
      operationId: 'changeProfile',
      summary: 'Change your account',
      tags: ['users'],
      headers: IfMatch,
      body: ProfileChange,
      response: { 200: User },
    },
    handler: async (request, reply) => {
      const { id } = callerOf(request)
      const { name, password } = request.body
      const known = await findById(pool, id)
      if (known === undefined) throw new ProblemError('not-found')
      const passwordHash = password && (await checkedHash(known.email, password))
      const account = await changeAccount(
        pool,
        id,
        { name, passwordHash },
        {
          now: clock.now(),
          expectedVersion: versionOf(request.headers),
          endSessions: passwordHash !== undefined,
        },
      )
      if (account === undefined) throw new ProblemError('not-found')
      if (passwordHash !== undefined) {
        await postMail(pool, passwordChangedMail(account.email))
        await revocations.refresh()
      }
      return reply.header('etag', etagOf(BigInt(account.version))).send(userView(account))
    },
  })

  /** Hash of a new password, of who knows the current one. Whoever guesses at that is slowed down as at signing in. */
  const checkedHash = async (
    email: string,
    password: { readonly current: string; readonly new: string },
  ): Promise<string> => {
    const refusedForMs = await guard.refusedFor(email)
    if (refusedForMs !== undefined) {
      throw new ProblemError('too-many-attempts', { headers: retryAfter(refusedForMs / 1000) })
    }
    const matched = await signIn(pool, passwords, { email, password: password.current })
    if (matched === undefined) throw new ProblemError('wrong-password')
    await guard.forget(email)
    return passwords.hash(password.new)
  }

  app.route({
    method: 'DELETE',
    url: '/users/me',
    config: { access: 'signed-in', problems: ['not-found'], answers: { 204: { description: 'Erased' } } },
    schema: {
      operationId: 'eraseProfile',
      summary: 'Erase your account',
      description:
        'All that is known of you goes, for good. What you ordered stays, without a name or an address.',
      tags: ['users'],
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      const { id } = callerOf(request)
      // the account goes last: whoever was interrupted can ask again
      await erasePersonalData?.(id)
      await carts.clear({ kind: 'account', accountId: id })
      if (!(await eraseAccount(pool, id, clock.now()))) throw new ProblemError('not-found')
      await revocations.refresh()
      return reply.code(204).send()
    },
  })

  app.route({
    method: 'GET',
    url: '/users',
    config: {
      access: { scope: 'accounts:read' },
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Accounts, newest first' } },
    },
    schema: {
      operationId: 'listUsers',
      summary: 'Accounts',
      tags: ['users'],
      querystring: UserQuery,
      response: { 200: UserPage },
    },
    handler: async ({ query }) => {
      const { limit, cursor, role, email } = query
      const after = cursor === undefined ? undefined : placeIn(cursor)
      const found = await listAccounts(pool, { limit, role, email, after })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const hasNext = found.length > limit && last !== undefined
      return {
        items: page.map(userView),
        nextCursor: hasNext ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
      }
    },
  })

  app.route({
    method: 'POST',
    url: '/users/batch',
    config: {
      access: { scope: 'accounts:read' },
      answers: { 200: { description: 'Those of them that there are' } },
    },
    schema: {
      operationId: 'getUsers',
      summary: 'Accounts by their ids',
      tags: ['users'],
      body: z.strictObject({ ids: z.array(Id).min(1).max(100) }).meta({ id: 'UserIds' }),
      response: { 200: UserBatch },
    },
    handler: async ({ body }) => ({ items: (await findByIds(pool, body.ids)).map(userView) }),
  })

  app.route({
    method: 'PATCH',
    url: '/users/:id/roles',
    config: {
      access: { scope: 'accounts:write' },
      problems: ['own-admin-role', 'precondition-failed'],
      answers: {
        200: {
          description: 'Changed; access tokens with the former roles are good no more',
          headers: ETAG_HEADER,
        },
      },
    },
    schema: {
      operationId: 'changeRoles',
      summary: 'Change the roles of an account',
      tags: ['users'],
      params: z.object({ id: Id }),
      headers: IfMatch,
      body: RoleChange,
      response: { 200: User },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const { roles } = request.body
      if (id === callerOf(request).id && !roles.includes('admin')) throw new ProblemError('own-admin-role')
      const now = clock.now()
      const expected = versionOf(request.headers)
      const account = await changeAccount(
        pool,
        id,
        { roles },
        { now, expectedVersion: expected, revokeTokens: true },
      )
      if (account === undefined) throw new ProblemError('not-found')
      await revocations.refresh()
      return reply.header('etag', etagOf(BigInt(account.version))).send(userView(account))
    },
  })
}

const userView = ({
  id,
  email,
  name,
  roles,
  emailVerifiedAt,
  createdAt,
}: Account): z.output<typeof User> => ({
  id,
  email,
  name,
  roles,
  emailVerifiedAt: emailVerifiedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
})

const placeIn = (cursor: string): { createdAt: string; id: string } => {
  const [createdAt = '', id = ''] = decodeCursor(cursor, [/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, /^[0-9A-Z]{1,40}$/])
  return { createdAt, id }
}

/** A version that no account has is one that was never given: it can't match. */
const versionOf = (headers: Parameters<typeof revisionOf>[0]): number | undefined => {
  const version = revisionOf(headers)
  return version === undefined ? undefined : Number(version < 2n ** 31n ? version : 0n)
}
