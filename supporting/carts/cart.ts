import { z } from 'zod'

const StoredLine = z.strictObject({
  productId: z.string(),
  quantity: z.int().min(1),
  price: z.strictObject({ amount: z.int(), currency: z.string() }),
})

export const StoredCart = z.strictObject({
  id: z.string(),
  lines: z.array(StoredLine),
  checkouts: z.array(z.string()),
  merged: z.array(z.string()),
  changes: z.array(z.string()).default([]),
  mergingInto: z.string().nullable(),
  expiresAt: z.coerce.date(),
})

/** So many of a product. */
export interface CartLine {
  readonly productId: string
  /** Pieces, 1 or more. */
  readonly quantity: number
  /** What a piece cost when the line was last set, in minor units: whoever looks at it learns what has changed. */
  readonly price: { readonly amount: number; readonly currency: string }
}

export interface Cart {
  /** UUID. */
  readonly id: string
  readonly lines: readonly CartLine[]
  /** Orders that were placed from it and are not known to be paid; the newest last. */
  readonly checkouts: readonly string[]
  /** Ids of the carts that were added to it; the newest last. */
  readonly merged: readonly string[]
  /** Ids of the commands that changed it: one that comes again, because its answer was lost, changes nothing; the newest last. */
  readonly changes: readonly string[]
  /** The account whose cart it is being added to: it takes no more changes then. */
  readonly mergingInto: string | null
  readonly expiresAt: Date
}

export const MOST_LINES = 100
/** Pieces of one product. */
export const MOST_PIECES = 1_000
/** What is remembered of checkouts, merges and changes. */
const MOST_REMEMBERED = 20

/** More than a cart holds. Nothing was changed. */
export class CartLimitError extends Error {
  override readonly name = 'CartLimitError'

  constructor(limit: 'lines' | 'pieces') {
    super(
      limit === 'lines'
        ? `A cart holds ${MOST_LINES} products at most`
        : `A cart holds ${MOST_PIECES} pieces of a product at most`,
    )
  }
}

/** What a merge could not take over whole. */
export interface MergeNotice {
  readonly kind: 'quantity_limited' | 'dropped'
  readonly productId: string
}

type Lines = readonly CartLine[]

/** Adds to what there is of the product, at the price of now. @throws CartLimitError */
export const addLine = (lines: Lines, { productId, quantity, price }: CartLine): Lines => {
  const known = lines.find((line) => line.productId === productId)
  return setLine(lines, { productId, quantity: (known?.quantity ?? 0) + quantity, price })
}

/** Puts so many of a product in, whatever there was of it. @throws CartLimitError */
export const setLine = (lines: Lines, line: CartLine): Lines => {
  if (line.quantity > MOST_PIECES) throw new CartLimitError('pieces')
  const isKnown = lines.some(({ productId }) => productId === line.productId)
  if (!isKnown && lines.length >= MOST_LINES) throw new CartLimitError('lines')
  return isKnown
    ? lines.map((known) => (known.productId === line.productId ? line : known))
    : [...lines, line]
}

export const removeLine = (lines: Lines, productId: string): Lines =>
  lines.filter((line) => line.productId !== productId)

/** Takes out what was ordered: what came in since stays. */
export const takeOut = (
  lines: Lines,
  ordered: readonly { readonly productId: string; readonly quantity: number }[],
): Lines => {
  const quantities = new Map(ordered.map(({ productId, quantity }) => [productId, quantity]))
  return lines.flatMap((line) => {
    const quantity = line.quantity - (quantities.get(line.productId) ?? 0)
    return quantity > 0 ? [{ ...line, quantity }] : []
  })
}

/** Both together, as far as a cart holds it. */
export const mergeLines = (
  lines: Lines,
  others: Lines,
): { readonly lines: Lines; readonly notices: readonly MergeNotice[] } => {
  const notices: MergeNotice[] = []
  let merged = lines
  for (const line of others) {
    const { productId } = line
    const known = merged.find((other) => other.productId === productId)
    if (known === undefined && merged.length >= MOST_LINES) {
      notices.push({ kind: 'dropped', productId })
      continue
    }
    const wanted = (known?.quantity ?? 0) + line.quantity
    if (wanted > MOST_PIECES) notices.push({ kind: 'quantity_limited', productId })
    merged = setLine(merged, { ...line, quantity: Math.min(wanted, MOST_PIECES) })
  }
  return { lines: merged, notices }
}

/** A list with one more at its end, and only so many of those before it. */
export const remember = (known: readonly string[], id: string): readonly string[] =>
  [...known.filter((other) => other !== id), id].slice(-MOST_REMEMBERED)
