/**
 * Every kind of error that the API answers with: the end of its `type`, its status and its title. Clients decide by `type`, so
 * a kind is never renamed and its status never changes.
 */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'malformed-request': { status: 400, title: 'The request can not be read' },
  'invalid-cursor': { status: 400, title: 'The cursor was not made by this listing' },
  'webhook-not-genuine': { status: 400, title: 'The webhook was not sent by its provider just now' },
  'unsupported-grant': { status: 400, title: 'This kind of grant is not supported' },
  'invalid-scope': { status: 400, title: 'The client may not have all of these scopes' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  'invalid-credentials': { status: 401, title: 'E-mail address or password are wrong' },
  'invalid-refresh-token': { status: 401, title: 'The refresh token is not valid, or not any more' },
  'invalid-client': { status: 401, title: 'There is no such client with this secret' },
  forbidden: { status: 403, title: 'You may not do this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method does not apply here' },
  'request-timeout': { status: 408, title: 'The request came too slowly' },
  'payment-method-differs': { status: 409, title: 'It is being paid for in another way' },
  'order-not-reserved': { status: 409, title: 'Its stock is not reserved yet' },
  conflict: { status: 409, title: 'It changed meanwhile' },
  'idempotency-in-flight': { status: 409, title: 'The same request is being carried out' },
  'name-taken': { status: 409, title: 'There is one with this name already' },
  'sku-taken': { status: 409, title: 'There is a product with this sku already' },
  'slug-taken': { status: 409, title: 'There is a category with this slug already' },
  'category-in-use': { status: 409, title: 'The category is not empty' },
  'precondition-failed': { status: 412, title: 'It is not as you have seen it' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'idempotency-key-reused': { status: 422, title: 'This idempotency key stands for another request' },
  'products-unavailable': { status: 422, title: 'Some of the products are not for sale' },
  'mixed-currencies': { status: 422, title: 'The products are priced in several currencies' },
  'not-deliverable': { status: 422, title: 'The shop does not deliver there' },
  'unknown-payment-method': { status: 422, title: 'There is no such payment method' },
  'order-too-large': { status: 422, title: 'The order is too large' },
  'amount-differs': { status: 422, title: 'It costs something else' },
  'command-rejected': { status: 422, title: 'This can not be done as things stand' },
  'cart-full': { status: 422, title: 'The cart does not hold so much' },
  'cart-empty': { status: 422, title: 'There is nothing in the cart' },
  'unknown-category': { status: 422, title: 'There is no such category' },
  'category-misplaced': { status: 422, title: 'The category can not be put there' },
  'unusable-image': { status: 422, title: 'The shop can not show this file' },
  'too-many-images': { status: 422, title: 'The product has as many images as it may have' },
  'invalid-token': { status: 422, title: 'The token is not valid, or not any more' },
  'wrong-password': { status: 422, title: 'The current password is another one' },
  'own-admin-role': { status: 422, title: 'You can not take the admin role from yourself' },
  'precondition-required': { status: 428, title: 'Say what you have seen' },
  'too-many-attempts': { status: 429, title: 'Too many attempts to sign in' },
  'too-many-connections': { status: 429, title: 'You follow as many orders at once as you may' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The header fields are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'A part of the system can not be reached' },
  busy: { status: 503, title: 'Too many requests for the same thing at once' },
  'position-not-reached': { status: 504, title: 'The read model does not have it yet' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>

export type ProblemKind = keyof typeof PROBLEMS

export const PROBLEM_KINDS = Object.keys(PROBLEMS) as readonly ProblemKind[]

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header'
  /** JSON pointer (RFC 6901) to the field; empty for the whole. */
  readonly pointer: string
  readonly code: string
  readonly message: string
}

export interface ProblemOptions {
  /** What is wrong this time, for a person to read. */
  readonly detail?: string
  /** Further members of the answer. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** Ends a request with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(kind: ProblemKind, { detail, members = {}, headers = {}, cause }: ProblemOptions = {}) {
    super(detail ?? PROBLEMS[kind].title, { cause })
    this.kind = kind
    this.detail = detail
    this.members = members
    this.headers = headers
  }
}

export const problemType = (kind: ProblemKind): string => `urn:orderstream:problem:${kind}`

/** The body of a problem answer (RFC 9457). */
export const problemBody = (
  problem: ProblemError,
  occurrence: { readonly instance: string; readonly correlationId: string },
): Record<string, unknown> => ({
  type: problemType(problem.kind),
  title: PROBLEMS[problem.kind].title,
  status: PROBLEMS[problem.kind].status,
  ...(problem.detail === undefined ? {} : { detail: problem.detail }),
  instance: occurrence.instance,
  correlationId: occurrence.correlationId,
  ...problem.members,
})

export const PROBLEM_JSON = 'application/problem+json'

/** Seconds until a client may try again. */
export const retryAfter = (seconds: number): Record<string, string> => ({
  'retry-after': String(Math.max(1, Math.ceil(seconds))),
})
