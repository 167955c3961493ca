import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Scope } from '../supporting/accounts/roles.ts'
import type { RateLimitClass } from './plugins/rate-limits.ts'
import type { ProblemKind } from './problems.ts'

/**
 * Who may call a route: anybody (`public`), anybody, who is known where they are signed in (`anybody`), whoever is signed in, or who
 * has this scope.
 */
export type Access = 'public' | 'anybody' | 'signed-in' | { readonly scope: Scope }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without it is refused at start. */
    access?: Access
    /** Which limit its requests count for. Default: `default`. */
    limit?: RateLimitClass
    /** Takes an Idempotency-Key. */
    idempotent?: boolean
    /** Takes If-Position-Reached: which read model, or models, must have it. */
    reads?: string | readonly string[]
    /** How long its answers may be kept without asking, in seconds. They have ETags. */
    cache?: { readonly seconds: number }
    /** Its answers go on for as long as somebody listens. */
    isLive?: boolean
    /** Problems that it answers with, beside those that follow from the rest of its declaration. */
    problems?: readonly ProblemKind[]
    /** What its answers mean, by status, and what their own header fields hold. */
    answers?: Readonly<
      Record<number, { readonly description: string; readonly headers?: Readonly<Record<string, string>> }>
    >
  }
}

/** The part of the app that a file of routes gets: requests and answers are typed by their zod schemas. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>
