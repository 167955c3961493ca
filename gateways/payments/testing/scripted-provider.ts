import { ProviderUnavailableError, type PaymentProvider, type VoidRequest } from '../provider.ts'

export interface ScriptedProvider {
  readonly provider: PaymentProvider
  /** Keys of the calls that came through, oldest first. */
  readonly keys: string[]
  /** How the next calls go, the first first; once all are used up, calls succeed. */
  readonly next: (...calls: (() => Promise<void>)[]) => void
}

/** For what stands in front of providers: only its `void` is used, and goes as the test says. */
export const scriptedProvider = (): ScriptedProvider => {
  const script: (() => Promise<void>)[] = []
  const keys: string[] = []
  const unused = (): Promise<never> => Promise.reject(new Error('not part of the script'))
  return {
    keys,
    next: (...calls) => {
      script.push(...calls)
    },
    provider: {
      name: 'scripted',
      authorize: unused,
      capture: unused,
      refund: unused,
      void: async ({ idempotencyKey }) => {
        keys.push(idempotencyKey)
        await script.shift()?.()
        return { kind: 'voided' }
      },
    },
  }
}

export const unknownOutcome = (): Promise<never> =>
  Promise.reject(new ProviderUnavailableError('scripted', 'void', new Error('connection lost')))

export const voidRequest = (idempotencyKey: string): VoidRequest => ({
  idempotencyKey,
  paymentId: 'p1',
  providerReference: 'r1',
})

/** What `promise` fails with. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It did not fail')
}
