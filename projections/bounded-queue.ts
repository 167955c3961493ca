/** Holds items between one that puts and one that takes. */
export interface BoundedQueue<Item> {
  put(item: Item): void
  isFull(): boolean
  /** Resolves once there is room, or the queue is closed. */
  hasRoom(): Promise<void>
  size(): number
  /** Resolves once that many items are there, the queue is closed, or `timeoutMs` are over. */
  hasAtLeast(count: number, timeoutMs?: number): Promise<void>
  takeAll(): Item[]
  /** Whoever waits for more gets what is there. */
  flush(): void
  /** Nothing comes any more. What is in it can still be taken. */
  close(): void
  isClosed(): boolean
}

export const createBoundedQueue = <Item>(capacity: number): BoundedQueue<Item> => {
  let items: Item[] = []
  let closed = false
  let flushed = false
  let onItems: { count: number; wake: () => void } | undefined
  let onRoom: (() => void) | undefined

  return {
    put: (item) => {
      items.push(item)
      if (onItems !== undefined && items.length >= onItems.count) onItems.wake()
    },
    isFull: () => items.length >= capacity,
    hasRoom: () =>
      new Promise((resolve) => {
        if (items.length < capacity || closed) resolve()
        else onRoom = resolve
      }),
    size: () => items.length,
    hasAtLeast: (count, timeoutMs) =>
      new Promise((resolve) => {
        if (items.length >= count || closed || (flushed && items.length > 0)) {
          resolve()
          return
        }
        const wake = (): void => {
          clearTimeout(timer)
          onItems = undefined
          resolve()
        }
        const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs)
        onItems = { count, wake }
      }),
    takeAll: () => {
      const taken = items
      items = []
      flushed = false
      onRoom?.()
      onRoom = undefined
      return taken
    },
    flush: () => {
      flushed = true
      onItems?.wake()
    },
    close: () => {
      closed = true
      onItems?.wake()
      onRoom?.()
    },
    isClosed: () => closed,
  }
}
