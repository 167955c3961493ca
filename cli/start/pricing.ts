import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { PricingRules } from '../../domain/totals.ts'
import { StartError, systemCode } from './start-error.ts'

/** Made up, for the demo shop. */
const DEMO_RULES: PricingRules = {
  shipping: [
    { countries: ['DE'], fee: { amount: 490, currency: 'EUR' }, freeFrom: 5_000 },
    { countries: '*', fee: { amount: 1_290, currency: 'EUR' }, freeFrom: 15_000 },
  ],
  tax: [
    { countries: ['DE'], basisPoints: 1_900 },
    { countries: ['AT', 'FR'], basisPoints: 2_000 },
    { countries: '*', basisPoints: 2_100 },
  ],
}

/** @throws StartError where the file can't be read or does not hold such rules */
export const loadPricingRules = async (path: string | undefined): Promise<PricingRules> => {
  if (path === undefined) return DEMO_RULES
  try {
    return PricingRules.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    throw new StartError(`PRICING_FILE is ${path}, which can't be used: ${reasonOf(error)}.`, {
      cause: error,
    })
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    return issue ? `${issue.path.join('.') || 'all of it'}: ${issue.message}` : 'it holds something else'
  }
  return error instanceof SyntaxError ? 'it is not JSON' : (systemCode(error) ?? String(error))
}
