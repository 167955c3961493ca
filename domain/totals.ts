import { z } from 'zod'
import type { OrderLine, OrderTotals, SkuQuantity } from './order/events.ts'
import { Money } from './values.ts'

const Countries = z.union([z.literal('*'), z.array(z.string().regex(/^[A-Z]{2}$/)).min(1)])

/**
 * What is added to the price of the goods. Both tables are read from the top and the first row that fits counts;
 * `countries` are ISO 3166-1 alpha-2 codes, `*` is any. A shipping row fits in its own currency only, and costs nothing
 * once the goods cost `freeFrom` minor units. Tax is in basis points (1,900 = 19 %) of goods and shipping.
 */
export const PricingRules = z.strictObject({
  shipping: z.array(
    z.strictObject({ countries: Countries, fee: Money, freeFrom: z.int().min(0).nullable() }),
  ),
  tax: z.array(z.strictObject({ countries: Countries, basisPoints: z.int().min(0).max(10_000) })),
})
export type PricingRules = Readonly<z.output<typeof PricingRules>>

export type PricingRefusal =
  | { readonly type: 'no_lines' }
  | { readonly type: 'currencies_mixed'; readonly currencies: readonly string[] }
  /** No row for the country and currency: the shop doesn't deliver there. */
  | { readonly type: 'no_shipping_rule' | 'no_tax_rule'; readonly country: string; readonly currency: string }
  /** Above what an integer holds exactly (2^53 - 1 minor units). */
  | { readonly type: 'amount_too_large' }

export type Pricing =
  | { readonly priced: true; readonly totals: OrderTotals }
  | { readonly priced: false; readonly refusal: PricingRefusal }

/** The totals of an order in minor units of its one currency. Tax is rounded half up, once for the whole order. */
export const priceOrder = (
  lines: readonly Pick<OrderLine, 'quantity' | 'unitPrice'>[],
  country: string,
  rules: PricingRules,
): Pricing => {
  const [currency, ...others] = new Set(lines.map((line) => line.unitPrice.currency))
  if (currency === undefined) return refuse({ type: 'no_lines' })
  if (others.length > 0) return refuse({ type: 'currencies_mixed', currencies: [currency, ...others] })

  const items = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0)
  const delivery = rules.shipping.find((row) => covers(row, country) && row.fee.currency === currency)
  if (!delivery) return refuse({ type: 'no_shipping_rule', country, currency })
  const taxed = rules.tax.find((row) => covers(row, country))
  if (!taxed) return refuse({ type: 'no_tax_rule', country, currency })

  const shipping = delivery.freeFrom !== null && items >= delivery.freeFrom ? 0 : delivery.fee.amount
  if (!Number.isSafeInteger((items + shipping) * 2)) return refuse({ type: 'amount_too_large' })
  const tax = share(items + shipping, taxed.basisPoints, 10_000)
  const money = (amount: number): Money => ({ amount, currency })
  return {
    priced: true,
    totals: {
      items: money(items),
      shipping: money(shipping),
      tax: money(tax),
      total: money(items + shipping + tax),
    },
  }
}

/**
 * What `lines` of an order cost with their share of its tax, in minor units. To refund them in several steps without ever
 * refunding a cent too much, take the difference of what was refunded after and before a step.
 */
export const goodsWithTax = (
  order: { readonly lines: readonly OrderLine[]; readonly totals: OrderTotals },
  lines: readonly SkuQuantity[],
): number => {
  const { items, shipping, tax } = order.totals
  const goods = lines.reduce((sum, { sku, quantity }) => {
    const price = order.lines.find((line) => line.sku === sku)?.unitPrice.amount ?? 0
    return sum + quantity * price
  }, 0)
  return goods === 0 ? 0 : goods + share(tax.amount, goods, items.amount + shipping.amount)
}

/** amount · part ÷ whole, rounded half up; exact beyond 2^53. */
const share = (amount: number, part: number, whole: number): number =>
  Number((2n * BigInt(amount) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)))

const covers = (row: { readonly countries: '*' | readonly string[] }, country: string): boolean =>
  row.countries === '*' || row.countries.includes(country)

const refuse = (refusal: PricingRefusal): Pricing => ({ priced: false, refusal })
