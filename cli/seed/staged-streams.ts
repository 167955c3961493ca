import { LRUCache } from 'lru-cache'
import type { OrderedAppend } from '../../eventstore/append.ts'
import { ConcurrencyError } from '../../eventstore/errors.ts'
import type {
  DomainEvent,
  ExpectedRevision,
  StoredEvent,
  Streams,
  StreamSlice,
} from '../../eventstore/types.ts'

/** Streams whose events are held in memory, and how long they may be: those of orders and payments are short. */
const HELD = 10_000
const LONGEST_HELD = 64

export interface StagedStreams extends Streams {
  /** What was appended since the last call, in its order: it is for the caller to write it. */
  readonly take: () => readonly OrderedAppend[]
  /** Events that nobody has taken yet. */
  readonly waiting: () => number
}

/** Reads what was taken, once it is written: the first so many events of all. */
export type ReadWritten = (upTo: number, ...asked: Parameters<Streams['readStream']>) => Promise<StreamSlice>

interface Head {
  readonly revision: number
  /** So many events were appended with this one, to all streams together. */
  readonly upTo: number
}

/**
 * Streams that nobody else writes to, as if the store were empty: appends are done at once, in memory, and written by whoever takes
 * them. @param readWritten asked for streams that are not held any more
 */
export const stageStreams = (readWritten: ReadWritten): StagedStreams => {
  const heads = new Map<string, Head>()
  const held = new LRUCache<string, StoredEvent[]>({ max: HELD })
  let staged: OrderedAppend[] = []
  let waiting = 0
  let all = 0

  return {
    append: (stream, events, expected) => {
      const head = heads.get(stream)?.revision
      if (!isAt(head, expected)) {
        const actual = head === undefined ? undefined : BigInt(head)
        return Promise.reject(new ConcurrencyError(stream, expected, actual))
      }
      const first = (head ?? -1) + 1
      all += events.length
      const position = { commit: BigInt(all), prepare: BigInt(all) }
      const stored = events.map((event, index) => ({
        ...event,
        metadata: { ...event.metadata, schemaVersion: 1 },
        ...{ stream, revision: BigInt(first + index), position, created: new Date() },
      }))
      const kept = head === undefined ? [] : held.get(stream)
      if (kept !== undefined && kept.length + stored.length <= LONGEST_HELD) {
        kept.push(...stored)
        held.set(stream, kept)
      } else held.delete(stream)
      const last = first + events.length - 1
      heads.set(stream, { revision: last, upTo: all })
      staged.push({ stream, events, expected: head === undefined ? 'no_stream' : BigInt(head) })
      waiting += events.length
      return Promise.resolve({ revision: BigInt(last), position })
    },

    readStream: async <Event extends DomainEvent>(
      stream: string,
      {
        from = 0n,
        limit = Number.MAX_SAFE_INTEGER,
      }: { readonly from?: bigint; readonly limit?: number } = {},
    ) => {
      const head = heads.get(stream)
      if (head === undefined || from > BigInt(head.revision)) return { events: [], revision: undefined }
      const kept = held.get(stream) as StoredEvent<Event>[] | undefined
      const most = Math.min(limit, head.revision + 1 - Number(from))
      const events =
        kept === undefined
          ? ((await readWritten(head.upTo, stream, { from, limit: most }))
              .events as readonly StoredEvent<Event>[])
          : kept.slice(Number(from), Number(from) + most)
      return { events, revision: events.at(-1)?.revision }
    },

    take: () => {
      const taken = staged
      staged = []
      waiting = 0
      return taken
    },
    waiting: () => waiting,
  }
}

const isAt = (head: number | undefined, expected: ExpectedRevision): boolean => {
  switch (expected) {
    case 'any':
      return true
    case 'no_stream':
      return head === undefined
    case 'stream_exists':
      return head !== undefined
    default:
      return head !== undefined && BigInt(head) === expected
  }
}
