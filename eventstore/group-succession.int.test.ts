import { randomUUID } from 'node:crypto'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { z } from 'zod'
import { eventually } from '../test/support/eventually.ts'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { ConnectedEventStore } from './connect.ts'
import { groupNameOf } from './group-succession.ts'
import { createRegistry } from './registry.ts'
import { consume, newGroup, type Consuming } from './testing/consuming.ts'
import { newStream, openDoor, testMetadata } from './testing/door.ts'
import type { NewEvent } from './types.ts'

describe('a group for other event types', () => {
  let server: TestServer
  let store: ConnectedEventStore
  let admin: EventStoreDBClient
  let family: string
  let stream: string
  let oldType: string
  let newType: string
  const consumers: Consuming[] = []

  const event = (type: string): NewEvent => ({ type, data: {}, id: randomUUID(), metadata: testMetadata })
  const append = async (...types: string[]): Promise<void> => {
    const { events } = await store.readStream(stream)
    const last = events.at(-1)
    await store.append(stream, types.map(event), last === undefined ? 'no_stream' : last.revision)
  }
  const start = (
    types: readonly string[],
    judge?: Parameters<typeof consume>[2],
    group = groupNameOf(family, types),
  ): Consuming => {
    const consuming = consume(store, { group, family, eventTypes: types }, judge)
    consumers.push(consuming)
    return consuming
  }
  const groups = async (): Promise<string[]> =>
    (await admin.listPersistentSubscriptionsToAll())
      .map(({ groupName }) => groupName)
      .filter((name) => name.startsWith(family))
      .toSorted()
  const infoOf = (group: string) => admin.getPersistentSubscriptionToAllInfo(group)
  /** The old group has come so far that the store has written its place down. */
  const checkpointed = (group: string) =>
    eventually(async () => (await infoOf(group)).stats.lastCheckpointedEventPosition !== undefined)

  before(async () => {
    server = await startEventStore()
    admin = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    await admin.dispose()
    await server.stop()
  })
  beforeEach(() => {
    family = newGroup()
    stream = newStream()
    const unique = randomUUID().replaceAll('-', '')
    oldType = `Old${unique}`
    newType = `New${unique}`
    const contract = { version: 1, schema: z.strictObject({}) }
    store = openDoor(server.url, { registry: createRegistry({ [oldType]: contract, [newType]: contract }) })
  })
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()))
    await store.close()
  })

  it('has a name of its own, whatever the order in which they are named', () => {
    expect(groupNameOf('f', ['A', 'B'])).to.match(/^f-[0-9a-f]{8}$/)
    expect(groupNameOf('f', ['A', 'B'])).to.equal(groupNameOf('f', ['B', 'A', 'B']))
    expect(groupNameOf('f', ['A', 'B'])).not.to.equal(groupNameOf('f', ['A']))
    expect(groupNameOf('f', ['A', 'B'])).not.to.equal(groupNameOf('f', ['AB']))
  })

  for (const [what, nameOf] of [
    ['named after its types', (types: readonly string[]) => groupNameOf(family, types)],
    ['named as its family, as they were once', () => family],
  ] as const) {
    it(`begins where the old one is, ${what}, and that one is deleted`, async () => {
      const types = [oldType]
      const old = nameOf(types)
      const first = start(types, undefined, old)
      await append(...Array<string>(20).fill(oldType))
      await first.delivered(20)
      await checkpointed(old)
      await first.stop()
      await append(oldType, newType)

      const second = start([oldType, newType])
      await second.delivered(2)
      expect(second.deliveries.map(({ type }) => type)).to.include.members([oldType, newType])
      // the place of the old one may be a little behind: what it had settled may come again, all of it must not
      expect(second.deliveries.length).to.be.lessThan(20)
      await eventually(async () => (await groups()).length === 1)
      expect(await groups()).to.deep.equal([groupNameOf(family, [oldType, newType])])
    })
  }

  it('leaves an old one alone that somebody still consumes', async () => {
    const first = start([oldType])
    await append(oldType)
    await first.delivered(1)
    const second = start([oldType, newType])
    await append(newType, oldType)
    await second.delivered(2)
    await first.delivered(2)
    expect(await groups()).to.have.length(2)
  })

  it('deletes an old one once its parked messages are settled one by one', async () => {
    const old = groupNameOf(family, [oldType])
    const first = start([oldType], () => ({ kind: 'park', reason: 'broken', retries: 0 }))
    await append(oldType)
    await eventually(async () => (await store.readParked(old)).length === 1)
    await first.stop()
    await eventually(async () => (await infoOf(old)).connections.length === 0)
    const second = start([oldType, newType])
    await append(newType)
    await eventually(() => second.deliveries.some(({ type }) => type === newType))
    expect(await store.groupsOf(family)).to.have.members([old, groupNameOf(family, [oldType, newType])])
    await second.stop()

    for (const { number } of await store.readParked(old)) await store.settleParked(old, number)
    start([oldType, newType])
    await eventually(async () => (await groups()).length === 1)
  })

  it('keeps an old one for its parked messages; what is replayed of them is seen to, and then it is deleted', async () => {
    const old = groupNameOf(family, [oldType])
    const first = start([oldType], () => ({ kind: 'park', reason: 'broken', retries: 0 }))
    await append(oldType)
    await eventually(async () => (await infoOf(old)).stats.parkedMessageCount === 1n)
    await first.stop()
    await eventually(async () => (await infoOf(old)).connections.length === 0)

    const second = start([oldType, newType])
    await append(newType)
    await eventually(() => second.deliveries.some(({ type }) => type === newType))
    expect((await infoOf(old)).stats.parkedMessageCount).to.equal(1n)

    await second.stop()
    const seen = second.deliveries.length
    await admin.replayParkedMessagesToAll(old)
    await eventually(async () => (await infoOf(old)).stats.retryBufferCount === 1)
    const third = start([oldType, newType])
    await third.delivered(1)
    expect(third.deliveries.map(({ type }) => type)).to.deep.equal([oldType])
    expect(second.deliveries).to.have.length(seen)
    await third.stop()
    const fourth = start([oldType, newType])
    await eventually(async () => (await groups()).length === 1)
    expect(fourth.deliveries).to.deep.equal([])
  })
})
