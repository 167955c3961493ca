import { createBoundedQueue, type BoundedQueue } from './bounded-queue.ts'
import type { Position, StoredEvent, SubscriptionItem, UnreadableEvent } from '../eventstore/types.ts'

export type BatchItem =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'unreadable'; readonly event: UnreadableEvent }

export interface Batch {
  readonly items: readonly BatchItem[]
  /**
   * Everything up to here is in this batch or in one before it, also where the filter let nothing through; undefined where
   * the batch only tells that there is nothing new.
   */
  readonly position: Position | undefined
  /** The subscription said that it had come to the end of the log; from then on it brings what happens. */
  readonly caughtUp: boolean
}

export interface BatchLimits {
  /** Events in a batch at most. */
  readonly maxEvents: number
  /**
   * How long the first event of a batch waits for others, in milliseconds, once the subscription has caught up: at least so long, and
   * `WAITS` times as long as the last batch was worked on. Fewer batches cost less, and rows that change often are written once.
   */
  readonly lingerMs: number
  /** It never waits longer. */
  readonly busyLingerMs: number
  /** The same before that: nobody waits for these events, and fewer batches cost less. */
  readonly catchUpLingerMs: number
}

/** Whoever works on batches is busy for a quarter of the time, until the longest wait is not enough for that. */
const WAITS = 3

/**
 * Items of a subscription in batches. A batch is closed when it is full, or when its first item has waited long enough.
 * While a batch is being worked on the next one fills up, and no more than that: the subscription is held back then.
 * Ends when `source` ends, and throws what `source` throws, both after the items before it.
 */
export const inBatches = async function* (
  source: AsyncIterable<SubscriptionItem>,
  { maxEvents, lingerMs, busyLingerMs, catchUpLingerMs }: BatchLimits,
): AsyncGenerator<Batch, void, undefined> {
  const queue = createBoundedQueue<SubscriptionItem>(maxEvents)
  const failure = pump(source, queue).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  let isLive = false
  let workedMs = 0
  try {
    for (;;) {
      await queue.hasAtLeast(1)
      if (queue.size() === 0) break
      const liveLingerMs = Math.min(busyLingerMs, Math.max(lingerMs, WAITS * workedMs))
      await queue.hasAtLeast(maxEvents, isLive ? liveLingerMs : catchUpLingerMs)
      const batch = collect(queue.takeAll())
      isLive ||= batch.caughtUp
      const takenAt = performance.now()
      yield batch
      workedMs = performance.now() - takenAt
    }
  } finally {
    queue.close()
  }
  const failed = await failure
  if (failed !== undefined) throw failed.error
}

const pump = async (
  source: AsyncIterable<SubscriptionItem>,
  queue: BoundedQueue<SubscriptionItem>,
): Promise<void> => {
  try {
    for await (const item of source) {
      if (queue.isClosed()) return
      queue.put(item)
      if (item.kind === 'caught_up') queue.flush()
      if (queue.isFull()) await queue.hasRoom()
    }
  } finally {
    queue.close()
  }
}

const collect = (taken: readonly SubscriptionItem[]): Batch => {
  const items: BatchItem[] = []
  let position: Position | undefined
  let caughtUp = false
  for (const item of taken) {
    if (item.kind === 'caught_up') {
      caughtUp = true
      continue
    }
    position = item.kind === 'checkpoint' ? item.position : item.event.position
    if (item.kind !== 'checkpoint') items.push(item)
  }
  return { items, position, caughtUp }
}
