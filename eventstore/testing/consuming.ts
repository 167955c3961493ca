import { randomUUID } from 'node:crypto'
import type { ConnectedEventStore } from '../connect.ts'
import type { GroupConsumer, Verdict } from '../persistent-group.ts'
import type { StoredEvent } from '../types.ts'

/** A consumer of a group whose events are judged by the test, one after another or many at a time. */
export interface Consuming {
  /** Deliveries so far, in their order. */
  readonly deliveries: readonly StoredEvent[]
  /** Resolves when there were so many deliveries in all. */
  delivered(count: number): Promise<void>
  /** Aborts it; resolves when it has ended. */
  stop(): Promise<void>
}

export const newGroup = (): string => `group-${randomUUID()}`

export const consume = (
  store: ConnectedEventStore,
  options: Partial<GroupConsumer> & Pick<GroupConsumer, 'group' | 'eventTypes'>,
  judge: (event: StoredEvent, delivery: number) => Promise<Verdict> | Verdict = () => ({ kind: 'done' }),
): Consuming => {
  const controller = new AbortController()
  const deliveries: StoredEvent[] = []
  let told: (() => void)[] = []
  const ended = store.consumeGroup({
    concurrency: 16,
    messageTimeoutMs: 30_000,
    handle: async (event) => {
      deliveries.push(event)
      const woken = told
      told = []
      for (const wake of woken) wake()
      return judge(event, deliveries.length)
    },
    signal: controller.signal,
    ...options,
  })
  return {
    deliveries,
    delivered: async (count) => {
      while (deliveries.length < count) await new Promise<void>((resolve) => told.push(resolve))
    },
    stop: async () => {
      controller.abort()
      await ended
    },
  }
}

/** A judge that holds its verdicts back until `release`. */
export const holdBack = (
  verdict: Verdict,
): { readonly judge: () => Promise<Verdict>; readonly release: () => void } => {
  let waiting: ((verdict: Verdict) => void)[] = []
  let isReleased = false
  return {
    judge: () =>
      isReleased ? Promise.resolve(verdict) : new Promise<Verdict>((resolve) => waiting.push(resolve)),
    release: () => {
      isReleased = true
      for (const resolve of waiting) resolve(verdict)
      waiting = []
    },
  }
}
