import type { Pool } from 'pg'
import type { z } from 'zod'
import { stockOf } from '../../projections/inventory/queries.ts'
import type { ProductImage } from '../../supporting/catalogue/images.ts'
import { imagesOf } from '../../supporting/catalogue/images.ts'
import { getProducts } from '../../supporting/catalogue/products.ts'
import type { FoundProduct } from '../../supporting/catalogue/search.ts'
import { ProblemError } from '../problems.ts'
import type { Image, Product } from './catalogue-schemas.ts'

/** A product as the API shows it, and its version. @throws ProblemError `not-found` */
export const findProduct = async (
  pool: Pool,
  id: string,
): Promise<{ readonly view: z.output<typeof Product>; readonly version: number }> => {
  const product = (await getProducts(pool, [id])).get(id)
  if (product === undefined) throw new ProblemError('not-found')
  const [images, levels] = await Promise.all([imagesOf(pool, [id]), stockOf(pool, [product.sku])])
  const available = levels.get(product.sku)?.available ?? 0
  return { view: productView({ ...product, available }, images.get(id) ?? []), version: product.version }
}

export const productView = (
  product: FoundProduct,
  images: readonly ProductImage[],
): z.output<typeof Product> => {
  const { id, sku, name, description, category, price, available, active, createdAt } = product
  return {
    ...{ id, sku, name, description, category, price, available, active },
    images: images.map(imageView),
    createdAt: createdAt.toISOString(),
  }
}

export const imageUrl = (id: string): string => `/api/v1/images/${id}`

const imageView = ({ id, alt, contentType, width, height, bytes }: ProductImage): z.output<typeof Image> => ({
  ...{ id, url: imageUrl(id), alt, contentType, width, height, bytes },
})
