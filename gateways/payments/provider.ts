/** Money in minor units of an ISO 4217 currency. */
interface Money {
  readonly amount: number
  readonly currency: string
}

/** The same key is the same effect: a provider that has seen it answers as it did the first time. */
interface Keyed {
  readonly idempotencyKey: string
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

export interface RefundRequest extends CaptureRequest {
  readonly refundId: string
}

interface Refused<Kind extends string> {
  readonly kind: Kind
  /** Stable word for programs, as `insufficient_funds`. */
  readonly code: string
  /** For people. */
  readonly message: string
}

export type AuthorizationResult =
  { readonly kind: 'authorized'; readonly providerReference: string } | Refused<'declined'>
/** `refused`: for good, it will never be captured. */
export type CaptureResult = { readonly kind: 'captured' } | Refused<'refused'>
/** `captured`: too late, the money has been taken. */
export type VoidResult = { readonly kind: 'voided' } | { readonly kind: 'captured' }
export type RefundResult =
  { readonly kind: 'refunded'; readonly providerReference: string } | Refused<'refused'>

/**
 * Who holds and moves the customers' money. Each call either answers for good or throws ProviderUnavailableError, after which it
 * is not known whether it was done: call again with the same key.
 */
export interface PaymentProvider {
  readonly name: string
  readonly authorize: (request: AuthorizationRequest) => Promise<AuthorizationResult>
  readonly capture: (request: CaptureRequest) => Promise<CaptureResult>
  readonly void: (request: VoidRequest) => Promise<VoidResult>
  readonly refund: (request: RefundRequest) => Promise<RefundResult>
}

/** No answer within the limit, or an answer that says nothing of the outcome. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
  readonly provider: string
  readonly operation: string

  constructor(provider: string, operation: string, cause: unknown) {
    super(`Payment provider ${provider} gave no answer: ${operation}`, { cause })
    this.provider = provider
    this.operation = operation
  }
}
