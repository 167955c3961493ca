import { textMember } from '../text-member.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { comparePositions } from '../../eventstore/position.ts'
import type { StoredRecord } from '../../eventstore/records.ts'
import { STREAM_PREFIXES } from '../kinds.ts'

/** An event and what came of it. */
export interface Node {
  readonly event: StoredRecord
  readonly effects: readonly Node[]
}

/** What came of one cause that is no event itself: a request, or an event of another request. */
export interface Root {
  readonly causationId: string
  readonly effects: readonly Node[]
}

export interface CausationTree {
  readonly correlationId: string
  /** Whether the store's own projection found the events, or all of them had to be looked through. */
  readonly source: 'projection' | 'scan'
  readonly events: number
  readonly roots: readonly Root[]
}

type Store = Pick<ConnectedEventStore, 'readRecords' | 'subscribeToRecords' | 'headPosition'>

/**
 * All events of a request, over all streams, each under the one that caused it. The store's projection `$by_correlation_id` finds
 * them at once; where it is not on, or lags, all events are looked through.
 * @throws StoreUnavailableError
 */
export const causationTree = async (
  store: Store,
  correlationId: string,
  signal: AbortSignal,
): Promise<CausationTree> => {
  const linked: StoredRecord[] = []
  for await (const record of store.readRecords(`$bc-${correlationId}`, { resolveLinks: true })) {
    if (textMember(record.metadata, '$correlationId') === correlationId) linked.push(record)
  }
  if (linked.length > 0) return { correlationId, source: 'projection', ...treeOf(linked) }
  return { correlationId, source: 'scan', ...treeOf(await scan(store, correlationId, signal)) }
}

/** The request that an order was placed by; undefined where there is no such order. @throws StoreUnavailableError */
export const requestOfOrder = async (
  store: Pick<Store, 'readRecords'>,
  orderId: string,
): Promise<string | undefined> => {
  for await (const { metadata } of store.readRecords(`order-${orderId}`))
    return textMember(metadata, '$correlationId')
  return undefined
}

const scan = async (store: Store, correlationId: string, signal: AbortSignal): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = []
  const end = await store.headPosition()
  if (end === undefined) return found
  const subscription = { from: 'start', streamPrefixes: STREAM_PREFIXES, signal, reveal: false } as const
  for await (const item of store.subscribeToRecords(subscription)) {
    if (item.kind === 'caught_up') continue
    if (item.kind === 'record' && textMember(item.event.metadata, '$correlationId') === correlationId) {
      found.push(item.event)
    }
    const position = item.kind === 'checkpoint' ? item.position : item.event.position
    if (comparePositions(position, end) >= 0) break
  }
  signal.throwIfAborted()
  return found
}

/** Causes before effects, in the order in which they were written. Exported for its test. */
export const treeOf = (records: readonly StoredRecord[]): Pick<CausationTree, 'events' | 'roots'> => {
  const events = [...new Map(records.map((record) => [record.id, record])).values()].sort(byPlace)
  const ids = new Set(events.map(({ id }) => id))
  const effectsOf = new Map<string, StoredRecord[]>()
  const outside = new Set<string>()
  for (const event of events) {
    const cause = textMember(event.metadata, '$causationId') ?? 'unknown'
    effectsOf.set(cause, [...(effectsOf.get(cause) ?? []), event])
    if (!ids.has(cause)) outside.add(cause)
  }
  const grow = (cause: string): Node[] =>
    (effectsOf.get(cause) ?? []).map((event) => ({ event, effects: grow(event.id) }))
  return {
    events: events.length,
    roots: [...outside].map((causationId) => ({ causationId, effects: grow(causationId) })),
  }
}

const byPlace = (one: StoredRecord, other: StoredRecord): number =>
  one.position !== undefined && other.position !== undefined
    ? comparePositions(one.position, other.position)
    : one.created.getTime() - other.created.getTime()
