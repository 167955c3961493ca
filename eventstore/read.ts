import { BACKWARDS, END, START, StreamNotFoundError, type RecordedEvent } from '@eventstore/db-client'
import { readFailure } from './client-errors.ts'
import { collect } from './collect.ts'
import type { Connection } from './connection.ts'
import type { Decoder } from './decode.ts'
import { recordOf, type StoredRecord } from './records.ts'
import type { DomainEvent, EventStore, StoredEvent } from './types.ts'

interface Deps {
  readonly connection: Connection
  readonly decoder: Decoder
  readonly deadlineMs: number
}

/** Events of one call, so that its time limit is one for each page and not for a whole stream. */
const PAGE = 2_000

export interface RecordReads {
  /**
   * The events of a stream as they are stored, page by page; a link counts as the event that it points to, unless that is gone.
   * None where there is no such stream.
   * @throws StoreUnavailableError
   */
  readonly readRecords: (
    stream: string,
    options?: { readonly from?: bigint; readonly resolveLinks?: boolean },
  ) => AsyncGenerator<StoredRecord, void, undefined>
}

export const createReads = (deps: Deps): Pick<EventStore, 'readStream' | 'headPosition'> & RecordReads => {
  const { connection, decoder, deadlineMs } = deps

  const readPage = async (stream: string, from: bigint, limit: number): Promise<RecordedEvent[]> => {
    try {
      const page = await collect(connection, deadlineMs, (client) =>
        client.readStream(stream, { fromRevision: from === 0n ? START : from, maxCount: limit }),
      )
      return page.flatMap(({ event }) => event ?? [])
    } catch (error) {
      if (error instanceof StreamNotFoundError) return []
      throw error
    }
  }

  const readRecords: RecordReads['readRecords'] = async function* (stream, options = {}) {
    const { resolveLinks = false } = options
    let from = options.from ?? 0n
    for (;;) {
      const fromRevision = from === 0n ? START : from
      const page = await collect(connection, deadlineMs, (client) =>
        client.readStream(stream, { fromRevision, maxCount: PAGE, resolveLinkTos: resolveLinks }),
      ).catch((error: unknown) => {
        if (error instanceof StreamNotFoundError) return []
        throw readFailure(`read ${stream}`, error)
      })
      for (const { event } of page) if (event !== undefined) yield recordOf(event)
      const last = page.at(-1)
      const revision = (last?.link ?? last?.event)?.revision
      if (revision === undefined || page.length < PAGE) return
      from = revision + 1n
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
    readRecords,

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
      const newest = await collect(connection, deadlineMs, (client) =>
        client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
      ).catch((error: unknown) => {
        throw readFailure('read the end of $all', error)
      })
      return newest[0]?.event?.position
    },
  }
}
