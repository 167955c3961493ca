import type { Database } from '../database.ts'
import { categoryWithin } from './categories.ts'
import type { Facets } from './facets.ts'
import { countFacets } from './facets.ts'
import type { Product, ProductRow } from './products.ts'
import { PRODUCT_COLUMNS, toProduct } from './products.ts'
import type { AskedProducts, PageEnd, ProductSearch, Sort, StockRelation } from './search-query.ts'
import { effectiveSort, queryOf } from './search-query.ts'
import type { Correction } from './search-text.ts'
import { textQuery } from './search-text.ts'

export interface FoundProduct extends Product {
  /** Pieces that can be ordered now. */
  readonly available: number
}

export interface ProductPage {
  readonly products: readonly FoundProduct[]
  /** undefined at the end. */
  readonly next: PageEnd | undefined
  readonly corrections: readonly Correction[]
  readonly facets: Facets | undefined
}

interface FoundRow extends ProductRow {
  readonly available: number
  readonly sort_key: string
}

/** What products are sorted by, its type, and the order in which keys follow each other. */
const ORDERS = {
  relevance: { key: 'rank', type: 'float8', direction: 'desc' },
  name: { key: 'p.sort_name', type: 'text', direction: 'asc' },
  price: { key: 'p.price_amount', type: 'bigint', direction: 'asc' },
  '-price': { key: 'p.price_amount', type: 'bigint', direction: 'desc' },
  newest: { key: 'p.created_at', type: 'timestamptz', direction: 'desc' },
} as const satisfies Record<Sort, unknown>

/**
 * Products, page by page. While rows come and go no other is skipped or doubled; one whose own key has changed is where it belongs now.
 */
export const searchProducts = async (
  db: Database,
  stock: StockRelation,
  search: ProductSearch,
): Promise<ProductPage> => {
  const text = search.text === undefined ? undefined : await textQuery(db, search.text)
  if (search.text !== undefined && text === undefined) {
    return { products: [], next: undefined, corrections: [], facets: search.facets ? NOTHING : undefined }
  }
  const categories = search.category === undefined ? undefined : await categoryWithin(db, search.category)
  const asked = { ...search, terms: text?.terms, whole: text?.whole, categories, stock }
  const { products, next } = await findPage(db, asked)
  return {
    products,
    next,
    corrections: text?.corrections ?? [],
    facets: search.facets ? await countFacets(db, asked) : undefined,
  }
}

const NOTHING: Facets = { total: 0, categories: new Map(), priceBands: [], inStock: 0 }

const findPage = async (
  db: Database,
  asked: AskedProducts,
): Promise<Pick<ProductPage, 'products' | 'next'>> => {
  const { terms, whole, categories, priceFrom, priceTo, currency, inStock, active, limit, after } = asked
  const { key, type, direction } = ORDERS[effectiveSort(asked)]
  const values: unknown[] = []
  const value = (of: unknown): string => `$${values.push(of)}`
  const rank = (): string =>
    terms === undefined
      ? '0::float8'
      : `(ts_rank(p.search, asked.query)::float8 + case when p.sort_name = ${value(whole)} then 1 else 0 end)`
  const sortKey = key === 'rank' ? rank() : key
  const conditions = [
    ...(terms === undefined ? [] : ['p.search @@ asked.query']),
    ...(active === undefined ? [] : [active ? 'p.active' : 'not p.active']),
    ...(categories === undefined ? [] : [`p.category_id = any(${value(categories)})`]),
    ...(priceFrom === undefined ? [] : [`p.price_amount >= ${value(priceFrom)}`]),
    ...(priceTo === undefined ? [] : [`p.price_amount <= ${value(priceTo)}`]),
    ...(currency === undefined ? [] : [`p.price_currency = ${value(currency)}`]),
    ...(inStock === undefined ? [] : [`coalesce(s.available, 0) ${inStock ? '> 0' : '= 0'}`]),
    ...(after === undefined
      ? []
      : [
          `(${sortKey}, p.id) ${direction === 'asc' ? '>' : '<'} (${value(after[0])}::${type}, ${value(after[1])})`,
        ]),
  ]
  const { rows } = await db.query<FoundRow>(
    `select ${PRODUCT_COLUMNS}, coalesce(s.available, 0)::int as available, ${textOf(sortKey, type)} as sort_key
     from shop.products p join shop.categories c on c.id = p.category_id
     left join ${asked.stock} s on s.sku = p.sku
     ${terms === undefined ? '' : `cross join ${queryOf(value(terms))} as asked (query)`}
     where ${conditions.length === 0 ? 'true' : conditions.join(' and ')}
     order by ${sortKey} ${direction}, p.id ${direction} limit ${value(limit + 1)}`,
    values,
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    products: page.map((row) => ({ ...toProduct(row), available: row.available })),
    next: rows.length > limit && last !== undefined ? [last.sort_key, last.id] : undefined,
  }
}

/** A key as text that says exactly the same. */
const textOf = (key: string, type: string): string =>
  type === 'timestamptz'
    ? `to_char(${key} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : `(${key})::text`
