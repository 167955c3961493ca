import { STATUS_CODES } from 'node:http'
import type { RouteOptions } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { ProblemKind } from '../problems.ts'
import type { Access } from '../routing.ts'
import { PROBLEM_JSON, problemBody, ProblemError, PROBLEMS } from '../problems.ts'

type Operation = OpenAPIV3_1.OperationObject
type Answers = NonNullable<Operation['responses']>

/** Parameters and header fields that many routes have in common. */
export const SHARED_COMPONENTS = {
  parameters: {
    CorrelationId: {
      name: 'X-Correlation-Id',
      in: 'header',
      description: 'Goes into every event that comes of the request. Made up where it is not sent.',
      schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' },
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A key of your own for this request, for instance a UUID. A repetition with it changes nothing.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
      example: '5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b',
    },
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: '`ETag` of the answer that you have: 304, without a body, where it would be the same.',
      schema: { type: 'string', maxLength: 1000 },
    },
    IfPositionReached: {
      name: 'If-Position-Reached',
      in: 'header',
      description:
        '`Position` of an earlier answer: the query waits until it sees what that request changed.',
      schema: { type: 'string', pattern: '^\\d{1,20}/\\d{1,20}$' },
      example: '18342/18342',
    },
    Position: {
      name: 'position',
      in: 'query',
      description:
        'The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.',
      schema: { type: 'string', pattern: '^\\d{1,20}/\\d{1,20}$' },
      example: '18342/18342',
    },
  },
  headers: {
    RateLimit: {
      description: 'Requests that remain, and seconds until there are all again: `"default";r=2999;t=60`',
      schema: { type: 'string' },
    },
    'RateLimit-Policy': { description: 'The limit: `"default";q=3000;w=60`', schema: { type: 'string' } },
    'X-Request-Id': { description: 'This request', schema: { type: 'string' } },
    'X-Correlation-Id': { description: 'As it was sent, or made up', schema: { type: 'string' } },
  },
  securitySchemes: {
    accessToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'RS256; public keys at /.well-known/jwks.json',
    },
  },
} as const satisfies OpenAPIV3_1.ComponentsObject

/** Adds to each operation what its route's declaration implies: security, common header fields, and every problem. */
export const withDeclarations = (
  document: OpenAPIV3_1.Document,
  routes: readonly RouteOptions[],
): OpenAPIV3_1.Document => {
  const byOperation = new Map(
    routes.flatMap((route) =>
      [route.method].flat().map((method) => [operationKey(method, route.url), route] as const),
    ),
  )
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = Object.entries(item ?? {}).map(([method, operation]) => {
      const route = byOperation.get(operationKey(method, path))
      return [method, route === undefined ? operation : declared(operation as Operation, route)] as const
    })
    return [path, Object.fromEntries(operations)] as const
  })
  return { ...document, paths: Object.fromEntries(paths) }
}

const operationKey = (method: string, path: string): string =>
  `${method.toLowerCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`

const declared = (operation: Operation, route: RouteOptions): Operation => {
  const { access, idempotent, reads, cache } = route.config ?? {}
  const parameters = [
    ...(operation.parameters ?? []),
    ...(idempotent === true ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(reads === undefined
      ? []
      : [
          { $ref: '#/components/parameters/IfPositionReached' },
          { $ref: '#/components/parameters/Position' },
        ]),
    ...(cache === undefined ? [] : [{ $ref: '#/components/parameters/IfNoneMatch' }]),
    { $ref: '#/components/parameters/CorrelationId' },
  ]
  return {
    ...operation,
    security: securityOf(access),
    parameters,
    responses: { ...successes(operation.responses ?? {}, route), ...problems(problemsOf(route), route) },
  }
}

const securityOf = (access: Access | undefined): NonNullable<Operation['security']> => {
  if (access === 'public') return []
  const signedIn = { accessToken: typeof access === 'object' ? [access.scope] : [] }
  return access === 'anybody' ? [{}, signedIn] : [signedIn]
}

const headersOf = (...names: readonly string[]): Record<string, { readonly $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const commonHeaders = ({ config }: RouteOptions): Record<string, { readonly $ref: string }> =>
  headersOf(
    'X-Request-Id',
    'X-Correlation-Id',
    ...(config?.limit === 'none' ? [] : ['RateLimit', 'RateLimit-Policy']),
  )

const CACHED_HEADERS: Readonly<Record<string, string>> = {
  ETag: 'Send it as If-None-Match; where the resource has a version, as If-Match with a change',
  'Cache-Control': 'How long it may be kept',
}

const successes = (documented: Answers, route: RouteOptions): Answers => {
  const isCached = route.config?.cache !== undefined
  const answers: Answers = isCached ? { ...documented, 304: { description: '' } } : documented
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const { description, headers = {} } = route.config?.answers?.[Number(status)] ?? {}
      const own = Object.entries({ ...(isCached ? CACHED_HEADERS : {}), ...headers }).map(
        ([name, meaning]) => [name, { description: meaning, schema: { type: 'string' as const } }] as const,
      )
      return [
        status,
        {
          ...answer,
          description: description ?? STATUS_CODES[status] ?? status,
          headers: {
            ...commonHeaders(route),
            ...Object.fromEntries(own),
          },
        },
      ]
    }),
  )
}

/** Every kind of problem that a route can answer with. */
export const problemsOf = ({ config = {}, schema = {} }: RouteOptions): Set<ProblemKind> => {
  const { access, idempotent, reads, limit, problems: own = [] } = config
  const takesInput =
    schema.body !== undefined || schema.querystring !== undefined || schema.headers !== undefined
  return new Set<ProblemKind>([
    ...(takesInput || idempotent === true || reads !== undefined ? (['invalid-request'] as const) : []),
    ...(schema.body === undefined
      ? []
      : (['malformed-request', 'payload-too-large', 'unsupported-media-type'] as const)),
    ...(schema.params === undefined ? [] : (['not-found'] as const)),
    ...(access === 'public' ? [] : (['unauthenticated'] as const)),
    ...(typeof access === 'object' ? (['forbidden'] as const) : []),
    ...(idempotent === true ? (['idempotency-in-flight', 'idempotency-key-reused'] as const) : []),
    ...(reads === undefined ? [] : (['position-not-reached'] as const)),
    ...(limit === 'none' ? [] : (['rate-limited'] as const)),
    ...own,
    'internal',
    'unavailable',
  ])
}

const problems = (kinds: ReadonlySet<ProblemKind>, route: RouteOptions): Answers => {
  const byStatus = new Map<number, ProblemKind[]>()
  for (const kind of kinds) {
    const { status } = PROBLEMS[kind]
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind])
  }
  return Object.fromEntries([...byStatus].map(([status, of]) => [String(status), problemAnswer(of, route)]))
}

const problemAnswer = (kinds: readonly ProblemKind[], route: RouteOptions): OpenAPIV3_1.ResponseObject => ({
  description: kinds.map((kind) => PROBLEMS[kind].title).join('; or: '),
  headers: commonHeaders(route),
  content: {
    [PROBLEM_JSON]: {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(kinds.map((kind) => [kind, { value: exampleOf(kind, route.url) }])),
    },
  },
})

const exampleOf = (kind: ProblemKind, url: string): Record<string, unknown> =>
  problemBody(new ProblemError(kind), {
    instance: url.replaceAll(/:(\w+)/g, '{$1}'),
    correlationId: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
  })
