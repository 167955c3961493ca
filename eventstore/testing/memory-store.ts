import { ConcurrencyError } from '../errors.ts'
import type { EventRegistry } from '../registry.ts'
import type { DomainEvent, ExpectedRevision, NewEvent, StoredEvent, StreamSlice, Streams } from '../types.ts'

export interface MemoryStore extends Streams {
  /** Events of a stream, oldest first. */
  readonly events: (stream: string) => readonly StoredEvent[]
  readonly streamNames: () => string[]
}

export interface MemoryStoreOptions {
  readonly registry: EventRegistry
  readonly now?: () => Date
  /** Told of each event that was appended. */
  readonly onEvent?: (event: StoredEvent) => void
}

/**
 * Streams in memory, for tests that need many thousand of them in a moment. What it does is what the door to a real store does: one
 * contract is tested of both, in streams.int.test.ts. It knows neither `$all` nor subscriptions.
 */
export const createMemoryStore = ({
  registry,
  now = () => new Date(),
  onEvent = () => undefined,
}: MemoryStoreOptions): MemoryStore => {
  const streams = new Map<string, StoredEvent[]>()
  let position = 0n

  const appendNow = (stream: string, events: readonly NewEvent[], expected: ExpectedRevision) => {
    const versions = events.map(({ type, data }) => registry.versionFor(type, data))
    const stored = streams.get(stream) ?? []
    const known = firstOutcome(stored, events, expected)
    if (known !== undefined) return { revision: known.revision, position: known.position }
    const actual = stored.length === 0 ? undefined : BigInt(stored.length - 1)
    if (!isExpected(expected, actual)) throw new ConcurrencyError(stream, expected, actual)
    position += 1n
    const made = events.map((event, index) => ({
      ...event,
      data: JSON.parse(JSON.stringify(event.data)) as unknown,
      stream,
      revision: BigInt(stored.length + index),
      position: { commit: position, prepare: position },
      created: now(),
      metadata: { ...event.metadata, schemaVersion: versions[index] ?? 1 },
    }))
    streams.set(stream, [...stored, ...made])
    for (const event of made) onEvent(event)
    return {
      revision: BigInt(stored.length + made.length - 1),
      position: { commit: position, prepare: position },
    }
  }

  return {
    events: (stream) => streams.get(stream) ?? [],
    streamNames: () => [...streams.keys()],
    append: async (stream, events, expected) => {
      if (events.length === 0) throw new RangeError(`Nothing to append to ${stream}`)
      return Promise.resolve(appendNow(stream, events, expected))
    },
    readStream: <Event extends DomainEvent>(
      stream: string,
      { from = 0n, limit = Number.MAX_SAFE_INTEGER }: { from?: bigint; limit?: number } = {},
    ): Promise<StreamSlice<Event>> => {
      const events = (streams.get(stream) ?? []).slice(Number(from), Number(from) + limit)
      return Promise.resolve({ events: events as StoredEvent<Event>[], revision: events.at(-1)?.revision })
    },
  }
}

/** The last of `events` as they stand where they were written before: at an exact revision a repetition is known by its ids. */
const firstOutcome = (
  stored: readonly StoredEvent[],
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): StoredEvent | undefined => {
  const start =
    typeof expected === 'bigint'
      ? Number(expected) + 1
      : expected === 'no_stream'
        ? 0
        : stored.findIndex(({ id }) => id === events[0]?.id)
  const same = start >= 0 && events.every(({ id }, index) => stored[start + index]?.id === id)
  return same ? stored[start + events.length - 1] : undefined
}

const isExpected = (expected: ExpectedRevision, actual: bigint | undefined): boolean => {
  switch (expected) {
    case 'any':
      return true
    case 'no_stream':
      return actual === undefined
    case 'stream_exists':
      return actual !== undefined
    default:
      return actual === expected
  }
}
