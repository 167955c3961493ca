/** Money in minor units of an ISO 4217 currency. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/**
 * The same key is the same effect, for good: a provider that has seen it answers as it did the first time, or, where that was
 * `pending`, what has become of it since. So asking again is how an unknown outcome becomes known.
 */
export interface Keyed {
  readonly idempotencyKey: string
  /** The request that all of it goes back to, for the provider's own records. */
  readonly correlationId?: string | undefined
}

export interface AuthorizationRequest extends Keyed {
  readonly paymentId: string
  readonly customerId: string
  readonly amount: Money
  readonly paymentMethodId: string
}

export interface CaptureRequest extends Keyed {
  readonly paymentId: string
  readonly providerReference: string
  readonly amount: Money
}

export interface VoidRequest extends Keyed {
  readonly paymentId: string
  readonly providerReference: string
}

/** A refund takes place at most once, under whatever key. After a refusal a new try needs a new key. */
export interface RefundRequest extends CaptureRequest {
  readonly refundId: string
}

export interface Refused<Kind extends string> {
  readonly kind: Kind
  /** Stable word for programs, as `insufficient_funds`. */
  readonly code: string
  /** For people. */
  readonly message: string
}

export type SettledAuthorization =
  { readonly kind: 'authorized'; readonly providerReference: string } | Refused<'declined'>
/** Settled later, and told by a webhook. It can be voided meanwhile, not captured. */
export interface PendingAuthorization {
  readonly kind: 'pending'
  readonly providerReference: string
  /** Where the customer has to confirm it; null where nothing is asked of him. */
  readonly redirectUrl: string | null
}
export type AuthorizationResult = SettledAuthorization | PendingAuthorization
/** `refused`: for good, it will never be captured. */
export type CaptureResult = { readonly kind: 'captured' } | Refused<'refused'>
/** `captured`: too late, the money has been taken. */
export type VoidResult = { readonly kind: 'voided' } | { readonly kind: 'captured' }
export type RefundResult =
  | { readonly kind: 'refunded'; readonly providerReference: string }
  /** On its way, and may still fail. A webhook tells; asking again with the same key does as well. */
  | { readonly kind: 'pending'; readonly providerReference: string }
  | Refused<'refused'>

/**
 * Who holds and moves the customers' money. Each call answers for good, or throws
 * - ProviderUnavailableError: it is not known whether it was done; call again with the same key
 * - ProviderRefusedRequestError: it was not done, and calling again won't help before somebody has looked at it
 */
export interface PaymentProvider {
  readonly name: string
  readonly authorize: (request: AuthorizationRequest) => Promise<AuthorizationResult>
  readonly capture: (request: CaptureRequest) => Promise<CaptureResult>
  readonly void: (request: VoidRequest) => Promise<VoidResult>
  readonly refund: (request: RefundRequest) => Promise<RefundResult>
}

export type Operation = Exclude<keyof PaymentProvider, 'name'>

/** No answer within the limit, or an answer that says nothing of the outcome. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
  readonly provider: string
  readonly operation: Operation
  /** Where the provider was not even asked because it fails too often: milliseconds until it is tried again. */
  readonly retryAfterMs: number | undefined

  constructor(provider: string, operation: Operation, cause: unknown, retryAfterMs?: number) {
    super(`Payment provider ${provider} gave no answer: ${operation}`, { cause })
    this.provider = provider
    this.operation = operation
    this.retryAfterMs = retryAfterMs
  }
}

/** The provider understood and did nothing: our account, our configuration or the request itself is at fault. */
export class ProviderRefusedRequestError extends Error {
  override readonly name = 'ProviderRefusedRequestError'
  readonly provider: string
  readonly operation: Operation
  /** Stable word for programs, as `idempotency_key_reused`. */
  readonly code: string

  constructor(provider: string, operation: Operation, code: string, message: string, cause?: unknown) {
    super(`Payment provider ${provider} refuses to ${operation} (${code}): ${message}`, { cause })
    this.provider = provider
    this.operation = operation
    this.code = code
  }
}
