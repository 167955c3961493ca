import type { Database } from '../database.ts'
import type { Price, PriceSetter } from './products.ts'

/** What a product costs, or has cost, from a time on. */
export interface PriceChange {
  readonly id: string
  readonly price: Price
  readonly from: Date
  readonly by: PriceSetter
}

interface PriceRow {
  readonly id: string
  readonly amount: string
  readonly currency: string
  readonly changed_at: Date
  readonly actor_kind: PriceSetter['kind']
  readonly actor_id: string
}

/** Every price that a product has had, newest first, also of one that is gone; one more than `limit` where there is a next page. */
export const priceHistory = async (
  db: Database,
  productId: string,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<PriceChange[]> => {
  const { rows } = await db.query<PriceRow>(
    `select id, amount, currency, changed_at, actor_kind, actor_id from shop.prices
     where product_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [productId, before ?? null, limit + 1],
  )
  return rows.map(({ id, amount, currency, changed_at, actor_kind, actor_id }) => ({
    id,
    price: { amount: Number(amount), currency },
    from: changed_at,
    by: { kind: actor_kind, id: actor_id },
  }))
}
