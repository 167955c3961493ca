import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Position,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startChildNode } from './testing/child-node.ts'
import { useFolder } from './log/testing/folder.ts'

/** How often the node is killed; `EVENTSTORE_CRASHES` makes it more. */
const CRASHES = Number(process.env['EVENTSTORE_CRASHES'] ?? 4)
const WRITERS = 12

/** One append: the ids of its events, and whether the node said that it is on disk. */
interface Append {
  readonly stream: string
  readonly ids: readonly string[]
  acknowledged: boolean
}

/** The place of an event in the log, as text that sorts and compares. */
const placeOf = (position: Position | undefined): string => String(position?.commit).padStart(20, '0')

describe('The node, killed at any instant', function () {
  this.timeout(60_000 + CRASHES * 10_000)
  const folder = useFolder()

  /** Appends one after the other until the node is gone. */
  async function writer(client: EventStoreDBClient, appends: Append[], random: () => number): Promise<void> {
    const stream = `crash-${randomUUID()}`
    for (let revision = -1n; ;) {
      const events = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        jsonEvent({ id: randomUUID(), type: 'Written', data: { pad: 'x'.repeat(random() * 500) } }),
      )
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

  /** Resolves at some instant after a few more things were acknowledged, however slow the machine is. */
  async function underWay(things: readonly { readonly acknowledged: boolean }[]): Promise<void> {
    const count = (): number => things.filter(({ acknowledged }) => acknowledged).length
    const enough = count() + WRITERS + 1
    while (count() < enough) await wait(5)
    await wait(Math.random() * 200)
  }

  async function readAll(
    client: EventStoreDBClient,
  ): Promise<{ id: string; stream: string; place: string }[]> {
    const events: { id: string; stream: string; revision: bigint; place: string }[] = []
    for await (const { event } of client.readAll()) {
      if (event === undefined) continue
      events.push({
        id: event.id,
        stream: event.streamId,
        revision: event.revision,
        place: placeOf(event.position),
      })
    }
    const next = new Map<string, bigint>()
    events.forEach(({ stream, revision, place }, at) => {
      expect(revision, `revisions of ${stream}`).to.equal(next.get(stream) ?? 0n)
      next.set(stream, revision + 1n)
      if (at > 0) expect(place > (events[at - 1]?.place ?? ''), 'positions ascend').to.equal(true)
    })
    return events
  }

  /** Others, such as system projections, may write streams of their own. */
  function checkAppends(appends: readonly Append[], all: readonly { id: string; stream: string }[]): void {
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

  it(`loses nothing that it acknowledged, ${CRASHES} times`, async () => {
    const appends: Append[] = []
    const seen: { id: string; place: string }[] = []
    let last: Position | undefined

    const follow = (client: EventStoreDBClient): AllStreamSubscription => {
      const subscription = client.subscribeToAll({ fromPosition: last ?? START })
      subscription.on('data', ({ event }) => {
        if (event === undefined) return
        seen.push({ id: event.id, place: placeOf(event.position) })
        last = event.position
      })
      // it ends with the node
      subscription.on('error', () => undefined)
      return subscription
    }

    for (let crash = 0; crash <= CRASHES; crash++) {
      const node = await startChildNode(['--data', folder()])
      const client = EventStoreDBClient.connectionString(node.connectionString)
      const stored = await readAll(client)
      checkAppends(appends, stored)
      const subscription = follow(client)
      if (crash < CRASHES) {
        const writers = Promise.all(
          Array.from({ length: WRITERS }, () => writer(client, appends, Math.random)),
        )
        await underWay(appends)
        await node.kill()
        await writers
      } else {
        while (seen.length < stored.length) await wait(10)
        expect(seen.slice(0, stored.length), 'the subscriber saw each event once, in order').to.deep.equal(
          stored.map(({ id, place }) => ({ id, place })),
        )
        await subscription.unsubscribe()
        await node.kill()
      }
      await client.dispose()
    }
    expect(appends.filter(({ acknowledged }) => acknowledged).length).to.be.above(CRASHES * WRITERS)
  })

  /** What was done to streams beside appending, and whether the node said that it is on disk. */
  interface Deed {
    readonly stream: string
    readonly what: 'delete' | 'tombstone' | 'metadata'
    acknowledged: boolean
  }

  /** Makes streams and deletes them, for good or not, or truncates them, one after the other, until the node is gone. */
  async function changer(client: EventStoreDBClient, deeds: Deed[]): Promise<void> {
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
  async function appearance(client: EventStoreDBClient, stream: string): Promise<string> {
    const revisions: string[] = []
    try {
      for await (const { event } of client.readStream(stream)) revisions.push(String(event?.revision))
    } catch (error) {
      return error instanceof Error && 'type' in error ? String(error.type) : String(error)
    }
    return revisions.join()
  }

  const DONE = { delete: 'stream-not-found', tombstone: 'stream-deleted', metadata: '1,2' } as const

  it(`keeps deletes and metadata that it acknowledged, ${CRASHES} times`, async () => {
    const deeds: Deed[] = []
    for (let crash = 0; crash <= CRASHES; crash++) {
      const node = await startChildNode(['--data', folder()])
      const client = EventStoreDBClient.connectionString(node.connectionString)
      for (const { stream, what, acknowledged } of deeds) {
        const seen = await appearance(client, stream)
        if (acknowledged) expect(seen, `${what} of ${stream}`).to.equal(DONE[what])
        else expect([DONE[what], '0,1,2'], `${what} of ${stream}`).to.include(seen)
      }
      const changers = Promise.all(Array.from({ length: 6 }, () => changer(client, deeds)))
      await underWay(deeds)
      await node.kill()
      await changers
      await client.dispose()
    }
    expect(deeds.filter(({ acknowledged }) => acknowledged).length).to.be.above(CRASHES)
  })

  it(`has persistent subscriptions go on where their checkpoint is, ${CRASHES} times`, async () => {
    const group = 'crash'
    const appends: Append[] = []
    const taken = new Set<string>()
    const checkpoints = `$persistentsubscription-$all::${group}-checkpoint`

    /** Place of the last event that the group is done with. */
    async function checkpointOf(client: EventStoreDBClient): Promise<string> {
      let last: unknown
      try {
        for await (const { event } of client.readStream(checkpoints)) last = event?.data
      } catch {
        // it has none yet
      }
      return (/\d+/.exec(String(last))?.[0] ?? '').padStart(20, '0')
    }

    for (let crash = 0; crash <= CRASHES; crash++) {
      const node = await startChildNode(['--data', folder()])
      const client = EventStoreDBClient.connectionString(node.connectionString)
      if (crash === 0)
        await client.createPersistentSubscriptionToAll(
          group,
          persistentSubscriptionToAllSettingsFromDefaults({
            startFrom: START,
            checkPointAfter: 50,
            checkPointLowerBound: 1,
            checkPointUpperBound: 20,
          }),
          { filter: streamNameFilter({ prefixes: ['crash-'] }) },
        )
      const checkpoint = await checkpointOf(client)
      const stored = await readAll(client)
      checkAppends(appends, stored)
      const due = stored.filter(({ stream }) => stream.startsWith('crash-'))
      for (const { id, place } of due)
        if (place <= checkpoint) expect(taken.has(id), 'what the checkpoint covers was taken').to.equal(true)
      const known = new Map(due.map(({ id, place }) => [id, place]))
      const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 32 })
      subscription.on('error', () => undefined)
      subscription.on('data', (resolved) => {
        const { event } = resolved
        if (event === undefined) return
        const place = placeOf(event.position)
        expect(place > checkpoint, 'nothing that the checkpoint covers comes again').to.equal(true)
        taken.add(event.id)
        void subscription.ack(resolved).catch(() => undefined)
      })
      if (crash < CRASHES) {
        const writers = Promise.all(Array.from({ length: 4 }, () => writer(client, appends, Math.random)))
        await underWay(appends)
        await node.kill()
        await writers
      } else {
        while ([...known.keys()].some((id) => !taken.has(id))) await wait(10)
        expect(taken.size, 'nothing came that is not there').to.equal(known.size)
        await subscription.unsubscribe()
        await node.kill()
      }
      await client.dispose()
    }
  })
})
