import type { Pool } from 'pg'
import type { z } from 'zod'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import { quoteOrder, type Pricing } from '../../commands/quote-order.ts'
import { stockOf } from '../../projections/inventory/queries.ts'
import type { Cart, CartLine, MergeNotice } from '../../supporting/carts/cart.ts'
import type { ProductImage } from '../../supporting/catalogue/images.ts'
import { imagesOf } from '../../supporting/catalogue/images.ts'
import type { Product } from '../../supporting/catalogue/products.ts'
import { getProducts } from '../../supporting/catalogue/products.ts'
import type { CartView } from './cart-schemas.ts'
import { imageUrl } from './product-view.ts'

type View = z.output<typeof CartView>
type Item = View['items'][number]

export interface Shown {
  readonly cart: Cart | undefined
  readonly country: string | undefined
  readonly notices: readonly MergeNotice[]
}

/** A cart with prices and stock of now. */
export const cartView = async (
  { pool, commands }: { readonly pool: Pool; readonly commands: Pick<PlaceOrderDeps, 'pricing'> },
  { cart, country, notices }: Shown,
): Promise<View> => {
  const lines = cart?.lines ?? []
  const ids = lines.map(({ productId }) => productId)
  const [products, images] = await Promise.all([getProducts(pool, ids), imagesOf(pool, ids)])
  const levels = await stockOf(
    pool,
    [...products.values()].map(({ sku }) => sku),
  )
  const items = lines.map((line) => {
    const product = products.get(line.productId)
    const available = product === undefined ? 0 : (levels.get(product.sku)?.available ?? 0)
    return itemOf(line, product, images.get(line.productId)?.[0], available)
  })
  const forSale = lines.flatMap(({ productId, quantity }) => {
    const product = products.get(productId)
    return product?.active === true ? [{ quantity, unitPrice: product.price }] : []
  })
  const pricing = country === undefined ? undefined : quoteOrder(commands, forSale, country)
  return {
    items,
    subtotal: subtotalOf(forSale),
    totals: pricing?.priced === true ? pricing.totals : null,
    totalsRefusal: pricing?.priced === false ? refusalOf(pricing) : null,
    notices,
    expiresAt: cart?.expiresAt.toISOString() ?? null,
  }
}

const itemOf = (
  { productId, quantity, price }: CartLine,
  product: Product | undefined,
  image: ProductImage | undefined,
  available: number,
): Item => {
  const notices: Item['notices'] = []
  if (product?.active !== true) notices.push({ kind: 'not_for_sale' })
  else {
    const isSame = product.price.amount === price.amount && product.price.currency === price.currency
    if (!isSame) notices.push({ kind: 'price_changed', was: price })
    if (available < quantity) notices.push({ kind: 'short', available })
  }
  return {
    ...{ productId, quantity, available, notices },
    sku: product?.sku ?? null,
    name: product?.name ?? null,
    imageUrl: image === undefined ? null : imageUrl(image.id),
    unitPrice: product?.price ?? null,
    lineTotal: product === undefined ? null : times(product.price, quantity),
  }
}

const times = (
  { amount, currency }: Product['price'],
  quantity: number,
): { amount: number; currency: string } => ({
  amount: Math.min(amount * quantity, Number.MAX_SAFE_INTEGER),
  currency,
})

const subtotalOf = (
  lines: readonly { readonly quantity: number; readonly unitPrice: Product['price'] }[],
): View['subtotal'] => {
  const [first] = lines
  if (first === undefined || lines.some(({ unitPrice }) => unitPrice.currency !== first.unitPrice.currency))
    return null
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0)
  return Number.isSafeInteger(amount) ? { amount, currency: first.unitPrice.currency } : null
}

const refusalOf = ({ refusal }: Extract<Pricing, { priced: false }>): View['totalsRefusal'] => {
  switch (refusal.type) {
    case 'no_lines':
      return 'empty'
    case 'currencies_mixed':
      return 'mixed-currencies'
    case 'amount_too_large':
      return 'order-too-large'
    case 'no_shipping_rule':
    case 'no_tax_rule':
      return 'not-deliverable'
  }
}
