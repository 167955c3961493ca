import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { digestOf, newSecret } from '../accounts/secrets.ts'
import type { KeyValueStore } from '../key-value/key-value.ts'
import type { Cart, CartLine, MergeNotice } from './cart.ts'
import { mergeLines, remember, StoredCart, takeOut } from './cart.ts'

/** Whose a cart is: an account's, or of whoever has its token. */
export type CartOwner =
  | { readonly kind: 'account'; readonly accountId: string }
  /** undefined: it is yet to get one. */
  | { readonly kind: 'anonymous'; readonly token: string | undefined }

export interface ChangedCart {
  readonly cart: Cart
  /** Of a cart that has just begun. */
  readonly newToken: string | undefined
}

export interface Carts {
  /** undefined where there is none, or not any more. */
  read(owner: CartOwner): Promise<Cart | undefined>
  /**
   * Changes the lines, of a new cart where there is none. `change` may be asked several times; what it throws is thrown, and nothing
   * changed. A command that has changed this cart before changes nothing.
   * @throws CartContentionError
   */
  change(
    owner: CartOwner,
    change: (lines: readonly CartLine[]) => readonly CartLine[],
    commandId?: string,
  ): Promise<ChangedCart>
  /** Empties it. */
  clear(owner: CartOwner): Promise<void>
  /** Adds an anonymous cart to that of an account; it is gone then. However often and at the same time: once. */
  merge(token: string, accountId: string): Promise<readonly MergeNotice[]>
  /** Remembers that an order was placed from a cart. */
  noteCheckout(accountId: string, orderId: string): Promise<void>
  /** Takes out what was ordered, if the order came from this cart. However often: once. */
  takeOutPaid(
    accountId: string,
    orderId: string,
    ordered: readonly { readonly productId: string; readonly quantity: number }[],
  ): Promise<void>
}

export interface CartsOptions {
  readonly store: KeyValueStore
  readonly now: () => Date
  /** Since the last change, in milliseconds. Default: an hour. */
  readonly ttlMs?: number
}

/** Too many changed the same cart at once. */
export class CartContentionError extends Error {
  override readonly name = 'CartContentionError'

  constructor() {
    super('The cart is being changed by too many at once')
  }
}

const HOUR_MS = 3_600_000
const ATTEMPTS = 200
const LONGEST_PAUSE_MS = 20

const keyOf = (owner: CartOwner): string | undefined => {
  if (owner.kind === 'account') return accountKey(owner.accountId)
  return owner.token === undefined ? undefined : anonymousKey(owner.token)
}

const accountKey = (accountId: string): string => `cart:account:${accountId}`
/** Who reads the store learns no token. */
const anonymousKey = (token: string): string => `cart:anonymous:${digestOf(token)}`

export const createCarts = ({ store, now, ttlMs = HOUR_MS }: CartsOptions): Carts => {
  const parse = (raw: string | undefined): Cart | undefined => {
    const cart = raw === undefined ? undefined : StoredCart.parse(JSON.parse(raw))
    return cart === undefined || cart.expiresAt <= now() ? undefined : cart
  }
  const emptyCart = (): Cart => ({
    ...{ id: randomUUID(), lines: [], checkouts: [], merged: [], changes: [] },
    ...{ mergingInto: null, expiresAt: now() },
  })

  /** Compares and sets until nobody was in between. undefined from `decide` changes nothing. */
  const update = async (
    key: string,
    decide: (cart: Cart | undefined) => Cart | undefined,
  ): Promise<Cart | undefined> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const raw = await store.get(key)
      const decided = decide(parse(raw))
      if (decided === undefined) return undefined
      const cart = { ...decided, expiresAt: new Date(now().getTime() + ttlMs) }
      const text = JSON.stringify(cart)
      const isDone =
        raw === undefined ? await store.add(key, text, ttlMs) : await store.replace(key, raw, text, ttlMs)
      if (isDone) return cart
      await delay(Math.random() * LONGEST_PAUSE_MS)
    }
    throw new CartContentionError()
  }

  /** An anonymous cart that is being added to another one is none any more. */
  const isOpen = (cart: Cart | undefined): cart is Cart => cart?.mergingInto === null

  return {
    read: async (owner) => {
      const key = keyOf(owner)
      const cart = key === undefined ? undefined : parse(await store.get(key))
      return isOpen(cart) ? cart : undefined
    },

    change: async (owner, change, commandId) => {
      const changed = (cart: Cart): Cart => {
        if (commandId === undefined) return { ...cart, lines: change(cart.lines) }
        if (cart.changes.includes(commandId)) return cart
        return { ...cart, lines: change(cart.lines), changes: remember(cart.changes, commandId) }
      }
      if (owner.kind === 'account') {
        const cart = await update(accountKey(owner.accountId), (known) => changed(known ?? emptyCart()))
        if (cart === undefined) throw new CartContentionError()
        return { cart, newToken: undefined }
      }
      if (owner.token !== undefined) {
        const cart = await update(anonymousKey(owner.token), (known) =>
          isOpen(known) ? changed(known) : undefined,
        )
        if (cart !== undefined) return { cart, newToken: undefined }
      }
      // a token that has no cart gets none: whoever made it up would know it
      const newToken = newSecret()
      const cart = await update(anonymousKey(newToken), () => changed(emptyCart()))
      if (cart === undefined) throw new CartContentionError()
      return { cart, newToken }
    },

    clear: async (owner) => {
      const key = keyOf(owner)
      if (key === undefined) return
      await update(key, (cart) => (isOpen(cart) ? { ...cart, lines: [] } : undefined))
    },

    merge: async (token, accountId) => {
      // closed first: what is added from here on goes into another cart
      const closed = await update(anonymousKey(token), (cart) =>
        cart !== undefined && (cart.mergingInto ?? accountId) === accountId
          ? { ...cart, mergingInto: accountId }
          : undefined,
      )
      if (closed === undefined) return []
      let notices: readonly MergeNotice[] = []
      await update(accountKey(accountId), (known) => {
        const cart = known ?? emptyCart()
        notices = []
        if (cart.merged.includes(closed.id)) return undefined
        const merged = mergeLines(cart.lines, closed.lines)
        notices = merged.notices
        return { ...cart, lines: merged.lines, merged: remember(cart.merged, closed.id) }
      })
      await store.delete(anonymousKey(token))
      return notices
    },

    noteCheckout: async (accountId, orderId) => {
      await update(
        accountKey(accountId),
        (cart) => cart && { ...cart, checkouts: remember(cart.checkouts, orderId) },
      )
    },

    takeOutPaid: async (accountId, orderId, ordered) => {
      await update(accountKey(accountId), (cart) =>
        cart?.checkouts.includes(orderId) === true
          ? {
              ...cart,
              lines: takeOut(cart.lines, ordered),
              checkouts: cart.checkouts.filter((id) => id !== orderId),
            }
          : undefined,
      )
    },
  }
}
