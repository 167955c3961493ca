import type { Money } from './provider.ts'

/** As Stripe writes it: an integer, and the currency in small letters. */
export interface StripeMoney {
  readonly amount: number
  readonly currency: string
}

/**
 * Where Stripe counts a currency in other units than ISO 4217 does: how many of Stripe's make one of ours. All others agree, also
 * those without a minor unit, as JPY. https://docs.stripe.com/currencies (zero-decimal currencies, special cases)
 */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ISK', 100],
  ['UGX', 100],
  ['MGA', 1 / 100],
])

/** In these the last digit has to be 0. https://docs.stripe.com/currencies (three-decimal currencies) */
const TENS: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** Undefined where Stripe can't take exactly this amount. */
export const toStripe = ({ amount, currency }: Money): StripeMoney | undefined => {
  const units = UNITS.get(currency) ?? 1
  const converted = units < 1 ? amount / Math.round(1 / units) : amount * units
  const isExact = Number.isSafeInteger(converted) && (!TENS.has(currency) || amount % 10 === 0)
  return isExact ? { amount: converted, currency: currency.toLowerCase() } : undefined
}

export const fromStripe = ({ amount, currency }: StripeMoney): Money => {
  const code = currency.toUpperCase()
  return { amount: Math.round(amount / (UNITS.get(code) ?? 1)), currency: code }
}
