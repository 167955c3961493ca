import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  EventStoreDBClient,
  jsonEvent,
  START,
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
        await wait(30 + Math.random() * 300)
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
})
