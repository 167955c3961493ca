import type { PaymentProvider } from './provider.ts'

export interface PaymentProviders {
  /** The provider that a payment method belongs to; undefined where nobody knows it. */
  readonly forMethod: (paymentMethodId: string) => PaymentProvider | undefined
  /** @throws UnknownProviderError for a payment of a provider that is not set up any more */
  readonly named: (name: string) => PaymentProvider
}

export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError'
  readonly provider: string

  constructor(provider: string) {
    super(`Payment provider ${provider} is not set up`)
    this.provider = provider
  }
}

/** `prefix`: with it begin the ids of the provider's payment methods, as `sim_`. */
export const createProviders = (
  ...known: readonly { readonly prefix: string; readonly provider: PaymentProvider }[]
): PaymentProviders => ({
  forMethod: (paymentMethodId) => known.find(({ prefix }) => paymentMethodId.startsWith(prefix))?.provider,
  named: (name) => {
    const found = known.find(({ provider }) => provider.name === name)
    if (found === undefined) throw new UnknownProviderError(name)
    return found.provider
  },
})
