import { z } from 'zod'
import { MOST_PIECES } from '../../supporting/carts/cart.ts'
import { Instant, Money, ProductId } from '../schemas.ts'
import { EXAMPLE_ADDRESS, PlaceOrderBody, Totals } from './order-schemas.ts'

export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ description: 'ISO 3166-1 alpha-2', examples: ['DE'] })

const LineNotice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('price_changed'), was: Money }),
  z.object({ kind: z.literal('short'), available: z.int().min(0) }),
  z.object({ kind: z.literal('not_for_sale') }),
])

const CartItem = z
  .object({
    productId: ProductId,
    sku: z.string().nullable(),
    name: z.string().nullable(),
    imageUrl: z.string().nullable(),
    quantity: z.int(),
    unitPrice: Money.nullable().meta({ description: 'As it is now' }),
    lineTotal: Money.nullable(),
    available: z.int().min(0).meta({ description: 'Pieces that can be ordered now' }),
    notices: z.array(LineNotice).meta({ description: 'What the buyer should know before the order' }),
  })
  .meta({ id: 'CartItem', description: 'All but product and quantity is null where the product is gone' })

export const CartView = z
  .object({
    items: z.array(CartItem),
    subtotal: Money.nullable().meta({
      description: 'Of what is for sale; null where there is nothing, or several currencies',
    }),
    totals: Totals.nullable().meta({ description: 'With shipping and tax, where a country was named' }),
    totalsRefusal: z
      .enum(['empty', 'mixed-currencies', 'not-deliverable', 'order-too-large'])
      .nullable()
      .meta({ description: 'Why there are no totals, where a country was named' }),
    notices: z
      .array(z.object({ kind: z.enum(['quantity_limited', 'dropped']), productId: z.string() }))
      .readonly()
      .meta({ description: 'What a merge with the anonymous cart could not take over whole' }),
    expiresAt: Instant.nullable().meta({
      description: 'An hour after the last change; null: there is no cart',
    }),
  })
  .meta({ id: 'Cart' })

const Pieces = z.int().min(1).max(MOST_PIECES).meta({ description: 'Pieces' })

export const NewCartItem = z
  .strictObject({ productId: ProductId, quantity: Pieces.default(1) })
  .meta({ id: 'NewCartItem', examples: [{ productId: 'yirgacheffe-250', quantity: 2 }] })

export const CartItemChange = z
  .strictObject({ quantity: Pieces })
  .meta({ id: 'CartItemChange', examples: [{ quantity: 3 }] })

export const CartCheckout = PlaceOrderBody.omit({ items: true }).meta({
  id: 'CartCheckout',
  examples: [
    {
      shippingAddress: EXAMPLE_ADDRESS,
      paymentMethodId: 'sim_approve',
    },
  ],
})

export const CartQuery = z.strictObject({
  country: Country.optional().meta({ description: 'Where to: adds totals with shipping and tax' }),
})

export const CartHeaders = z.looseObject({
  'cart-token': z
    .string()
    .regex(/^[\w-]{43}$/, 'must be a token that this API has given')
    .optional()
    .meta({ description: 'Of an anonymous cart: as the answer that began it gave it' }),
})

export const CART_TOKEN_HEADER = {
  'Cart-Token':
    'Of an anonymous cart that has just begun: send it with every call for this cart. Keep it secret.',
}
