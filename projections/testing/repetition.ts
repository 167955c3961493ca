import { expect } from 'chai'
import fc from 'fast-check'
import type pg from 'pg'
import type { DomainEvent, StoredEvent } from '../../eventstore/types.ts'
import type { Projection } from '../projection.ts'
import { createEventLog } from './event-log.ts'
import { feed, repeatedBatches } from './feeding.ts'

/** The events as they were read, in the order of `$all`. */
export const stored = (
  events: readonly (readonly [stream: string, event: DomainEvent])[],
): readonly StoredEvent[] => {
  const log = createEventLog()
  for (const [stream, event] of events) log.append(stream, event)
  return log.events
}

/**
 * Expects the same rows however the events are cut into batches, however often each batch is fed, and however the streams are
 * mixed: a stream that was parked comes later than the others.
 *
 * @returns the rows, by table
 */
export const expectSameRows = async (
  pool: pg.Pool,
  projection: Projection,
  events: readonly StoredEvent[],
  runs = 20,
): Promise<Record<string, unknown[]>> => {
  const expected = await feed(pool, projection, [events])
  await fc.assert(
    fc.asyncProperty(
      mixedStreams(events).chain((mixed) => repeatedBatches(mixed)),
      async (batches) => {
        expect(await feed(pool, projection, batches)).to.deep.equal(expected)
      },
    ),
    { numRuns: runs },
  )
  return expected
}

/** The same events with the streams mixed in another way; each stream keeps its order. */
const mixedStreams = (events: readonly StoredEvent[]): fc.Arbitrary<StoredEvent[]> =>
  fc.shuffledSubarray([...events], { minLength: events.length }).map((shuffled) => {
    const taken = new Map<string, number>()
    return shuffled.flatMap(({ stream }) => {
      const next = taken.get(stream) ?? 0
      taken.set(stream, next + 1)
      return events.filter((event) => event.stream === stream).slice(next, next + 1)
    })
  })
