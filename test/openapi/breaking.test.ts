import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { breakingChanges } from './breaking.ts'

interface Operation {
  readonly parameters?: readonly object[]
  readonly body?: object
  readonly bodyRequired?: boolean
  readonly answer?: object
  readonly status?: string
  readonly headers?: readonly string[]
  readonly scopes?: readonly string[]
}

const documentOf = (operations: Readonly<Record<string, Operation>>, schemas = {}): OpenAPIV3_1.Document =>
  ({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    components: { schemas },
    paths: Object.fromEntries(
      Object.entries(operations).map(([path, operation]) => [
        path,
        {
          post: {
            security: operation.scopes && [{ token: operation.scopes }],
            parameters: operation.parameters,
            ...(operation.body && {
              requestBody: {
                required: operation.bodyRequired,
                content: { 'application/json': { schema: operation.body } },
              },
            }),
            responses: {
              [operation.status ?? '200']: {
                description: 'Done',
                headers: Object.fromEntries(
                  (operation.headers ?? []).map((name) => [name, { schema: { type: 'string' } }]),
                ),
                content: { 'application/json': { schema: operation.answer ?? {} } },
              },
              '404': { description: 'Not there' },
            },
          },
        },
      ]),
    ),
  }) as unknown as OpenAPIV3_1.Document

const changes = (before: Operation, after: Operation, schemas = {}): readonly string[] =>
  breakingChanges(documentOf({ '/things': before }, schemas), documentOf({ '/things': after }, schemas)).map(
    (change) => change.replace('POST /things: ', ''),
  )

const thing = (properties: object, required: readonly string[] = [], more: object = {}): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...more,
})
const text = { type: 'string' }
const nullable = { anyOf: [text, { type: 'null' }] }

describe('what breaks a client', () => {
  const cases: readonly [string, Operation, Operation, string][] = [
    ['a body that is required', {}, { body: thing({}), bodyRequired: true }, 'a body is required now'],
    [
      'a new member that is required',
      { body: thing({}) },
      { body: thing({ a: text }, ['a']) },
      'body.a is required now',
    ],
    [
      'a member that becomes required',
      { body: thing({ a: text }) },
      { body: thing({ a: text }, ['a']) },
      'body.a is required now',
    ],
    [
      'a member that is not taken any more',
      { body: thing({ a: text }) },
      { body: thing({}) },
      'body.a is not taken any more',
    ],
    [
      'a body that was open and is closed',
      { body: thing({}, [], { additionalProperties: {} }) },
      { body: thing({}) },
      'body takes no further members any more',
    ],
    ['another type', { body: text }, { body: { type: 'integer' } }, 'body was string and is integer'],
    [
      'a type that is narrower',
      { body: { type: 'number' } },
      { body: { type: 'integer' } },
      'body was number and is integer',
    ],
    [
      'null that is not taken any more',
      { body: thing({ a: nullable }) },
      { body: thing({ a: text }) },
      'body.a was null and is string',
    ],
    [
      'a value that is not taken any more',
      { body: { type: 'string', enum: ['a', 'b'] } },
      { body: { type: 'string', enum: ['a'] } },
      'body may not be "b" any more',
    ],
    [
      'values where any was taken',
      { body: text },
      { body: { type: 'string', enum: ['a'] } },
      'body may not be any value any more',
    ],
    [
      'a limit that is tighter',
      { body: { type: 'string', maxLength: 9 } },
      { body: { type: 'string', maxLength: 8 } },
      'body has the maxLength 8 now',
    ],
    [
      'a limit that is new',
      { body: { type: 'array', items: { type: 'integer' } } },
      { body: { type: 'array', items: { type: 'integer', minimum: 1 } } },
      'body[] has the minimum 1 now',
    ],
    [
      'a pattern that is another',
      { body: { type: 'string', pattern: 'a' } },
      { body: { type: 'string', pattern: 'b' } },
      'body has the pattern b now',
    ],
    [
      'a parameter that is gone',
      { parameters: [{ name: 'q', in: 'query', schema: text }] },
      {},
      'the query parameter q is gone',
    ],
    [
      'a parameter that is required',
      {},
      { parameters: [{ name: 'q', in: 'query', required: true, schema: text }] },
      'the query parameter q is required now',
    ],
    [
      'a parameter that is narrower',
      { parameters: [{ name: 'q', in: 'query', schema: text }] },
      { parameters: [{ name: 'q', in: 'query', schema: { type: 'string', maxLength: 1 } }] },
      'query parameter q has the maxLength 1 now',
    ],
    ['an answer that is gone', { status: '200' }, { status: '202' }, 'it does not answer 200 any more'],
    ['a header that is gone', { headers: ['ETag'] }, {}, 'the answer 200 has no header ETag any more'],
    [
      'a member of an answer that is gone',
      { answer: thing({ a: text }, ['a']) },
      { answer: thing({}) },
      'answer 200.a is gone',
    ],
    [
      'a member of an answer that was never sure, and is gone',
      { answer: thing({ a: text }) },
      { answer: thing({}) },
      'answer 200.a is gone',
    ],
    [
      'a member of an answer that may be missing',
      { answer: thing({ a: text }, ['a']) },
      { answer: thing({ a: text }) },
      'answer 200.a may be missing now',
    ],
    [
      'a member of an answer that may be null',
      { answer: thing({ a: text }) },
      { answer: thing({ a: nullable }) },
      'answer 200.a was string and is null',
    ],
    [
      'a value in an answer that is new',
      { answer: { type: 'string', enum: ['a'] } },
      { answer: { type: 'string', enum: ['a', 'b'] } },
      'answer 200 may be "b" now',
    ],
    ['a scope that is needed', { scopes: ['a'] }, { scopes: ['b'] }, 'it needs b now'],
    ['signing in where nobody had to', {}, { scopes: [] }, 'it needs token now'],
  ]
  for (const [what, before, after, change] of cases) {
    it(what, () => {
      expect(changes(before, after)).to.deep.equal([change])
    })
  }

  it('a route that is gone', () => {
    expect(breakingChanges(documentOf({ '/things': {} }), documentOf({}))).to.deep.equal([
      'POST /things: the route is gone',
    ])
  })

  it('what has changed behind a reference, also in one that holds itself', () => {
    const tree = (type: string): object => ({
      Tree: thing({
        value: { type },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      }),
    })
    const operation = { '/things': { body: { $ref: '#/components/schemas/Tree' } } }
    const [before, after] = [documentOf(operation, tree('string')), documentOf(operation, tree('integer'))]
    expect(breakingChanges(before, before)).to.deep.equal([])
    expect(breakingChanges(before, after)).to.deep.equal([
      'POST /things: body.value was string and is integer',
    ])
  })
})

describe('what breaks no client', () => {
  const cases: readonly [string, Operation, Operation][] = [
    ['a new member that is optional', { body: thing({}) }, { body: thing({ a: text }) }],
    ['a body that takes more', { body: thing({ a: text }) }, { body: thing({ a: nullable }) }],
    ['a wider limit', { body: { type: 'string', maxLength: 8 } }, { body: { type: 'string', maxLength: 9 } }],
    ['a wider type', { body: { type: 'integer' } }, { body: { type: 'number' } }],
    ['a new optional parameter', {}, { parameters: [{ name: 'q', in: 'query', schema: text }] }],
    ['a new member of an answer', { answer: thing({}) }, { answer: thing({ a: text }, ['a']) }],
    [
      'an answer that says less',
      { answer: { type: 'string', enum: ['a', 'b'] } },
      { answer: { type: 'string', enum: ['a'] } },
    ],
    ['an answer that is never null any more', { answer: nullable }, { answer: text }],
    ['a new header', {}, { headers: ['ETag'] }],
    ['a scope that is not needed any more', { scopes: ['a'] }, { scopes: [] }],
  ]
  for (const [what, before, after] of cases) {
    it(what, () => {
      expect(changes(before, after)).to.deep.equal([])
    })
  }

  it('a new route', () => {
    expect(breakingChanges(documentOf({}), documentOf({ '/things': {} }))).to.deep.equal([])
  })
})
