import type { Database } from '../database.ts'
import type { AskedProducts } from './search-query.ts'
import { queryOf } from './search-query.ts'

/** How many products there are for each further choice. Each count heeds all filters but the one that it would replace. */
export interface Facets {
  /** Products that all filters leave. */
  readonly total: number
  /** By id of the category that they are in; those above it are not counted here. */
  readonly categories: ReadonlyMap<string, number>
  readonly priceBands: readonly PriceBand[]
  readonly inStock: number
}

export interface PriceBand {
  readonly currency: string
  /** Minor units, included. */
  readonly from: number
  /** Minor units, included; null: without an end. */
  readonly to: number | null
  readonly count: number
}

/** Where bands begin, in minor units: each about twice the one before. */
const EDGES = [0, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]

interface FacetRow {
  readonly kind: 'category' | 'price' | 'stock'
  readonly category_id: string | null
  readonly currency: string | null
  /** Number of the edge, from 1. */
  readonly band: number | null
  readonly count: number
  readonly total: number
}

export const countFacets = async (db: Database, asked: AskedProducts): Promise<Facets> => {
  const { terms, categories, priceFrom, priceTo, currency, inStock, active, stock } = asked
  const values: unknown[] = []
  const value = (of: unknown): string => `$${values.push(of)}`
  const where = [
    ...(terms === undefined ? [] : [`p.search @@ ${queryOf(value(terms))}`]),
    ...(active === undefined ? [] : [active ? 'p.active' : 'not p.active']),
  ]
  const isIn = categories === undefined ? 'true' : `p.category_id = any(${value(categories)})`
  const costs = [
    ...(priceFrom === undefined ? [] : [`p.price_amount >= ${value(priceFrom)}`]),
    ...(priceTo === undefined ? [] : [`p.price_amount <= ${value(priceTo)}`]),
    ...(currency === undefined ? [] : [`p.price_currency = ${value(currency)}`]),
  ]
  const isThere = 'coalesce(s.available, 0) > 0'
  const stockFits = inStock === undefined ? 'true' : inStock ? isThere : `not (${isThere})`
  const { rows } = await db.query<FacetRow>(
    `with matched as materialized (
       select p.category_id, p.price_currency as currency, width_bucket(p.price_amount, ${value(EDGES)}::bigint[]) as band,
         ${isIn} as is_in, ${costs.length === 0 ? 'true' : costs.join(' and ')} as costs, ${stockFits} as stock_fits,
         ${isThere} as is_there
       from shop.products p left join ${stock} s on s.sku = p.sku
       ${where.length === 0 ? '' : `where ${where.join(' and ')}`}
     )
     select 'category' as kind, category_id, null as currency, null::int as band,
         (count(*) filter (where costs and stock_fits))::int as count, 0 as total from matched group by category_id
     union all
     select 'price', null, currency, band, (count(*) filter (where is_in and stock_fits))::int, 0
       from matched group by currency, band
     union all
     select 'stock', null, null, null, (count(*) filter (where is_in and costs and is_there))::int,
         (count(*) filter (where is_in and costs and stock_fits))::int from matched`,
    values,
  )
  const counted = rows.filter(({ count, kind }) => count > 0 || kind === 'stock')
  const stockRow = counted.find(({ kind }) => kind === 'stock')
  return {
    total: stockRow?.total ?? 0,
    inStock: stockRow?.count ?? 0,
    categories: new Map(
      counted.flatMap(({ category_id, count }) => (category_id === null ? [] : [[category_id, count]])),
    ),
    priceBands: counted
      .flatMap(bandOf)
      .sort((a, b) => (a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : a.from - b.from)),
  }
}

const bandOf = ({ currency, band, count }: FacetRow): PriceBand[] => {
  const from = band === null ? undefined : EDGES[band - 1]
  if (currency === null || band === null || from === undefined) return []
  const next = EDGES[band]
  return [{ currency, from, to: next === undefined ? null : next - 1, count }]
}
