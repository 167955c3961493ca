import { ProviderUnavailableError, type PaymentProvider } from './provider.ts'

/** Every call of `provider` answers within `limitMs` milliseconds or throws ProviderUnavailableError. */
export const withTimeLimit = (provider: PaymentProvider, limitMs: number): PaymentProvider => {
  const limited =
    <Request, Result>(operation: string, call: (request: Request) => Promise<Result>) =>
    async (request: Request): Promise<Result> => {
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<never>((_, fail) => {
        timer = setTimeout(() => {
          fail(new Error(`no answer within ${limitMs} ms`))
        }, limitMs)
      })
      try {
        return await Promise.race([call(request), limit])
      } catch (error) {
        if (error instanceof ProviderUnavailableError) throw error
        throw new ProviderUnavailableError(provider.name, operation, error)
      } finally {
        clearTimeout(timer)
      }
    }
  return {
    name: provider.name,
    authorize: limited('authorize', provider.authorize),
    capture: limited('capture', provider.capture),
    void: limited('void', provider.void),
    refund: limited('refund', provider.refund),
  }
}
