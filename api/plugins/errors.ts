import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { BusyError, ContentionError } from '../../commands/errors.ts'
import { isOutage } from '../../commands/outage.ts'
import { InvalidCursorError } from '../../projections/cursor.ts'
import { BlobStoreUnavailableError } from '../../platform/blob-store.ts'
import { AccountChangedError } from '../../supporting/accounts/accounts.ts'
import { CartContentionError } from '../../supporting/carts/carts.ts'
import { StaleVersionError } from '../../supporting/catalogue/errors.ts'
import { isDatabaseUnavailable } from '../../supporting/database.ts'
import { KeyValueUnavailableError } from '../../supporting/key-value/key-value.ts'
import type { FieldError, ProblemKind } from '../problems.ts'
import { problemBody, PROBLEM_JSON, PROBLEMS, ProblemError, retryAfter } from '../problems.ts'
import { pathOf } from './request-log.ts'

/** Answers every error with problem+json, an unknown address and a wrong method included. */
export const errors = (app: FastifyInstance): void => {
  const allowed = knownMethods(app)
  const absence = ({ url }: FastifyRequest): ProblemError => {
    const methods = allowed(pathOf(url))
    return methods.length === 0
      ? new ProblemError('not-found')
      : new ProblemError('method-not-allowed', { headers: { allow: methods.join(', ') } })
  }
  app.setErrorHandler((error, request, reply) => {
    // where there is no route it does not matter what its body looks like
    void answer(request.is404 && !isRefusal(error) ? absence(request) : toProblem(error), request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    void answer(absence(request), request, reply)
  })
}

/** Of a hook, as that of the rate limits. */
const isRefusal = (error: unknown): boolean => error instanceof ProblemError

const answer = (problem: ProblemError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { status } = PROBLEMS[problem.kind]
  if (problem.kind === 'internal') request.log.error({ err: problem.cause }, 'request failed')
  else if (status >= 500) request.log.warn({ err: problem.cause, problem: problem.kind }, 'request failed')
  const body = problemBody(problem, { instance: pathOf(request.url), correlationId: request.correlationId })
  return reply.code(status).headers(problem.headers).type(PROBLEM_JSON).send(JSON.stringify(body))
}

const toProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error
  if (hasZodFastifySchemaValidationErrors(error)) return validationProblem(error)
  if (
    error instanceof CartContentionError ||
    error instanceof BusyError ||
    error instanceof ContentionError
  ) {
    return new ProblemError('busy', { headers: retryAfter(1), cause: error })
  }
  if (error instanceof StaleVersionError) {
    return new ProblemError('precondition-failed', { detail: error.message, cause: error })
  }
  if (error instanceof AccountChangedError) return new ProblemError('precondition-failed', { cause: error })
  if (error instanceof InvalidCursorError) return new ProblemError('invalid-cursor', { cause: error })
  if (isUnavailable(error)) return new ProblemError('unavailable', { headers: retryAfter(2), cause: error })
  return frameworkProblem(error) ?? new ProblemError('internal', { cause: error })
}

const isUnavailable = (error: unknown): boolean =>
  isOutage(error) ||
  error instanceof KeyValueUnavailableError ||
  error instanceof BlobStoreUnavailableError ||
  (error instanceof Error && isDatabaseUnavailable(error))

const CONTEXTS: Readonly<Record<string, FieldError['in']>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
}

interface SchemaValidationError {
  readonly validation: readonly {
    readonly keyword: string
    readonly instancePath: string
    readonly message?: string
  }[]
}

const validationProblem = (error: SchemaValidationError): ProblemError => {
  const context = 'validationContext' in error ? CONTEXTS[String(error.validationContext)] : undefined
  const place = context ?? 'body'
  // What an address can't name isn't there.
  if (place === 'path') return new ProblemError('not-found')
  const fields: FieldError[] = error.validation.map((issue) => ({
    in: place,
    pointer: issue.instancePath === '/' ? '' : issue.instancePath,
    code: issue.keyword,
    message: issue.message ?? 'is not valid',
  }))
  return new ProblemError('invalid-request', {
    detail: fields
      .map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`))
      .join('; '),
    members: { errors: fields },
  })
}

const KINDS_OF_STATUS: ReadonlyMap<number, ProblemKind> = new Map([
  [400, 'malformed-request'],
  // of files outside of those that are served
  [403, 'not-found'],
  [404, 'not-found'],
  [413, 'payload-too-large'],
  [414, 'uri-too-long'],
  [415, 'unsupported-media-type'],
  [431, 'headers-too-large'],
])

/** Errors that Fastify itself raises while it reads a request; undefined for any other. */
const frameworkProblem = (error: unknown): ProblemError | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return undefined
  const kind = KINDS_OF_STATUS.get(error.statusCode)
  return kind && new ProblemError(kind, { detail: error.message, cause: error })
}

/** Tells which methods an address takes, so that a wrong one is answered with 405 and not with 404. */
const knownMethods = (app: FastifyInstance): ((path: string) => string[]) => {
  const patterns = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const known = patterns.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const each of [method].flat()) known.methods.add(each)
    patterns.set(url, known)
  })
  return (path) =>
    [...patterns.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
}

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}$`)
