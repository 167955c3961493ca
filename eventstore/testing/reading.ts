import type { SubscriptionItem } from '../types.ts'

type ItemOf<Kind extends SubscriptionItem['kind']> = Extract<SubscriptionItem, { readonly kind: Kind }>

const isOf = <Kind extends SubscriptionItem['kind']>(
  item: SubscriptionItem,
  kind: Kind,
): item is ItemOf<Kind> => item.kind === kind

/** Reads a subscription step by step; `end` ends it. */
export interface Reading {
  readonly items: readonly SubscriptionItem[]
  /** Goes on until `count` items of this kind were read since the last call. */
  next<Kind extends SubscriptionItem['kind']>(kind: Kind, count?: number): Promise<ItemOf<Kind>[]>
  /** Goes on until an item for which `isIt` holds. */
  until(isIt: (item: SubscriptionItem) => boolean): Promise<SubscriptionItem>
  end(): Promise<void>
}

export const readItems = (subscription: AsyncIterable<SubscriptionItem>): Reading => {
  const iterator = subscription[Symbol.asyncIterator]()
  const items: SubscriptionItem[] = []
  const until = async (isIt: (item: SubscriptionItem) => boolean): Promise<SubscriptionItem> => {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) throw new Error(`It ended after ${items.length} items`)
      items.push(next.value)
      if (isIt(next.value)) return next.value
    }
  }
  return {
    items,
    until,
    next: async <Kind extends SubscriptionItem['kind']>(kind: Kind, count = 1) => {
      const found: ItemOf<Kind>[] = []
      while (found.length < count) {
        const item = await until((candidate) => candidate.kind === kind)
        if (isOf(item, kind)) found.push(item)
      }
      return found
    },
    end: async () => {
      await iterator.return?.()
    },
  }
}

/** The numbers of `Counted` events among `items`, in their order. */
export const numbersOf = (items: readonly SubscriptionItem[]): unknown[] =>
  items.flatMap((item) => {
    if (item.kind !== 'event' || item.event.type !== 'Counted') return []
    const { data } = item.event
    return typeof data === 'object' && data !== null && 'n' in data ? [data.n] : []
  })
