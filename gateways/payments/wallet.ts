import { intercept, type Interceptor } from './intercept.ts'
import {
  ProviderRefusedRequestError,
  ProviderUnavailableError,
  type Keyed,
  type Money,
  type Operation,
  type PaymentProvider,
} from './provider.ts'

export interface WalletRequest extends Keyed {
  readonly customerId: string
  /** A wallet holds money under it once. */
  readonly holdId: string
}

/**
 * The customers' balances, kept elsewhere. The same key is the same effect.
 * @throws WalletUnavailableError from each of them, where it is not known whether it was done
 */
export interface WalletAccount {
  /** Refusals are final: the same hold is refused as well once there is money. */
  readonly hold: (
    request: WalletRequest & { readonly amount: Money },
  ) => Promise<'held' | 'insufficient_funds' | 'currency_differs' | 'hold_differs'>
  /** Takes what is held or less; the rest becomes available again. */
  readonly capture: (
    request: WalletRequest & { readonly amount: Money },
  ) => Promise<'captured' | 'captured_otherwise' | 'released' | 'unknown' | 'exceeds_hold'>
  readonly release: (request: WalletRequest) => Promise<'released' | 'captured' | 'unknown'>
  /** Credits each refund once, all refunds of a hold together at most what was captured. */
  readonly refund: (
    request: WalletRequest & { readonly refundId: string; readonly amount: Money },
  ) => Promise<'refunded' | 'refund_differs' | 'not_captured' | 'exceeds_capture'>
}

export class WalletUnavailableError extends Error {
  override readonly name = 'WalletUnavailableError'
  readonly customerId: string

  constructor(customerId: string, cause: unknown) {
    super(`It is not known what became of a request to the wallet of ${customerId}`, { cause })
    this.customerId = customerId
  }
}

/** The one payment method of this provider. */
export const WALLET_METHOD = 'wallet'

const NAME = 'wallet'

/** The customer's own balance as a way to pay: a hold for each payment, a credit for each refund. */
export const createWalletProvider = (account: WalletAccount): PaymentProvider =>
  intercept(
    {
      name: NAME,
      authorize: async ({ paymentId, paymentMethodId, ...request }) => {
        if (paymentMethodId !== WALLET_METHOD) {
          const message = `There is no payment method ${paymentMethodId}.`
          return { kind: 'declined', code: 'payment_method_unknown', message }
        }
        const outcome = await account.hold({ ...request, holdId: paymentId })
        switch (outcome) {
          case 'held':
            return { kind: 'authorized', providerReference: referenceOf(request.customerId) }
          case 'insufficient_funds':
            return { kind: 'declined', code: outcome, message: 'The wallet does not have enough funds.' }
          case 'currency_differs':
            return { kind: 'declined', code: outcome, message: 'The wallet is in another currency.' }
          case 'hold_differs':
            throw misuse('authorize', 'idempotency_key_reused', 'Another amount is held for the payment.')
        }
      },
      capture: async ({ paymentId, providerReference, ...request }) => {
        const customerId = customerOf(providerReference, 'capture')
        const outcome = await account.capture({ ...request, customerId, holdId: paymentId })
        switch (outcome) {
          case 'captured':
            return { kind: 'captured' }
          case 'captured_otherwise':
            return { kind: 'refused', code: 'already_captured', message: 'Another amount was captured.' }
          case 'released':
            return { kind: 'refused', code: 'payment_voided', message: 'The authorisation was voided.' }
          case 'unknown':
            throw misuse('capture', 'authorization_unknown', 'Nothing was authorised.')
          case 'exceeds_hold':
            throw misuse(
              'capture',
              'amount_exceeds_authorization',
              'Less was authorised, or in another currency.',
            )
        }
      },
      void: async ({ paymentId, providerReference, ...request }) => {
        const customerId = customerOf(providerReference, 'void')
        const outcome = await account.release({ ...request, customerId, holdId: paymentId })
        switch (outcome) {
          case 'released':
            return { kind: 'voided' }
          case 'captured':
            return { kind: 'captured' }
          case 'unknown':
            throw misuse('void', 'authorization_unknown', 'Nothing was authorised.')
        }
      },
      refund: async ({ paymentId, providerReference, ...request }) => {
        const customerId = customerOf(providerReference, 'refund')
        const outcome = await account.refund({ ...request, customerId, holdId: paymentId })
        switch (outcome) {
          case 'refunded':
            return { kind: 'refunded', providerReference: `${NAME}-${request.refundId}` }
          case 'refund_differs':
            return {
              kind: 'refused',
              code: outcome,
              message: 'The refund was made with another amount.',
            }
          case 'not_captured':
            return { kind: 'refused', code: outcome, message: 'Nothing was captured.' }
          case 'exceeds_capture':
            return {
              kind: 'refused',
              code: 'amount_exceeds_capture',
              message: 'That is more than what is left of the captured amount.',
            }
        }
      },
    },
    withTypedErrors,
  )

/** Name of the wallet's stream. Captures, voids and refunds have nothing else that says whose wallet it is. */
const referenceOf = (customerId: string): string => `${NAME}-${customerId}`

const customerOf = (providerReference: string, operation: Operation): string => {
  const prefix = referenceOf('')
  if (providerReference.startsWith(prefix)) return providerReference.slice(prefix.length)
  throw misuse(operation, 'authorization_unknown', `${providerReference} is no wallet.`)
}

const misuse = (operation: Operation, code: string, message: string): ProviderRefusedRequestError =>
  new ProviderRefusedRequestError(NAME, operation, code, message)

const withTypedErrors: Interceptor = async (operation, _request, call) => {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof WalletUnavailableError)) throw error
    throw new ProviderUnavailableError(NAME, operation, error)
  }
}
