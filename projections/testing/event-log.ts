import { v5 as uuid } from 'uuid'
import type {
  AllSubscriptionOptions,
  DomainEvent,
  EventStore,
  StoredEvent,
  SubscriptionItem,
} from '../../eventstore/types.ts'
import { isAborted } from '../pause.ts'
import { comparePositions } from '../../eventstore/position.ts'

const NAMESPACE = '5a3b7c1e-6f0d-4d5e-9a57-0c8c1f0f2a11'

type Entry = Extract<SubscriptionItem, { kind: 'event' | 'unreadable' }>

/** `$all` in memory, for tests of what reads it: the part of an event store that projections use. */
export interface EventLog extends Pick<EventStore, 'subscribeToAll' | 'readStream' | 'headPosition'> {
  append<Event extends DomainEvent>(stream: string, event: Event): StoredEvent<Event>
  /** An event that no contract can read. */
  appendUnreadable(stream: string, type: string): void
  /** The next event stands at this commit position. */
  skipTo(commit: bigint): void
  /** Whoever subscribed gets this next, in place of an event, and has to subscribe again. */
  failSubscriptions(error: Error): void
  readonly events: readonly StoredEvent[]
  /** From where each subscription so far began. */
  readonly subscriptions: readonly AllSubscriptionOptions['from'][]
}

export const createEventLog = (): EventLog => {
  const entries: Entry[] = []
  const revisions = new Map<string, bigint>()
  const subscriptions: AllSubscriptionOptions['from'][] = []
  let commit = 0n
  let wakeAll: (() => void)[] = []
  let failure: { error: Error; after: number } | undefined

  const next = (stream: string): Pick<StoredEvent, 'id' | 'stream' | 'revision' | 'position' | 'created'> => {
    const revision = (revisions.get(stream) ?? -1n) + 1n
    revisions.set(stream, revision)
    commit += 100n
    return {
      id: uuid(`${stream}@${revision}`, NAMESPACE),
      stream,
      revision,
      position: { commit, prepare: commit },
      created: new Date(Date.UTC(2030, 0, 1, 0, 0, 0, entries.length)),
    }
  }

  const add = (entry: Entry): void => {
    entries.push(entry)
    wake()
  }

  const wake = (): void => {
    const woken = wakeAll
    wakeAll = []
    for (const wakeOne of woken) wakeOne()
  }

  return {
    append: (stream, event) => {
      const place = next(stream)
      const stored = {
        ...event,
        ...place,
        metadata: {
          $correlationId: `correlation of ${stream}`,
          $causationId: `cause of ${place.id}`,
          actor: { kind: 'system', id: 'tests' },
          commandId: `command of ${place.id}`,
          schemaVersion: 1,
        },
      } satisfies StoredEvent
      add({ kind: 'event', event: stored })
      return stored
    },
    appendUnreadable: (stream, type) => {
      add({
        kind: 'unreadable',
        event: { ...next(stream), type, raw: {}, error: new Error(`no contract for ${type}`) },
      })
    },
    skipTo: (place) => {
      commit = place - 100n
    },
    failSubscriptions: (error) => {
      failure = { error, after: entries.length }
      wake()
    },
    get events() {
      return entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
    },
    subscriptions,
    subscribeToAll: async function* ({ from, streamPrefixes, signal }) {
      subscriptions.push(from)
      signal.addEventListener('abort', wake)
      let index =
        from === 'start'
          ? 0
          : entries.filter(({ event }) => comparePositions(event.position, from) <= 0).length
      let toldCaughtUp = false
      while (!signal.aborted) {
        if (failure !== undefined && index >= failure.after) {
          const { error } = failure
          failure = undefined
          throw error
        }
        const entry = entries[index]
        if (entry === undefined) {
          if (!toldCaughtUp) yield { kind: 'caught_up' }
          toldCaughtUp = true
          if (index >= entries.length && !isAborted(signal))
            await new Promise<void>((resolve) => wakeAll.push(resolve))
          continue
        }
        index += 1
        yield streamPrefixes.some((prefix) => entry.event.stream.startsWith(prefix))
          ? entry
          : { kind: 'checkpoint', position: entry.event.position }
      }
    },
    readStream: <Event extends DomainEvent>(stream: string, { from = 0n, limit = Infinity } = {}) => {
      const events = entries.flatMap(({ kind, event }) =>
        kind === 'event' && event.stream === stream && event.revision >= from
          ? [event as StoredEvent<Event>]
          : [],
      )
      return Promise.resolve({ events: events.slice(0, limit), revision: events.at(-1)?.revision })
    },
    headPosition: () => Promise.resolve(entries.at(-1)?.event.position),
  }
}
