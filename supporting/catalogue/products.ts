import { coalesced } from '../../platform/coalesce.ts'
import { prepared } from '../../platform/prepared.ts'
import type { Database } from '../database.ts'
import { perDatabase, violatesForeignKey, violatesUnique } from '../database.ts'
import type { Category } from './categories.ts'
import { SkuTakenError, StaleVersionError, UnknownCategoryError } from './errors.ts'

/** Minor units (cents) of an ISO 4217 currency. */
export interface Price {
  readonly amount: number
  readonly currency: string
}

export interface Product {
  /** Stable: orders refer to it for ever. */
  readonly id: string
  /** Stable: stock is kept under it. */
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly category: Pick<Category, 'id' | 'name'>
  readonly price: Price
  /** Not for sale any more where false; its orders stay what they are. */
  readonly active: boolean
  readonly createdAt: Date
  /** 1 at first; 1 more with every change, of its images too. */
  readonly version: number
}

export interface NewProduct extends Pick<
  Product,
  'id' | 'sku' | 'name' | 'description' | 'price' | 'active'
> {
  readonly categoryId: string
}

/** Who sets a price. */
export interface PriceSetter {
  readonly kind: 'customer' | 'staff' | 'service' | 'system'
  readonly id: string
}

/** What of a product is to change; what is left out stays. */
export type ProductChange = {
  readonly [Field in 'name' | 'description' | 'categoryId' | 'price' | 'active']?:
    NewProduct[Field] | undefined
}

export interface ProductRow {
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
  readonly created_at: Date
  readonly version: number
}

/** Columns of a product `p` and its category `c`. */
export const PRODUCT_COLUMNS = `p.id, p.sku, p.name, p.description, p.category_id, c.name as category_name, p.price_amount,
  p.price_currency, p.active, p.created_at, p.version`

export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  description: row.description,
  category: { id: row.category_id, name: row.category_name },
  price: { amount: Number(row.price_amount), currency: row.price_currency },
  active: row.active,
  createdAt: row.created_at,
  version: row.version,
})

const CATALOGUE: PriceSetter = { kind: 'system', id: 'catalogue' }

/** One that has this id already is left as it is. @throws SkuTakenError @throws UnknownCategoryError */
export const createProduct = async (
  db: Database,
  product: NewProduct,
  createdAt: Date,
  by: PriceSetter = CATALOGUE,
): Promise<void> => {
  const { id, sku, name, description, categoryId, price, active } = product
  await orRefused(
    product,
    db.query(
      `with created as (
         insert into shop.products
           (id, sku, name, description, category_id, price_amount, price_currency, active, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
         on conflict (id) do nothing
         returning id, price_amount, price_currency
       )
       insert into shop.prices (product_id, amount, currency, changed_at, actor_kind, actor_id)
       select id, price_amount, price_currency, $9, $10, $11 from created`,
      [
        ...[id, sku, name, description, categoryId, price.amount, price.currency, active, createdAt],
        ...[by.kind, by.id],
      ],
    ),
  )
}

/**
 * Changes a product; a new price goes into its history. undefined where there is none.
 * @throws StaleVersionError @throws UnknownCategoryError
 */
export const changeProduct = async (
  db: Database,
  id: string,
  change: ProductChange,
  {
    expectedVersion,
    at,
    by,
  }: { readonly expectedVersion: number; readonly at: Date; readonly by: PriceSetter },
): Promise<Product | undefined> => {
  const { name, description, categoryId, price, active } = change
  const { rows } = await orRefused(
    change,
    db.query<ProductRow>(
      `with before as (
         select id, price_amount, price_currency from shop.products where id = $1
       ), p as (
         update shop.products set
           name = coalesce($3, name),
           description = coalesce($4, description),
           category_id = coalesce($5, category_id),
           price_amount = coalesce($6, price_amount),
           price_currency = coalesce($7, price_currency),
           active = coalesce($8, active),
           updated_at = $9,
           version = version + 1
         where id = $1 and version = $2
         returning *
       ), priced as (
         insert into shop.prices (product_id, amount, currency, changed_at, actor_kind, actor_id)
         select p.id, p.price_amount, p.price_currency, $9, $10, $11 from p join before on before.id = p.id
         where (p.price_amount, p.price_currency) <> (before.price_amount, before.price_currency)
       )
       select ${PRODUCT_COLUMNS} from p join shop.categories c on c.id = p.category_id`,
      [
        ...[id, expectedVersion, name, description, categoryId, price?.amount, price?.currency, active, at],
        ...[by.kind, by.id],
      ],
    ),
  )
  const [row] = rows
  if (row !== undefined) return toProduct(row)
  await mustBeGone(db, id)
  return undefined
}

/**
 * Removes a product with its images; its orders and the history of its prices stay. Whether there was one.
 * @throws StaleVersionError
 */
export const deleteProduct = async (db: Database, id: string, expectedVersion: number): Promise<boolean> => {
  const { rowCount } = await db.query('delete from shop.products where id = $1 and version = $2', [
    id,
    expectedVersion,
  ])
  if (rowCount === 1) return true
  await mustBeGone(db, id)
  return false
}

const PRODUCTS_BY_ID = `
  select ${PRODUCT_COLUMNS} from shop.products p join shop.categories c on c.id = p.category_id
  where p.id = any($1)`

/** What all ask for at the same time, in one statement: it begins after the last of them has asked. */
const productsById = perDatabase((db) =>
  coalesced<readonly string[], ReadonlyMap<string, Product>>(async (wanted) => {
    const { rows } = await db.query<ProductRow>(prepared(PRODUCTS_BY_ID, [[...new Set(wanted.flat())]]))
    const found = new Map(rows.map((row) => [row.id, toProduct(row)]))
    return wanted.map(() => found)
  }),
)

/** The products that `ids` name, active or not, by id; ids that name none are not in the map. */
export const getProducts = async (db: Database, ids: readonly string[]): Promise<Map<string, Product>> => {
  const found = await productsById(db)(ids)
  return new Map(ids.flatMap((id) => found.get(id) ?? []).map((product) => [product.id, product]))
}

/** @throws StaleVersionError where it is there after all: then it is at another version */
const mustBeGone = async (db: Database, id: string): Promise<void> => {
  const product = (await getProducts(db, [id])).get(id)
  if (product !== undefined) throw new StaleVersionError(`The product ${id}`, product.version)
}

const orRefused = async <Result>(
  { sku = '', categoryId = '' }: { readonly sku?: string; readonly categoryId?: string | undefined },
  work: Promise<Result>,
): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    if (violatesUnique(error, 'products_sku_unique')) throw new SkuTakenError(sku)
    if (violatesForeignKey(error, 'products_category_exists')) throw new UnknownCategoryError(categoryId)
    throw error
  }
}
