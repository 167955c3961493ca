import type { OpenAPIV3_1 } from 'openapi-types'
import type { Schema } from './schema-changes.ts'
import { lessAccepted, lessPromised, resolverOf } from './schema-changes.ts'

type Operation = OpenAPIV3_1.OperationObject
type Parameter = OpenAPIV3_1.ParameterObject
type Answer = OpenAPIV3_1.ResponseObject

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const

/**
 * What a client that was built for the document `before` can stumble over where the API answers as `after` says: a sentence
 * each, none where it can not. What is asked for must go on being accepted, what is answered must go on being there.
 * New problems are no break: clients decide by the status about those that they don't know.
 */
export const breakingChanges = (
  before: OpenAPIV3_1.Document,
  after: OpenAPIV3_1.Document,
): readonly string[] =>
  Object.entries(before.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method]
      if (operation === undefined) return []
      const name = `${method.toUpperCase()} ${path}`
      const now = after.paths?.[path]?.[method]
      if (now === undefined) return [`${name}: the route is gone`]
      const changes = changesOf({ document: before, operation }, { document: after, operation: now })
      return changes.map((change) => `${name}: ${change}`)
    }),
  )

interface Side {
  readonly document: OpenAPIV3_1.Document
  readonly operation: Operation
}

const changesOf = (before: Side, after: Side): string[] => [
  ...securityChanges(before.operation, after.operation),
  ...parameterChanges(before, after),
  ...bodyChanges(before, after),
  ...answerChanges(before, after),
]

/** None where nobody has to sign in. */
const scopesOf = ({ security = [] }: Operation): ReadonlySet<string> =>
  new Set(
    (security.some((each) => Object.keys(each).length === 0) ? [] : security).flatMap((each) =>
      Object.entries(each).flatMap(([scheme, scopes]) => [scheme, ...scopes]),
    ),
  )

const securityChanges = (before: Operation, after: Operation): string[] => {
  const known = scopesOf(before)
  return [...scopesOf(after)].filter((scope) => !known.has(scope)).map((scope) => `it needs ${scope} now`)
}

const parametersOf = ({ document, operation }: Side): ReadonlyMap<string, Parameter> => {
  const resolve = resolverOf(document)
  return new Map(
    (operation.parameters ?? []).map((parameter) => {
      const resolved = resolve(parameter) as Parameter
      return [`${resolved.in} parameter ${resolved.name}`, resolved] as const
    }),
  )
}

const parameterChanges = (before: Side, after: Side): string[] => {
  const [known, now] = [parametersOf(before), parametersOf(after)]
  const gone = [...known.keys()].filter((name) => !now.has(name)).map((name) => `the ${name} is gone`)
  const changed = [...now].flatMap(([name, parameter]) => {
    const former = known.get(name)
    const isNeeded = parameter.required === true && former?.required !== true
    return [
      ...(isNeeded ? [`the ${name} is required now`] : []),
      ...(former === undefined
        ? []
        : lessAccepted(side(before, former.schema), side(after, parameter.schema), name)),
    ]
  })
  return [...gone, ...changed]
}

const side = ({ document }: Side, schema: unknown): Schema => ({ document, schema })

const bodyChanges = (before: Side, after: Side): string[] => {
  const body = ({ document, operation }: Side): OpenAPIV3_1.RequestBodyObject | undefined =>
    operation.requestBody &&
    (resolverOf(document)(operation.requestBody) as OpenAPIV3_1.RequestBodyObject | undefined)
  const [former, now] = [body(before), body(after)]
  const isNeeded = now?.required === true && former?.required !== true
  const contents = Object.entries(former?.content ?? {}).flatMap(([type, { schema }]) => {
    const taken = now?.content[type]
    if (taken === undefined) return [`a body of ${type} is not taken any more`]
    return lessAccepted(side(before, schema), side(after, taken.schema), 'body')
  })
  return [...(isNeeded ? ['a body is required now'] : []), ...contents]
}

const answerChanges = (before: Side, after: Side): string[] => {
  const answers = ({ document, operation }: Side): ReadonlyMap<string, Answer> =>
    new Map(
      Object.entries(operation.responses ?? {})
        .filter(([status]) => Number(status) < 400)
        .map(([status, answer]) => [status, resolverOf(document)(answer) as Answer]),
    )
  const now = answers(after)
  return [...answers(before)].flatMap(([status, former]) => {
    const answer = now.get(status)
    if (answer === undefined) return [`it does not answer ${status} any more`]
    const headers = Object.keys(former.headers ?? {})
      .filter((name) => answer.headers?.[name] === undefined)
      .map((name) => `the answer ${status} has no header ${name} any more`)
    const contents = Object.entries(former.content ?? {}).flatMap(([type, { schema }]) => {
      const given = answer.content?.[type]
      if (given === undefined) return [`the answer ${status} is not ${type} any more`]
      return lessPromised(side(before, schema), side(after, given.schema), `answer ${status}`)
    })
    return [...headers, ...contents]
  })
}
