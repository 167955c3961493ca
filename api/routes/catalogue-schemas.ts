import { z } from 'zod'
import { IMAGE_TYPES } from '../../supporting/catalogue/image-file.ts'
import { SORTS } from '../../supporting/catalogue/search-query.ts'
import { Cursor, Instant, Limit, line, Money, NextCursor, ProductId, Sku } from '../schemas.ts'

export const CategoryId = ProductId.meta({ description: 'Stable', examples: ['coffee'] })

const Slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(64)
  .meta({ description: 'As it stands in addresses', examples: ['coffee-beans'] })

/** Text of several lines that a person typed. */
const Description = z
  .string()
  .max(10_000)
  .regex(/^[\P{C}\n\r\t]*$/u, 'must not contain control characters')

export const ImageId = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{26}$/)
  .meta({ description: 'ULID in lower case', examples: ['01kaj5z4qw8x2n6t3r9v7c1b0d'] })

export const Image = z
  .object({
    id: ImageId,
    url: z
      .string()
      .meta({ description: 'Of this API', examples: ['/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d'] }),
    alt: z.string().meta({ description: 'What it shows, for those who do not see it' }),
    contentType: z.enum(IMAGE_TYPES),
    width: z.int().meta({ description: 'Pixels' }),
    height: z.int().meta({ description: 'Pixels' }),
    bytes: z.int(),
  })
  .meta({ id: 'ProductImage' })

export const Product = z
  .object({
    id: ProductId,
    sku: Sku,
    name: z.string(),
    description: z.string(),
    category: z.object({ id: CategoryId, name: z.string() }),
    price: Money,
    available: z.int().min(0).meta({ description: 'Pieces that can be ordered now' }),
    active: z.boolean().meta({ description: 'Whether it is for sale. Others are shown to staff only.' }),
    images: z.array(Image).readonly(),
    createdAt: Instant,
  })
  .meta({ id: 'Product' })

const Facets = z
  .object({
    total: z.int().meta({ description: 'Products that all filters leave' }),
    categories: z
      .array(z.object({ id: CategoryId, name: z.string(), parentId: CategoryId.nullable(), count: z.int() }))
      .meta({ description: 'Those that hold any, here or below, in the order of the tree' }),
    priceBands: z
      .array(
        z.object({
          currency: z.string(),
          from: z.int().meta({ description: 'Minor units, included' }),
          to: z.int().nullable().meta({ description: 'Minor units, included; null: without an end' }),
          count: z.int(),
        }),
      )
      .readonly(),
    inStock: z.int(),
  })
  .meta({
    id: 'ProductFacets',
    description: 'How many there are for each further choice: each count heeds all filters but its own',
  })

export const ProductPage = z
  .object({
    items: z.array(Product),
    nextCursor: NextCursor,
    corrections: z
      .array(z.object({ word: z.string(), alternatives: z.array(z.string()).readonly() }))
      .readonly()
      .meta({ description: 'Words of the search that nothing has, and what was looked for instead' }),
    facets: Facets.nullable().meta({ description: 'Where they were asked for' }),
  })
  .meta({ id: 'ProductPage' })

const Minor = z.coerce
  .number<string>()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'Minor units (cents), included', examples: [1000] })

const YesNo = z.enum(['true', 'false'])

export const ProductQuery = z
  .strictObject({
    limit: Limit,
    cursor: Cursor.optional(),
    q: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({
        description: 'Words, or how they begin; slips of the finger are forgiven',
        examples: ['espresso'],
      }),
    category: CategoryId.optional().meta({ description: 'Id or slug: this category and all below it' }),
    priceFrom: Minor.optional(),
    priceTo: Minor.optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional()
      .meta({ description: 'ISO 4217' }),
    inStock: YesNo.meta({ description: 'Whether a piece of it can be had' })
      .transform((text) => text === 'true')
      .optional(),
    active: z
      .enum(['true', 'false', 'any'])
      .default('true')
      .meta({ description: 'Whether it is for sale. Others than `true` need the scope catalogue:write.' }),
    sort: z
      .enum(SORTS)
      .default('relevance')
      .meta({ description: '`relevance` without `q` is by name; `-price` begins with the dearest' }),
    facets: YesNo.meta({ description: 'Whether to count by category, price and stock' })
      .default('false')
      .transform((text) => text === 'true'),
  })
  .meta({ description: 'What to look for' })

export const NewProduct = z
  .strictObject({
    sku: Sku,
    name: line(200),
    description: Description.default(''),
    categoryId: CategoryId,
    price: Money,
    active: z.boolean().default(true),
  })
  .meta({
    id: 'NewProduct',
    examples: [
      {
        sku: 'COF-ETH-250',
        name: 'Guji, 250 g',
        description: 'Washed Ethiopian beans.',
        categoryId: 'coffee',
        price: { amount: 1290, currency: 'EUR' },
        active: true,
      },
    ],
  })

const changesSomething = (change: object): boolean =>
  Object.values(change).some((value) => value !== undefined)

export const ProductChange = z
  .strictObject({
    name: line(200).optional(),
    description: Description.optional(),
    categoryId: CategoryId.optional(),
    price: Money.optional(),
    active: z.boolean().optional(),
  })
  .refine(changesSomething, 'must change something')
  .meta({ id: 'ProductChange', examples: [{ price: { amount: 1190, currency: 'EUR' } }] })

export const ImageChange = z
  .strictObject({
    alt: z.union([z.literal(''), line(300)]).optional(),
    position: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .meta({ description: 'Among the images of the product, from 0' }),
  })
  .refine(changesSomething, 'must change something')
  .meta({ id: 'ProductImageChange', examples: [{ alt: 'A bag of coffee', position: 0 }] })

export const PriceHistory = z
  .object({
    items: z
      .array(
        z.object({
          price: Money,
          from: Instant.meta({ description: 'Since when' }),
          by: z.object({ kind: z.enum(['customer', 'staff', 'service', 'system']), id: z.string() }),
        }),
      )
      .readonly(),
    nextCursor: NextCursor,
  })
  .meta({ id: 'PriceHistory', description: 'Newest first' })

export const PriceQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() })

export const Category = z
  .object({
    id: CategoryId,
    slug: Slug,
    name: z.string(),
    parentId: CategoryId.nullable().meta({ description: 'null at the top of the tree' }),
    position: z.int().min(0).meta({ description: 'Among those with the same parent, from 0' }),
  })
  .meta({ id: 'Category' })

export const CategoryTree = z
  .object({
    items: z
      .array(Category.extend({ depth: z.int().min(0).meta({ description: '0 at the top' }) }))
      .meta({ description: 'All categories: each before those below it, siblings in their order' }),
  })
  .meta({ id: 'CategoryTree' })

const CategoryPosition = z
  .int()
  .min(0)
  .max(100_000)
  .meta({ description: 'Among those with the same parent, from 0; default: behind them' })

export const NewCategory = z
  .strictObject({
    name: line(100),
    slug: Slug.optional().meta({ description: 'Default: made from the name' }),
    parentId: CategoryId.nullable().default(null),
    position: CategoryPosition.optional(),
  })
  .meta({ id: 'NewCategory', examples: [{ name: 'Coffee beans', parentId: 'coffee' }] })

export const CategoryChange = z
  .strictObject({
    name: line(100).optional(),
    slug: Slug.optional(),
    parentId: CategoryId.nullable().optional(),
    position: CategoryPosition.optional(),
  })
  .refine(changesSomething, 'must change something')
  .meta({ id: 'CategoryChange', examples: [{ name: 'Beans', position: 0 }] })
