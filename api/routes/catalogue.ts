import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../projections/cursor.ts'
import { stockOf } from '../../projections/inventory/queries.ts'
import type { Product as CatalogueProduct } from '../../supporting/catalogue/products.ts'
import { listProducts } from '../../supporting/catalogue/products.ts'
import type { ApiDeps } from '../deps.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Limit, Money, NextCursor, ProductId, Sku } from '../schemas.ts'

const CategoryId = ProductId.meta({ description: 'Stable', examples: ['coffee'] })

const Product = z
  .object({
    id: ProductId,
    sku: Sku,
    name: z.string(),
    description: z.string(),
    category: z.object({ id: CategoryId, name: z.string() }),
    price: Money,
    available: z.int().min(0).meta({ description: 'Pieces that can be ordered now' }),
  })
  .meta({ id: 'Product' })

const ProductPage = z.object({ items: z.array(Product), nextCursor: NextCursor }).meta({ id: 'ProductPage' })

const ProductQuery = z.strictObject({
  limit: Limit,
  cursor: Cursor.optional(),
  category: CategoryId.optional(),
})

export const catalogueRoutes = (app: Routes, { pool }: Pick<ApiDeps, 'pool'>): void => {
  app.route({
    method: 'GET',
    url: '/products',
    config: {
      access: 'public',
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Products for sale, by name' } },
    },
    schema: {
      operationId: 'listProducts',
      summary: 'Products for sale',
      tags: ['catalogue'],
      querystring: ProductQuery,
      response: { 200: ProductPage },
    },
    handler: async ({ query }) => {
      const { products, next } = await listProducts(pool, {
        limit: query.limit,
        ...(query.category !== undefined && { categoryId: query.category }),
        ...(query.cursor !== undefined && { after: placeIn(query.cursor) }),
      })
      const levels = await stockOf(
        pool,
        products.map(({ sku }) => sku),
      )
      return {
        items: products.map((product) => productView(product, levels.get(product.sku)?.available ?? 0)),
        nextCursor: next === undefined ? null : encodeCursor([next.name, next.id]),
      }
    },
  })
}

const placeIn = (cursor: string): { name: string; id: string } => {
  const [name = '', id = ''] = decodeCursor(cursor, [/^[^\0]+$/s, /^[^\0]+$/s])
  return { name, id }
}

const productView = (product: CatalogueProduct, available: number): z.output<typeof Product> => {
  const { id, sku, name, description, category, price } = product
  return { id, sku, name, description, category, price, available }
}
