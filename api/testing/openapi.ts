import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { OpenAPIV3_1 } from 'openapi-types'

/** An answer as the document is asked about it. */
export interface ObservedAnswer {
  readonly method: string
  /** With or without a query. */
  readonly url: string
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** An answer that the published document does not describe. */
export class UndocumentedAnswer extends Error {
  override readonly name = 'UndocumentedAnswer'

  constructor({ method, url, status, body }: ObservedAnswer, reason: string) {
    super(`${method} ${url} answered ${status}, but ${reason}. The answer was: ${body.slice(0, 2_000)}`)
  }
}

/**
 * Header fields of HTTP itself, and those that only tell a browser what not to do: any answer may have them. All others are
 * in the document, or the answer is wrong.
 */
const COMMON_FIELDS = new Set([
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding', 'vary'],
  ...['cache-control', 'content-security-policy', 'cross-origin-opener-policy', 'origin-agent-cluster'],
  'content-disposition',
  ...['cross-origin-resource-policy', 'referrer-policy', 'strict-transport-security', 'x-xss-protection'],
  ...['x-content-type-options', 'x-dns-prefetch-control', 'x-download-options', 'x-frame-options'],
  'x-permitted-cross-domain-policies',
])

/** Answers to what does not get as far as an operation. */
const OUTSIDE = [400, 404, 405, 414]

type Answer = OpenAPIV3_1.ResponseObject

/** Checks answers against an OpenAPI document: status, content type, header fields and body. Throws UndocumentedAnswer. */
export const answerCheck = (document: OpenAPIV3_1.Document): ((answer: ObservedAnswer) => void) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema({ ...document, $id: 'openapi' })
  const validators = new Map<string, ValidateFunction>()
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer)
    if (known !== undefined) return known
    const compiled = ajv.compile({ $ref: `openapi#${pointer}` })
    validators.set(pointer, compiled)
    return compiled
  }
  const check = (answer: ObservedAnswer, value: unknown, pointer: string, what = ''): void => {
    const validate = validatorAt(pointer)
    if (validate(value)) return
    throw new UndocumentedAnswer(answer, `${what}${ajv.errorsText(validate.errors, { separator: '; ' })}`)
  }
  const operationFor = operationsOf(document)

  return (answer) => {
    const { method, url, status, headers, body } = answer
    const found = operationFor(method, url)
    if (found === undefined) {
      if (!OUTSIDE.includes(status)) throw new UndocumentedAnswer(answer, 'there is no such operation')
      // to a HEAD there is never a body
      if (method !== 'HEAD') check(answer, parsed(answer), '/components/schemas/Problem')
      return
    }
    // what goes on and on has no head
    if (method === 'HEAD' && status === 405) return
    const { documented, pointer } = locate(document, found, status)
    if (documented === undefined) throw new UndocumentedAnswer(answer, 'this status is not documented')
    checkHeaders(answer, documented, document, (value, place, name) => {
      check(answer, value, place, `${name}: `)
    })
    const types = Object.keys(documented.content ?? {})
    if (types.length === 0) {
      if (body !== '') throw new UndocumentedAnswer(answer, 'it should be empty')
      return
    }
    // as to a GET, but without the body
    if (method === 'HEAD') return
    const [type = ''] = String(headers['content-type']).split(';', 1)
    if (!types.includes(type)) throw new UndocumentedAnswer(answer, `${type} is not documented`)
    if (!type.endsWith('json')) return
    check(answer, parsed(answer), `${pointer}/content/${escapePointer(type)}/schema`)
  }
}

const parsed = (answer: ObservedAnswer): unknown => {
  try {
    return JSON.parse(answer.body)
  } catch {
    throw new UndocumentedAnswer(answer, 'it is not JSON')
  }
}

interface FoundOperation {
  readonly path: string
  readonly method: string
  readonly operation: OpenAPIV3_1.OperationObject
}

const operationsOf = (
  document: OpenAPIV3_1.Document,
): ((method: string, url: string) => FoundOperation | undefined) => {
  const paths = Object.entries(document.paths ?? {}).map(([path, operations = {}]) => {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return { path, pattern, operations }
  })
  return (method, url) => {
    const pathname = url.split('?', 1)[0] ?? url
    const asked = (method === 'HEAD' ? 'GET' : method).toLowerCase() as 'get'
    // an address without parameters goes before one that it would fit
    const found = paths
      .filter(({ pattern, operations }) => pattern.test(pathname) && operations[asked] !== undefined)
      .sort((a, b) => b.path.length - a.path.length)
    const named = found.find(({ path }) => path === pathname) ?? found[0]
    const operation = named?.operations[asked]
    return named && operation && { path: named.path, method: asked, operation }
  }
}

/** What the document says about a status of an operation, and where it says so. */
const locate = (
  document: OpenAPIV3_1.Document,
  { path, method, operation }: FoundOperation,
  status: number,
): { readonly documented: Answer | undefined; readonly pointer: string } => {
  const documented = operation.responses?.[status]
  if (documented !== undefined && '$ref' in documented) {
    const name = documented.$ref.slice('#/components/responses/'.length)
    const shared = document.components?.responses?.[name]
    return {
      documented: shared === undefined || '$ref' in shared ? undefined : shared,
      pointer: `/components/responses/${escapePointer(name)}`,
    }
  }
  const pointer = ['paths', path, method, 'responses', String(status)].map(escapePointer).join('/')
  return { documented, pointer: `/${pointer}` }
}

const checkHeaders = (
  answer: ObservedAnswer,
  documented: Answer,
  document: OpenAPIV3_1.Document,
  check: (value: unknown, pointer: string, name: string) => void,
): void => {
  const fields = new Map(
    Object.entries(documented.headers ?? {}).map(([name, field]) => [name.toLowerCase(), field]),
  )
  for (const name of Object.keys(answer.headers)) {
    if (!fields.has(name) && !COMMON_FIELDS.has(name)) {
      throw new UndocumentedAnswer(answer, `its header ${name} is not documented`)
    }
  }
  for (const [name, field] of fields) {
    const reference = '$ref' in field ? field.$ref.slice('#/components/headers/'.length) : undefined
    const shared = reference === undefined ? field : document.components?.headers?.[reference]
    const value = answer.headers[name]
    if (value === undefined) {
      const isRequired = shared !== undefined && 'required' in shared && shared.required
      if (isRequired) throw new UndocumentedAnswer(answer, `its header ${name} is missing`)
    } else if (reference !== undefined) {
      check(value, `/components/headers/${escapePointer(reference)}/schema`, name)
    }
  }
}

const escapePointer = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
