import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { appendFailure, readFailure } from './client-errors.ts'
import { decode } from './decode.ts'
import type { EventRegistry } from './registry.ts'
import { superviseAll } from './supervised-subscription.ts'
import { consumeGroup, type GroupConsumer } from './persistent-group.ts'
import type { DomainEvent, EventStore, Position, StoredEvent } from './types.ts'
import { withDeadline } from './with-deadline.ts'

export interface EventStoreOptions {
  /** `esdb://…`, as the official client takes it. */
  readonly connectionString: string
  readonly registry: EventRegistry
  readonly logger: Logger
  /** Time limit of each append and each page of a read, in milliseconds. */
  readonly deadlineMs?: number
}

export interface ConnectedEventStore extends EventStore {
  /** Competing consumers: see GroupConsumer. Returns when `signal` is aborted and all that was in hand is settled. */
  consumeGroup(consumer: GroupConsumer): Promise<void>
}

const PAGE = 2_000

/** The door to the store at `connectionString`. It connects when it is first used. */
export const connectEventStore = (options: EventStoreOptions): ConnectedEventStore => {
  const { registry, logger, deadlineMs = 5_000 } = options
  const client = EventStoreDBClient.connectionString(options.connectionString)

  const headPosition = async (): Promise<Position | undefined> => {
    const newest = async (): Promise<Position | undefined> => {
      let position: Position | undefined
      // to its end: the client keeps a call that is left half-read, and waits for it for ever when it is closed
      for await (const { event } of client.readAll({
        direction: BACKWARDS,
        fromPosition: END,
        maxCount: 1,
      })) {
        position = event?.position
      }
      return position
    }
    return withDeadline(deadlineMs, newest()).catch((error: unknown) => {
      throw readFailure('read the end of $all', error)
    })
  }

  const readPage = async (stream: string, from: bigint, limit: number): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    try {
      for await (const { event } of client.readStream(stream, {
        fromRevision: from === 0n ? START : from,
        maxCount: limit,
      })) {
        if (event !== undefined) events.push(decode(registry, event))
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error
    }
    return events
  }

  return {
    append: async (stream, events, expected) => {
      const proposed = events.map(({ id, type, data, metadata }) =>
        jsonEvent({
          id,
          type,
          data: data as Record<string, unknown>,
          metadata: { ...metadata, schemaVersion: registry.versionFor(type, data) },
        }),
      )
      try {
        const { nextExpectedRevision, position } = await withDeadline(
          deadlineMs,
          client.appendToStream(stream, proposed, { expectedRevision: expected }),
        )
        if (position === undefined) throw new Error('the store did not say where it wrote the events')
        return { revision: nextExpectedRevision, position }
      } catch (error) {
        throw appendFailure(stream, expected, error)
      }
    },

    readStream: async <Event extends DomainEvent>(
      stream: string,
      { from = 0n, limit = Number.MAX_SAFE_INTEGER }: { from?: bigint; limit?: number } = {},
    ) => {
      const events: StoredEvent[] = []
      let next = from
      try {
        for (;;) {
          const wanted = Math.min(PAGE, limit - events.length)
          if (wanted <= 0) break
          const page = await withDeadline(deadlineMs, readPage(stream, next, wanted))
          events.push(...page)
          const last = page.at(-1)
          if (last === undefined || page.length < wanted) break
          next = last.revision + 1n
        }
      } catch (error) {
        throw readFailure(`read ${stream}`, error)
      }
      // the registry has checked each event; that a stream holds one aggregate's events is what its name says
      return { events: events as StoredEvent<Event>[], revision: events.at(-1)?.revision }
    },

    subscribeToAll: (subscription) => superviseAll({ client, registry, logger, headPosition }, subscription),
    consumeGroup: (consumer) => consumeGroup({ client, registry, logger }, consumer),
    headPosition,
    close: () => client.dispose(),
  }
}
