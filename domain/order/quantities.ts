import type { OrderLine, OrderTotals, SkuQuantity } from './events.ts'

export const quantityOf = (lines: readonly SkuQuantity[], sku: string): number =>
  lines.reduce((sum, line) => (line.sku === sku ? sum + line.quantity : sum), 0)

/** `lines` less `gone`, by sku. */
export const without = (lines: readonly SkuQuantity[], gone: readonly SkuQuantity[]): SkuQuantity[] =>
  lines
    .map(({ sku, quantity }) => ({ sku, quantity: quantity - quantityOf(gone, sku) }))
    .filter(({ quantity }) => quantity > 0)

/** The first of `lines` that asks for more than `available` has. */
export const excess = (
  lines: readonly SkuQuantity[],
  available: readonly SkuQuantity[],
): { readonly sku: string; readonly requested: number; readonly available: number } | undefined =>
  lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: quantityOf(available, sku) }))
    .find((line) => line.requested > line.available)

/** The first sku that has more than one line. */
export const repeatedSku = (lines: readonly SkuQuantity[]): string | undefined =>
  lines.find(({ sku }, index) => lines.findIndex((line) => line.sku === sku) !== index)?.sku

/** The same quantity of the same goods, in any order. */
export const sameLines = (some: readonly SkuQuantity[], others: readonly SkuQuantity[]): boolean =>
  some.length === others.length && some.every(({ sku, quantity }) => quantityOf(others, sku) === quantity)

/** One currency; what the lines cost is `items`, and the parts make the total. */
export const totalsAddUp = (lines: readonly OrderLine[], totals: OrderTotals): boolean => {
  const { items, shipping, tax, total } = totals
  const all = [items, shipping, tax, ...lines.map((line) => line.unitPrice)]
  return (
    all.every(({ currency }) => currency === total.currency) &&
    lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0) === items.amount &&
    items.amount + shipping.amount + tax.amount === total.amount
  )
}
