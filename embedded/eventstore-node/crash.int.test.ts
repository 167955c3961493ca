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
import {
  appearance,
  checkAppends,
  changeUntilGone,
  DONE,
  placeOf,
  underWay,
  writeUntilGone,
  type Append,
  type Deed,
} from './testing/under-way.ts'

/** How often the node is killed; `EVENTSTORE_CRASHES` makes it more. */
const CRASHES = Number(process.env['EVENTSTORE_CRASHES'] ?? 4)
const WRITERS = 12
const STEADY = 'steady'

describe('The node, killed at any instant', function () {
  this.timeout(60_000 + CRASHES * 10_000)
  const folder = useFolder()

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

  it(`loses nothing that it acknowledged, ${CRASHES} times`, async () => {
    const appends: Append[] = []
    const seen: { id: string; place: string }[] = []
    let last: Position | undefined
    const steady: bigint[] = []
    const places: string[] = []
    let reached: Position | undefined

    /** Goes on behind the last revision of a stream that it saw, and behind the last checkpoint of a filter. */
    function followMore(client: EventStoreDBClient): void {
      const subscription = client.subscribeToStream(STEADY, { fromRevision: steady.at(-1) ?? START })
      subscription.on('data', ({ event }) => {
        if (event !== undefined) steady.push(event.revision)
      })
      subscription.on('error', () => undefined)
      const checkpointReached = (_: unknown, position: Position): void => {
        reached = position
      }
      const filter = {
        ...streamNameFilter({ prefixes: [STEADY] }),
        ...{ maxSearchWindow: 8, checkpointInterval: 1, checkpointReached },
      }
      const filtered = client.subscribeToAll({ fromPosition: reached ?? START, filter })
      filtered.on('data', ({ event }) => {
        if (event === undefined) return
        places.push(placeOf(event.position))
        reached = event.position
      })
      filtered.on('error', () => undefined)
    }

    async function writeSteadily(client: EventStoreDBClient): Promise<void> {
      try {
        for (let n = 0; ; n++) await client.appendToStream(STEADY, jsonEvent({ type: 'Steady', data: { n } }))
      } catch {
        // the node is gone
      }
    }

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
      followMore(client)
      if (crash < CRASHES) {
        const writers = Promise.all([
          writeSteadily(client),
          ...Array.from({ length: WRITERS }, () => writeUntilGone(client, appends)),
        ])
        await underWay(appends, WRITERS + 1)
        await node.kill()
        await writers
      } else {
        while (seen.length < stored.length) await wait(10)
        expect(seen.slice(0, stored.length), 'the subscriber saw each event once, in order').to.deep.equal(
          stored.map(({ id, place }) => ({ id, place })),
        )
        const own = stored.filter(({ stream }) => stream === STEADY)
        while (steady.length < own.length || places.length < own.length) await wait(10)
        expect(steady, 'and so did one of a stream').to.deep.equal(own.map((_, at) => BigInt(at)))
        expect(places, 'and one with a filter').to.deep.equal(own.map(({ place }) => place))
        expect(own.length).to.be.above(CRASHES)
        await subscription.unsubscribe()
        await node.kill()
      }
      await client.dispose()
    }
    expect(appends.filter(({ acknowledged }) => acknowledged).length).to.be.above(CRASHES * WRITERS)
  })

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
      const changers = Promise.all(Array.from({ length: 6 }, () => changeUntilGone(client, deeds)))
      await underWay(deeds, WRITERS + 1)
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

    /** Some are never taken for good, but parked, each time they come. */
    const isParked = (id: string): boolean => id.startsWith('7')

    async function parkedIds(client: EventStoreDBClient): Promise<Set<string>> {
      const ids = new Set<string>()
      const stream = `$persistentsubscription-$all::${group}-parked`
      try {
        for await (const { event } of client.readStream(stream, { resolveLinkTos: true }))
          if (event !== undefined) ids.add(event.id)
      } catch {
        // nothing was parked yet
      }
      return ids
    }

    /** What is parked comes again, all of it, and is gone once it is taken. */
    async function replayAll(client: EventStoreDBClient, due: readonly string[]): Promise<void> {
      const again = new Set<string>()
      const subscription = client.subscribeToPersistentSubscriptionToAll(group)
      subscription.on('error', () => undefined)
      subscription.on('data', (resolved) => {
        // others come as well whose acknowledgement the end of the last subscription has cut off
        if (resolved.event !== undefined && isParked(resolved.event.id)) again.add(resolved.event.id)
        void subscription.ack(resolved)
      })
      await client.replayParkedMessagesToAll(group)
      while (again.size < due.length) await wait(10)
      expect([...again].sort(), 'what was parked is replayed').to.deep.equal([...due].sort())
      while ((await client.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount > 0n)
        await wait(10)
      await subscription.unsubscribe()
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
      const parked = await parkedIds(client)
      for (const { id, place } of due)
        if (place <= checkpoint && isParked(id))
          expect(parked.has(id), 'what the checkpoint covers and was parked is parked').to.equal(true)
      for (const id of parked) expect(taken.has(id) && isParked(id), 'nothing else is').to.equal(true)
      const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 32 })
      subscription.on('error', () => undefined)
      subscription.on('data', (resolved) => {
        const { event } = resolved
        if (event === undefined) return
        const place = placeOf(event.position)
        expect(place > checkpoint, 'nothing that the checkpoint covers comes again').to.equal(true)
        taken.add(event.id)
        const answer = isParked(event.id)
          ? subscription.nack('park', 'not now', resolved)
          : subscription.ack(resolved)
        void answer.catch(() => undefined)
      })
      if (crash < CRASHES) {
        const writers = Promise.all(Array.from({ length: 4 }, () => writeUntilGone(client, appends)))
        await underWay(appends, WRITERS + 1)
        await node.kill()
        await writers
      } else {
        while ([...known.keys()].some((id) => !taken.has(id))) await wait(10)
        expect(taken.size, 'nothing came that is not there').to.equal(known.size)
        const due = [...known.keys()].filter(isParked)
        while ((await parkedIds(client)).size < due.length) await wait(10)
        await subscription.unsubscribe()
        await replayAll(client, due)
        await node.kill()
      }
      await client.dispose()
    }
  })
})
