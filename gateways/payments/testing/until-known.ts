import { ProviderUnavailableError } from '../provider.ts'

/** Asks again with the same key while the outcome is not known, as callers do. */
export const untilKnown = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError) || attempt > 100) throw error
      await new Promise(setImmediate)
    }
  }
}
