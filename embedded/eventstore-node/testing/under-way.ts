import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { jsonEvent, type EventData, type EventStoreDBClient, type Position } from '@eventstore/db-client'

/** One append: the ids of its events, and whether the node said that it is on disk. */
export interface Append {
  readonly stream: string
  readonly ids: readonly string[]
  acknowledged: boolean
}

/** The place of an event in the log, as text that sorts and compares. */
export const placeOf = (position: Position | undefined): string => String(position?.commit).padStart(20, '0')

const padded = (): EventData =>
  jsonEvent({ id: randomUUID(), type: 'Written', data: { pad: 'x'.repeat(Math.random() * 500) } })

/** Appends to a stream of its own, one after the other, until the node is gone. */
export async function writeUntilGone(
  client: EventStoreDBClient,
  appends: Append[],
  stream = `crash-${randomUUID()}`,
): Promise<void> {
  for (let revision = -1n; ;) {
    const events = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, padded)
    const append: Append = { stream, ids: events.map(({ id }) => id), acknowledged: false }
    appends.push(append)
    try {
      const expectedRevision = revision < 0n ? 'no_stream' : revision
      const result = await client.appendToStream(stream, events, { expectedRevision })
      append.acknowledged = true
      revision = result.nextExpectedRevision
    } catch {
      return
    }
  }
}

/**
 * Resolves at some instant after `more` more things were acknowledged, however slow the machine is: a test that waited for a
 * time instead would find too little done on a busy one.
 */
export async function underWay(
  things: readonly { readonly acknowledged: boolean }[],
  more: number,
): Promise<void> {
  const count = (): number => things.filter(({ acknowledged }) => acknowledged).length
  const enough = count() + more
  while (count() < enough) await wait(5)
  await wait(Math.random() * 200)
}

/** Others, such as system projections, may write streams of their own. */
export function checkAppends(
  appends: readonly Append[],
  all: readonly { id: string; stream: string }[],
): void {
  const stored = all.filter(({ stream }) => stream.startsWith('crash-'))
  const times = new Map<string, number>()
  for (const { id } of stored) times.set(id, (times.get(id) ?? 0) + 1)
  for (const { ids, acknowledged } of appends) {
    const counts = new Set(ids.map((id) => times.get(id) ?? 0))
    if (acknowledged) expect([...counts], 'an acknowledged append is there once').to.deep.equal([1])
    else expect([[0], [1]], 'another is there wholly or not at all').to.deep.include([...counts])
  }
  expect(stored.length, 'nothing else is there').to.equal(
    appends.flatMap(({ ids }) => ids).filter((id) => times.has(id)).length,
  )
}

/** What was done to streams beside appending, and whether the node said that it is on disk. */
export interface Deed {
  readonly stream: string
  readonly what: 'delete' | 'tombstone' | 'metadata'
  acknowledged: boolean
}

/** Makes streams and deletes them, for good or not, or truncates them, one after the other, until the node is gone. */
export async function changeUntilGone(client: EventStoreDBClient, deeds: Deed[]): Promise<void> {
  for (let n = 0; ; n++) {
    const stream = `changed-${randomUUID()}`
    const what = (['delete', 'tombstone', 'metadata'] as const)[n % 3] ?? 'delete'
    const deed: Deed = { stream, what, acknowledged: false }
    try {
      const event = (): ReturnType<typeof jsonEvent> => jsonEvent({ type: 'Changed', data: { n } })
      await client.appendToStream(stream, [event(), event(), event()], { expectedRevision: 'no_stream' })
      deeds.push(deed)
      if (what === 'delete') await client.deleteStream(stream, { expectedRevision: 2n })
      else if (what === 'tombstone') await client.tombstoneStream(stream, { expectedRevision: 2n })
      else await client.setStreamMetadata(stream, { truncateBefore: 1, kept: stream })
      deed.acknowledged = true
    } catch {
      return
    }
  }
}

/** How a stream looks to a reader: what could be read, or the type of the error. */
export async function appearance(client: EventStoreDBClient, stream: string): Promise<string> {
  const revisions: string[] = []
  try {
    for await (const { event } of client.readStream(stream)) revisions.push(String(event?.revision))
  } catch (error) {
    return error instanceof Error && 'type' in error ? String(error.type) : String(error)
  }
  return revisions.join()
}

/** How a stream looks to a reader once that was done. */
export const DONE = { delete: 'stream-not-found', tombstone: 'stream-deleted', metadata: '1,2' } as const
