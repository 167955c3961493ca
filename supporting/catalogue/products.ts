import type { Database } from '../database.ts'
import { violatesForeignKey, violatesUnique } from '../database.ts'
import type { Category } from './categories.ts'
import { UnknownCategoryError } from './categories.ts'

/** Minor units (cents) of an ISO 4217 currency. */
export interface Price {
  readonly amount: number
  readonly currency: string
}

export interface Product {
  /** Stable: orders refer to it for ever. */
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: Pick<Category, 'id' | 'name'>
  readonly price: Price
  /** Not for sale any more where false; its orders stay what they are. */
  readonly active: boolean
}

export type NewProduct = Omit<Product, 'category'> & { readonly categoryId: string }

export class SkuTakenError extends Error {
  readonly sku: string
  constructor(sku: string) {
    super(`There is a product with the sku ${sku} already`)
    this.name = 'SkuTakenError'
    this.sku = sku
  }
}

interface ProductRow {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category_id: string
  readonly category_name: string
  /** bigint comes as text; the table's check keeps it within safe integers. */
  readonly price_amount: string
  readonly price_currency: string
  readonly active: boolean
  readonly sort_name: string
}

const SELECT = `select p.id, p.sku, p.name, p.description, p.category_id, c.name as category_name, p.price_amount,
  p.price_currency, p.active, p.sort_name
  from shop.products p join shop.categories c on c.id = p.category_id`

const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  description: row.description,
  category: { id: row.category_id, name: row.category_name },
  price: { amount: Number(row.price_amount), currency: row.price_currency },
  active: row.active,
})

/** @throws SkuTakenError @throws UnknownCategoryError */
export const createProduct = async (db: Database, product: NewProduct, createdAt: Date): Promise<void> => {
  try {
    await db.query(
      `insert into shop.products
         (id, sku, name, description, category_id, price_amount, price_currency, active, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        product.id,
        product.sku,
        product.name,
        product.description,
        product.categoryId,
        product.price.amount,
        product.price.currency,
        product.active,
        createdAt,
      ],
    )
  } catch (error) {
    if (violatesUnique(error, 'products_sku_unique')) throw new SkuTakenError(product.sku)
    if (violatesForeignKey(error, 'products_category_exists'))
      throw new UnknownCategoryError(product.categoryId)
    throw error
  }
}

/** The products that `ids` name, active or not, by id; ids that name none are not in the map. */
export const getProducts = async (db: Database, ids: readonly string[]): Promise<Map<string, Product>> => {
  const { rows } = await db.query<ProductRow>(`${SELECT} where p.id = any($1)`, [ids])
  return new Map(rows.map((row) => [row.id, toProduct(row)]))
}

/** Where a page of products ends: the next one begins after it. */
export interface ProductCursor {
  readonly name: string
  readonly id: string
}

export interface ProductPage {
  readonly products: readonly Product[]
  /** undefined at the end. */
  readonly next: ProductCursor | undefined
}

/**
 * Active products by name. Pages hold still: a product that comes or goes meanwhile moves no other across a page's border.
 *
 * @param query.limit how many at most
 * @param query.after end of the page before
 */
export const listProducts = async (
  db: Database,
  query: { readonly limit: number; readonly after?: ProductCursor; readonly categoryId?: string },
): Promise<ProductPage> => {
  const { rows } = await db.query<ProductRow>(
    `${SELECT}
     where p.active
       and ($2::text is null or p.category_id = $2)
       and ($3::text is null or (p.sort_name, p.id) > ($3, $4))
     order by p.sort_name, p.id limit $1`,
    [query.limit + 1, query.categoryId ?? null, query.after?.name ?? null, query.after?.id ?? null],
  )
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    products: page.map(toProduct),
    next: rows.length > query.limit && last !== undefined ? { name: last.sort_name, id: last.id } : undefined,
  }
}
