import { comparePositions } from '../../eventstore/position.ts'
import type { Actor, EventStore, Position, StoredEvent } from '../../eventstore/types.ts'
import { deciders, type Kind } from '../kinds.ts'
import { changesBetween, type Change } from './changes.ts'
import { viewOf, type View } from './views.ts'

/** How far back in time is looked: to the event of a revision, or to what was written by a time. */
export type Until = { readonly revision: bigint } | { readonly at: Date }

/** The aggregate after one of its events. */
export interface Step {
  readonly revision: bigint
  readonly position: Position
  readonly at: Date
  readonly type: string
  readonly id: string
  readonly actor: Actor
  readonly correlationId: string
  readonly causationId: string
  readonly commandId: string
  readonly changes: readonly Change[]
  readonly state: View
}

/** Personal data that events hold beside what is folded, as it may be shown: by its name. */
export type PersonalView = (event: StoredEvent) => Promise<View>

export interface ReplayDeps {
  readonly store: Pick<EventStore, 'readStream' | 'subscribeToAll'>
  readonly personal: PersonalView
  readonly signal: AbortSignal
}

export interface ReplayOptions {
  readonly until?: Until | undefined
  /** Goes on with what is written from now on, until the signal is aborted. */
  readonly follow?: boolean
}

const PAGE = 500

/**
 * Folds a stream event by event with the code of today. It has the store to read from and nothing else: no replay can cause an effect.
 * Nothing where there is no such stream.
 * @throws ImpossibleHistory where an event can't follow @throws ContractViolationError @throws StoreUnavailableError
 */
export async function* replay(
  { store, personal, signal }: ReplayDeps,
  kind: Kind,
  id: string,
  { until, follow = false }: ReplayOptions = {},
): AsyncGenerator<Step, void, undefined> {
  const stream = `${kind}-${id}`
  let state = deciders[kind].initial
  let known: View = {}
  let last: StoredEvent | undefined

  const step = async (event: StoredEvent): Promise<Step> => {
    const before = { ...viewOf(kind, state, event), ...known }
    state = deciders[kind].evolve(state, event)
    known = { ...known, ...(await personal(event)) }
    last = event
    const after = { ...viewOf(kind, state, event), ...known }
    const { revision, position, created: at, type, metadata } = event
    return {
      ...{ revision, position, at, type, id: event.id, actor: metadata.actor },
      ...{ correlationId: metadata.$correlationId, causationId: metadata.$causationId },
      ...{ commandId: metadata.commandId, state: after },
      changes: changesBetween(before, after),
    }
  }

  for (let from = 0n; ; from += BigInt(PAGE)) {
    const { events } = await store.readStream(stream, { from, limit: PAGE })
    for (const event of events) {
      if (until !== undefined && isAfter(event, until)) return
      yield await step(event)
    }
    if (events.length < PAGE) break
  }
  if (!follow || until !== undefined) return
  const start = last?.position ?? 'start'
  for await (const item of store.subscribeToAll({ from: start, streamPrefixes: [stream], signal })) {
    if (item.kind === 'unreadable' && item.event.stream === stream) throw item.event.error
    if (item.kind !== 'event' || item.event.stream !== stream) continue
    const isNew = last === undefined || comparePositions(item.event.position, last.position) > 0
    if (isNew) yield await step(item.event)
  }
}

const isAfter = (event: StoredEvent, until: Until): boolean =>
  'at' in until ? event.created.getTime() > until.at.getTime() : event.revision > until.revision
