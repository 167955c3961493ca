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
  const check = (answer: ObservedAnswer, pointer: string): void => {
    const validate = validatorAt(pointer)
    if (validate(JSON.parse(answer.body))) return
    throw new UndocumentedAnswer(answer, ajv.errorsText(validate.errors, { separator: '; ' }))
  }
  const paths = Object.entries(document.paths ?? {}).map(([path, operations = {}]) => {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return { path, pattern, operations }
  })

  return (answer) => {
    const { method, url, status, headers, body } = answer
    const pathname = url.split('?', 1)[0] ?? url
    // an address without parameters goes before one that it would fit
    const found = paths
      .filter(({ pattern }) => pattern.test(pathname))
      .sort((a, b) => b.path.length - a.path.length)
    const named = found.find(({ path }) => path === pathname) ?? found[0]
    const operation = named?.operations[operationOf(method)]
    if (named === undefined || operation === undefined) {
      if (status !== 404 && status !== 405) throw new UndocumentedAnswer(answer, 'there is no such operation')
      check(answer, '/components/schemas/Problem')
      return
    }
    const documented = operation.responses[status]
    if (documented === undefined) throw new UndocumentedAnswer(answer, 'this status is not documented')
    if ('$ref' in documented) throw new UndocumentedAnswer(answer, 'its document is elsewhere')
    for (const name of ['X-Request-Id', 'X-Correlation-Id']) {
      if (typeof headers[name.toLowerCase()] !== 'string') {
        throw new UndocumentedAnswer(answer, `${name} is missing`)
      }
    }
    const types = Object.keys(documented.content ?? {})
    if (types.length === 0) {
      if (body !== '') throw new UndocumentedAnswer(answer, 'it should be empty')
      return
    }
    const [type = ''] = String(headers['content-type']).split(';', 1)
    if (!types.includes(type)) throw new UndocumentedAnswer(answer, `${type} is not documented`)
    if (!type.endsWith('json')) return
    const place = [
      'paths',
      named.path,
      operationOf(method),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ]
    check(answer, `/${place.map(escapePointer).join('/')}`)
  }
}

type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch' | 'trace'

const operationOf = (method: string): Method => method.toLowerCase() as Method

const escapePointer = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
