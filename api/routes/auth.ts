import type { FastifyBaseLogger } from 'fastify'
import { z } from 'zod'
import type { Account } from '../../supporting/accounts/accounts.ts'
import { findById, signIn } from '../../supporting/accounts/accounts.ts'
import type { RegistrationDeps } from '../../supporting/accounts/registration.ts'
import {
  forgotPassword,
  register,
  resetPassword,
  verifyEmail,
} from '../../supporting/accounts/registration.ts'
import { scopesOf } from '../../supporting/accounts/roles.ts'
import type { RefreshToken, Sessions } from '../../supporting/accounts/sessions.ts'
import type { SignInGuard } from '../../supporting/accounts/sign-in-guard.ts'
import type { Carts } from '../../supporting/carts/carts.ts'
import { CartContentionError } from '../../supporting/carts/carts.ts'
import { KeyValueUnavailableError } from '../../supporting/key-value/key-value.ts'
import type { ApiDeps } from '../deps.ts'
import type { SignAccessToken } from '../plugins/authentication.ts'
import { ProblemError, retryAfter } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { CartHeaders } from './cart-schemas.ts'
import { Email, line, Nothing, Password } from '../schemas.ts'

const Credentials = z.strictObject({ email: Email, password: z.string().min(1).max(256) }).meta({
  id: 'Credentials',
  examples: [{ email: 'customer@demo.test', password: 'orderstream-demo' }],
})

const Registration = z.strictObject({ email: Email, password: Password, name: line(200) }).meta({
  id: 'Registration',
  examples: [{ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada Lovelace' }],
})

const OneTimeToken = z
  .string()
  .regex(/^[\w-]{1,128}$/)
  .meta({ description: 'From the mail', examples: ['Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k'] })

const RefreshRequest = z
  .strictObject({
    refreshToken: z
      .string()
      .regex(/^[\w-]{1,128}$/)
      .meta({ examples: ['mE3xYw0bS7vQ2kUa9cLrP5tHd1fJ6gNz8iOqX4yBsVo'] }),
  })
  .meta({ id: 'RefreshRequest' })

const Tokens = z
  .object({
    accessToken: z.string().meta({ description: 'JWT; send it as `Authorization: Bearer …`' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).meta({ description: 'Seconds' }),
    refreshToken: z
      .string()
      .meta({ description: 'For `/auth/refresh`, once: a second use ends the session. Keep it secret.' }),
    refreshExpiresIn: z.int().min(1).meta({ description: 'Seconds' }),
  })
  .meta({ id: 'Tokens' })

const MailSent = z.object({ status: z.literal('mail_sent') }).meta({ id: 'MailSent' })

export interface AuthRoutesDeps extends Pick<ApiDeps, 'pool' | 'passwords'> {
  readonly registration: RegistrationDeps
  readonly carts: Pick<Carts, 'merge'>
  readonly sessions: Sessions
  readonly guard: SignInGuard
  readonly signAccessToken: SignAccessToken
  readonly accessTokenSeconds: number
}

export const authRoutes = (app: Routes, deps: AuthRoutesDeps): void => {
  const { pool, passwords, registration, carts, sessions, guard, signAccessToken, accessTokenSeconds } = deps

  const tokensOf = (
    { id, roles }: Account,
    { refreshToken, expiresIn }: RefreshToken,
  ): z.output<typeof Tokens> => ({
    accessToken: signAccessToken({ kind: 'account', id, roles, scopes: scopesOf(roles) }),
    tokenType: 'Bearer',
    expiresIn: accessTokenSeconds,
    refreshToken,
    refreshExpiresIn: expiresIn,
  })

  /** The next call for the cart does it where this one can't: nobody is kept from signing in. */
  const mergeCarts = async (token: string, accountId: string, log: FastifyBaseLogger): Promise<void> => {
    try {
      await carts.merge(token, accountId)
    } catch (error) {
      if (!(error instanceof KeyValueUnavailableError || error instanceof CartContentionError)) throw error
      log.warn({ err: error, accountId }, 'the carts could not be merged at sign-in')
    }
  }

  app.route({
    method: 'POST',
    url: '/auth/register',
    config: {
      access: 'public',
      limit: 'sign-in',
      answers: { 202: { description: 'A mail was sent to the address: it says how to go on' } },
    },
    schema: {
      operationId: 'register',
      summary: 'Register with an e-mail address',
      description:
        'There is an account once the address is verified. Nobody else learns whether there was one before.',
      tags: ['auth'],
      body: Registration,
      response: { 202: MailSent },
    },
    handler: async (request, reply) => {
      await register(registration, request.body)
      return reply.code(202).send({ status: 'mail_sent' })
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/verify-email',
    config: {
      access: 'public',
      limit: 'sign-in',
      problems: ['invalid-token'],
      answers: { 204: { description: 'Verified: there is an account now' } },
    },
    schema: {
      operationId: 'verifyEmail',
      summary: 'Verify an e-mail address',
      tags: ['auth'],
      body: z.strictObject({ token: OneTimeToken }).meta({ id: 'EmailVerification' }),
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      const account = await verifyEmail(registration, request.body.token)
      if (account === undefined) throw new ProblemError('invalid-token')
      return reply.code(204).send()
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/login',
    config: {
      access: 'public',
      limit: 'sign-in',
      problems: ['invalid-credentials', 'too-many-attempts'],
      answers: { 200: { description: 'Signed in' } },
    },
    schema: {
      operationId: 'login',
      summary: 'Sign in with e-mail address and password',
      description: 'With the token of an anonymous cart, what is in it goes into the cart of the account.',
      tags: ['auth'],
      headers: CartHeaders,
      body: Credentials,
      response: { 200: Tokens },
    },
    handler: async (request, reply) => {
      const { email } = request.body
      const refusedForMs = await guard.refusedFor(email)
      if (refusedForMs !== undefined) {
        throw new ProblemError('too-many-attempts', { headers: retryAfter(refusedForMs / 1000) })
      }
      const account = await signIn(pool, passwords, request.body)
      if (account === undefined) throw new ProblemError('invalid-credentials')
      await guard.forget(email)
      const cartToken = request.headers['cart-token']
      if (cartToken !== undefined) await mergeCarts(cartToken, account.id, request.log)
      const token = await sessions.begin({ accountId: account.id, begunAt: registration.now() })
      return reply.header('cache-control', 'no-store').send(tokensOf(account, token))
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/refresh',
    config: {
      access: 'public',
      limit: 'sign-in',
      problems: ['invalid-refresh-token'],
      answers: { 200: { description: 'New tokens; the old refresh token is good no more' } },
    },
    schema: {
      operationId: 'refresh',
      summary: 'Go on with a session',
      description: 'A refresh token that comes a second time was stolen: its session ends, for everybody.',
      tags: ['auth'],
      body: RefreshRequest,
      response: { 200: Tokens },
    },
    handler: async (request, reply) => {
      const refreshed = await sessions.refresh(request.body.refreshToken)
      if (refreshed.kind === 'reused') {
        request.log.warn(
          { accountId: refreshed.accountId },
          'a refresh token came a second time: its session has ended',
        )
      }
      if (refreshed.kind !== 'refreshed') throw new ProblemError('invalid-refresh-token')
      const { session, token } = refreshed
      const account = await findById(pool, session.accountId)
      if (account === undefined || session.begunAt < account.sessionsFrom) {
        await sessions.end(token.refreshToken)
        throw new ProblemError('invalid-refresh-token')
      }
      return reply.header('cache-control', 'no-store').send(tokensOf(account, token))
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/logout',
    config: {
      access: 'public',
      limit: 'sign-in',
      answers: { 204: { description: 'The session has ended, or there was none' } },
    },
    schema: {
      operationId: 'logout',
      summary: 'End a session',
      tags: ['auth'],
      body: RefreshRequest,
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      await sessions.end(request.body.refreshToken)
      return reply.code(204).send()
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/forgot-password',
    config: {
      access: 'public',
      limit: 'sign-in',
      answers: { 202: { description: 'A mail was sent, if there is an account with this address' } },
    },
    schema: {
      operationId: 'forgotPassword',
      summary: 'Ask for a new password',
      tags: ['auth'],
      body: z.strictObject({ email: Email }).meta({ id: 'PasswordRequest' }),
      response: { 202: MailSent },
    },
    handler: async (request, reply) => {
      await forgotPassword(registration, request.body.email)
      return reply.code(202).send({ status: 'mail_sent' })
    },
  })

  app.route({
    method: 'POST',
    url: '/auth/reset-password',
    config: {
      access: 'public',
      limit: 'sign-in',
      problems: ['invalid-token'],
      answers: { 204: { description: 'The new password counts; all sessions have ended' } },
    },
    schema: {
      operationId: 'resetPassword',
      summary: 'Choose a new password',
      tags: ['auth'],
      body: z.strictObject({ token: OneTimeToken, password: Password }).meta({ id: 'PasswordReset' }),
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      const account = await resetPassword(registration, request.body)
      if (account === undefined) throw new ProblemError('invalid-token')
      await guard.forget(account.email)
      return reply.code(204).send()
    },
  })
}
