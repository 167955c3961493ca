import type { Keyed, Operation, PaymentProvider } from './provider.ts'

/** Stands around each call of a provider. */
export type Interceptor = <Result>(
  operation: Operation,
  request: Keyed,
  call: () => Promise<Result>,
) => Promise<Result>

/** `provider`, each call of which goes through `around`. */
export const intercept = (provider: PaymentProvider, around: Interceptor): PaymentProvider => ({
  name: provider.name,
  authorize: (request) => around('authorize', request, () => provider.authorize(request)),
  capture: (request) => around('capture', request, () => provider.capture(request)),
  void: (request) => around('void', request, () => provider.void(request)),
  refund: (request) => around('refund', request, () => provider.refund(request)),
})
