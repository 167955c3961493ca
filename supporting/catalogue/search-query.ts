export const SORTS = ['relevance', 'name', 'price', '-price', 'newest'] as const
export type Sort = (typeof SORTS)[number]

export interface ProductSearch {
  /** As somebody typed it. */
  readonly text?: string | undefined
  /** Id or slug: this category and all below it. */
  readonly category?: string | undefined
  /** Minor units, both ends included. */
  readonly priceFrom?: number | undefined
  readonly priceTo?: number | undefined
  readonly currency?: string | undefined
  readonly inStock?: boolean | undefined
  /** undefined: those that are for sale and those that are not. */
  readonly active: boolean | undefined
  /** `relevance` without a text is by name. */
  readonly sort: Sort
  readonly limit: number
  /** `next` of the page before, of the same search. */
  readonly after?: PageEnd | undefined
  /** Whether to count what the filters would leave. */
  readonly facets: boolean
}

/** Where a page ends: what its last product is sorted by, and its id. */
export type PageEnd = readonly [key: string, id: string]

/** A table or view with the columns `sku` and `available`: the read model of stock. */
export type StockRelation = string

export interface AskedProducts extends ProductSearch {
  readonly terms: string | undefined
  readonly whole: string | undefined
  /** Ids of the categories that are meant. */
  readonly categories: readonly string[] | undefined
  readonly stock: StockRelation
}

/** Texts that can be the key of a page's end, for each order. */
export const PAGE_END_KEYS: Readonly<Record<Sort, RegExp>> = {
  relevance: /^\d{1,3}(\.\d{1,20})?(e-\d{1,3})?$/,
  name: /^[^\0]{0,400}$/s,
  price: /^\d{1,16}$/,
  '-price': /^\d{1,16}$/,
  newest: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z$/,
}

/** How products are really sorted: relevance is to a text. */
export const effectiveSort = ({ sort, text }: Pick<ProductSearch, 'sort' | 'text'>): Sort =>
  sort === 'relevance' && text === undefined ? 'name' : sort

/** Both as words stand and as their English stems. */
export const queryOf = (terms: string): string =>
  `(select to_tsquery('simple', ${terms}) || to_tsquery('english', ${terms}))`
