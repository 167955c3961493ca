import { STATUS_CODES } from 'node:http'
import type { RouteOptions } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { ProblemKind } from '../problems.ts'
import type { Access } from '../routing.ts'
import { PROBLEM_JSON, problemBody, ProblemError, PROBLEMS, problemType } from '../problems.ts'
import { SHARED_COMPONENTS } from './shared-components.ts'

type Operation = OpenAPIV3_1.OperationObject
type Answers = NonNullable<Operation['responses']>

/**
 * Adds to each operation what its route's declaration implies: security, common header fields, and every problem. Answers that
 * many routes have alike are in the document once.
 */
export const withDeclarations = (
  document: OpenAPIV3_1.Document,
  routes: readonly RouteOptions[],
): OpenAPIV3_1.Document => {
  const byOperation = new Map(
    routes.flatMap((route) =>
      [route.method].flat().map((method) => [operationKey(method, route.url), route] as const),
    ),
  )
  const answers = new Map<string, ProblemAnswer>()
  const inOrder = Object.entries(document.paths ?? {}).sort(byName)
  const paths = inOrder.map(([path, item]) => {
    const operations = Object.entries(item ?? {}).map(([method, operation]) => {
      const route = byOperation.get(operationKey(method, path))
      if (route === undefined) return [method, operation] as const
      const problems = problemAnswers(route)
      for (const [, answer] of problems) answers.set(answer.name, answer)
      return [method, declared(operation as Operation, route, problems)] as const
    })
    return [path, Object.fromEntries(operations)] as const
  })
  const kinds = new Set([...answers.values()].flatMap((answer) => answer.kinds))
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      responses: Object.fromEntries(
        [...answers].map(([name, answer]) => [name, documentOf(answer)] as const).sort(byName),
      ),
      examples: Object.fromEntries([...kinds].sort().map((kind) => [kind, exampleOf(kind)])),
    },
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

const operationKey = (method: string, path: string): string =>
  `${method.toLowerCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`

const declared = (
  operation: Operation,
  route: RouteOptions,
  problems: readonly (readonly [status: string, ProblemAnswer])[],
): Operation => {
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
  const references = problems.map(
    ([status, { name }]) => [status, { $ref: `#/components/responses/${name}` }] as const,
  )
  return {
    ...operation,
    description: [operation.description ?? [], describe(route)].flat().join('\n\n'),
    security: securityOf(access),
    parameters,
    responses: { ...successes(operation.responses ?? {}, route), ...Object.fromEntries(references) },
  }
}

const securityOf = (access: Access | undefined): NonNullable<Operation['security']> => {
  if (access === 'public') return []
  const signedIn = { accessToken: typeof access === 'object' ? [access.scope] : [] }
  return access === 'anybody' ? [{}, signedIn] : [signedIn]
}

const ACCESS = {
  public: 'For everybody.',
  anybody: 'For everybody; whoever is signed in is known.',
  'signed-in': 'For whoever is signed in.',
} as const

/** What of its declaration a person wants to know. */
const describe = ({ config }: RouteOptions): string => {
  const { access = 'public', limit = 'default' } = config ?? {}
  return [
    typeof access === 'object' ? `Needs the scope \`${access.scope}\`.` : ACCESS[access],
    limit === 'none' ? 'Not limited.' : `Counts for the limit "${limit}".`,
  ].join(' ')
}

const headersOf = (...names: readonly string[]): Record<string, { readonly $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const commonHeaders = ({ config }: RouteOptions): Record<string, { readonly $ref: string }> =>
  headersOf(
    'X-Request-Id',
    'X-Correlation-Id',
    ...(config?.limit === 'none' ? [] : ['RateLimit', 'RateLimit-Policy']),
    ...(config?.idempotent === true ? ['Idempotency-Replayed'] : []),
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
          headers: { ...commonHeaders(route), ...Object.fromEntries(own) },
        },
      ]
    }),
  )
}

/** Every kind of problem that a route can answer with. */
export const problemsOf = ({ config = {}, schema = {}, method }: RouteOptions): Set<ProblemKind> => {
  const { access, idempotent, reads, limit, problems: own = [] } = config
  const takesInput =
    schema.body !== undefined || schema.querystring !== undefined || schema.headers !== undefined
  return new Set<ProblemKind>([
    ...(takesInput || idempotent === true || reads !== undefined ? (['invalid-request'] as const) : []),
    // a body is read wherever one is sent, also where none is wanted
    ...([method].flat().every((name) => name === 'GET')
      ? []
      : (['malformed-request', 'payload-too-large', 'unsupported-media-type'] as const)),
    // an address that is not even encoded well is malformed, one that names nothing is not found
    ...(schema.params === undefined ? [] : (['not-found', 'malformed-request'] as const)),
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

/** What a route answers with one status where something is wrong. */
interface ProblemAnswer {
  /** In the document. */
  readonly name: string
  readonly kinds: readonly ProblemKind[]
  readonly route: RouteOptions
}

const problemAnswers = (route: RouteOptions): (readonly [status: string, ProblemAnswer])[] => {
  const byStatus = new Map<number, ProblemKind[]>()
  for (const kind of [...problemsOf(route)].sort()) {
    const { status } = PROBLEMS[kind]
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind])
  }
  const { idempotent, limit } = route.config ?? {}
  const variant = [...(idempotent === true ? ['idempotent'] : []), ...(limit === 'none' ? ['unlimited'] : [])]
  return [...byStatus].map(([status, kinds]) => {
    const name = [kinds.join('.or.'), ...variant].join('.')
    return [String(status), { name, kinds, route }] as const
  })
}

const documentOf = ({ kinds, route }: ProblemAnswer): OpenAPIV3_1.ResponseObject => ({
  description: kinds.map((kind) => PROBLEMS[kind].title).join('; or: '),
  headers: { ...commonHeaders(route), ...problemHeaders(kinds) },
  content: {
    [PROBLEM_JSON]: {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object', properties: { type: { type: 'string', enum: kinds.map(problemType) } } },
        ],
      },
      examples: Object.fromEntries(kinds.map((kind) => [kind, { $ref: `#/components/examples/${kind}` }])),
    },
  },
})

/** Those that every one of the kinds always has are sure. */
const problemHeaders = (
  kinds: readonly ProblemKind[],
): Record<string, OpenAPIV3_1.ReferenceObject | OpenAPIV3_1.HeaderObject> => {
  const own = kinds.flatMap((kind) => HEADERS_OF[kind] ?? [])
  // which scope is missing is told where the route needs one
  const names = [...new Set([...own, ...(kinds.includes('forbidden') ? ['WWW-Authenticate' as const] : [])])]
  return {
    ...Object.fromEntries(
      names.map((name) => {
        const isSure = kinds.every((kind) => HEADERS_OF[kind]?.includes(name))
        return [name, isSure ? { $ref: `#/components/headers/${name}` } : unsure(name)]
      }),
    ),
    ...(kinds.includes('precondition-failed') && {
      ETag: { description: 'What it is at now, where that is known', schema: { type: 'string' } },
    }),
  }
}

const unsure = (name: ProblemHeader): OpenAPIV3_1.HeaderObject => ({
  ...SHARED_COMPONENTS.headers[name],
  required: false,
})

type ProblemHeader = 'Retry-After' | 'WWW-Authenticate'

/** Header fields that a kind of problem always has. */
const HEADERS_OF: Readonly<Partial<Record<ProblemKind, readonly ProblemHeader[]>>> = {
  unauthenticated: ['WWW-Authenticate'],
  'invalid-client': ['WWW-Authenticate'],
  'idempotency-in-flight': ['Retry-After'],
  'too-many-attempts': ['Retry-After'],
  'too-many-connections': ['Retry-After'],
  'rate-limited': ['Retry-After'],
  unavailable: ['Retry-After'],
  busy: ['Retry-After'],
  'position-not-reached': ['Retry-After'],
}

const exampleOf = (kind: ProblemKind): OpenAPIV3_1.ExampleObject => ({
  summary: PROBLEMS[kind].title,
  value: problemBody(new ProblemError(kind), {
    instance: '/api/v1/example',
    correlationId: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
  }),
})
