import {
  BACKWARDS,
  END,
  START,
  StreamNotFoundError,
  type EventStoreDBClient,
  type RecordedEvent,
  type StreamingRead,
} from '@eventstore/db-client'
import { isReadAnswer, readFailure } from './client-errors.ts'
import type { Connection } from './connection.ts'
import type { Decoder } from './decode.ts'
import type { DomainEvent, EventStore, StoredEvent } from './types.ts'

interface Deps {
  readonly connection: Connection
  readonly decoder: Decoder
  readonly deadlineMs: number
}

/** Events of one call, so that its time limit is one for each page and not for a whole stream. */
const PAGE = 2_000

export const createReads = (deps: Deps): Pick<EventStore, 'readStream' | 'headPosition'> => {
  const { connection, decoder, deadlineMs } = deps

  /** All that a call brings. One that does not come to its end is cancelled: it would stay open for good. */
  const collect = <Item>(start: (client: EventStoreDBClient) => StreamingRead<Item>): Promise<Item[]> => {
    let read: StreamingRead<Item> | undefined
    return connection
      .call(deadlineMs, isReadAnswer, async (client) => {
        const items: Item[] = []
        read = start(client)
        for await (const item of read) items.push(item)
        return items
      })
      .catch((error: unknown) => {
        // where the call was never made there is nothing to cancel
        read?.cancel().catch(() => undefined)
        throw error
      })
  }

  const readPage = async (stream: string, from: bigint, limit: number): Promise<RecordedEvent[]> => {
    try {
      const page = await collect((client) =>
        client.readStream(stream, { fromRevision: from === 0n ? START : from, maxCount: limit }),
      )
      return page.flatMap(({ event }) => event ?? [])
    } catch (error) {
      if (error instanceof StreamNotFoundError) return []
      throw error
    }
  }

  const readAll = async (stream: string, from: bigint, limit: number): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    let next = from
    while (events.length < limit) {
      const wanted = Math.min(PAGE, limit - events.length)
      const page = await readPage(stream, next, wanted)
      for (const event of await decoder.decode(page)) events.push(event)
      const last = page.at(-1)
      if (last === undefined || page.length < wanted) break
      next = last.revision + 1n
    }
    return events
  }

  return {
    readStream: async <Event extends DomainEvent>(
      stream: string,
      { from = 0n, limit = Number.MAX_SAFE_INTEGER }: { from?: bigint; limit?: number } = {},
    ) => {
      const events = await readAll(stream, from, limit).catch((error: unknown) => {
        throw readFailure(`read ${stream}`, error)
      })
      // the registry has checked each event; that a stream holds one aggregate's events is what its name says
      return { events: events as StoredEvent<Event>[], revision: events.at(-1)?.revision }
    },

    headPosition: async () => {
      const newest = await collect((client) =>
        client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
      ).catch((error: unknown) => {
        throw readFailure('read the end of $all', error)
      })
      return newest[0]?.event?.position
    },
  }
}
