import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { eventually } from '../test/support/eventually.ts'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { ConnectedEventStore } from './connect.ts'
import { createRegistry } from './registry.ts'
import { consume, newGroup, type Consuming } from './testing/consuming.ts'
import { newStream, openDoor, testMetadata } from './testing/door.ts'

describe('the parked messages of a group', () => {
  let server: TestServer
  let admin: EventStoreDBClient
  let store: ConnectedEventStore
  let group: string
  let stream: string
  let consumer: Consuming
  /** Whether the next deliveries are parked. */
  let parks: boolean

  before(async () => {
    server = await startEventStore()
    admin = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    await admin.dispose()
    await server.stop()
  })
  beforeEach(async () => {
    parks = true
    group = newGroup()
    stream = newStream()
    const type = `Numbered${randomUUID().replaceAll('-', '')}`
    const registry = createRegistry({ [type]: { version: 1, schema: z.strictObject({ n: z.int() }) } })
    store = openDoor(server.url, { registry })
    const events = [0, 1, 2, 3, 4].map((n) => ({
      ...{ type, data: { n }, id: randomUUID(), metadata: testMetadata },
    }))
    await store.append(stream, events, 'no_stream')
    consumer = consume(store, { group, eventTypes: [type] }, ({ revision }) =>
      parks ? { kind: 'park', reason: `no ${revision}`, retries: Number(revision) } : { kind: 'done' },
    )
    await eventually(async () => (await store.readParked(group)).length === 5)
  })
  afterEach(async () => {
    await consumer.stop()
    await store.close()
  })

  const parked = async (): Promise<bigint[]> =>
    (await store.readParked(group)).map(({ revision }) => revision).toSorted((a, b) => Number(a - b))

  /** The number under which an event of the stream is parked. */
  const numberOf = async (revision: bigint): Promise<bigint> => {
    const message = (await store.readParked(group)).find((each) => each.revision === revision)
    if (message === undefined) throw new Error(`${revision} is not parked`)
    return message.number
  }

  it('are none where there is no such group', async () => {
    expect(await store.readParked('nobody')).to.deep.equal([])
  })

  it('tell what they are of, why they are there and how often they were tried again', async () => {
    const [newest] = (await store.readParked(group)).filter(({ revision }) => revision === 4n)
    const { events } = await store.readStream(stream)
    expect(newest).to.deep.include({ reason: 'no 4', retries: 4, stream, revision: 4n })
    expect(newest?.event).to.deep.equal({ id: events[4]?.id, type: events[4]?.type })
    expect(newest?.parkedAt.getTime()).to.be.closeTo(Date.now(), 60_000)
  })

  it('are settled one by one, in any order, once', async () => {
    const [second, fifth] = [await numberOf(1n), await numberOf(4n)]
    expect(await store.settleParked(group, second)).to.equal(true)
    expect(await store.settleParked(group, fifth)).to.equal(true)
    expect(await store.settleParked(group, second)).to.equal(false)
    expect(await parked()).to.deep.equal([0n, 2n, 3n])
  })

  it('are gone from the store once all before them are settled', async () => {
    const numbers = (await store.readParked(group)).map(({ number }) => number)
    const left = async (): Promise<number> => {
      let count = 0
      for await (const { type } of store.readRecords(`$persistentsubscription-$all::${group}-parked`)) {
        expect(type).to.equal('$>')
        count += 1
      }
      return count
    }
    await store.settleParked(group, numbers[1] ?? -1n)
    expect(await left()).to.equal(5)
    await store.settleParked(group, numbers[0] ?? -1n)
    expect(await left()).to.equal(3)
    expect(await store.settleParked(group, numbers[0] ?? -1n)).to.equal(false)
    expect(await store.readParked(group)).to.have.length(3)
  })

  it('are settled by several at the same moment, each by one of them', async () => {
    const numbers = (await store.readParked(group)).map(({ number }) => number)
    const results = await Promise.all([...numbers, ...numbers].map((each) => store.settleParked(group, each)))
    expect(results.filter((isFirst) => isFirst)).to.have.length(5)
    expect(await parked()).to.deep.equal([])
  })

  it("are still replayed by the store's own means, without those that are gone", async () => {
    const [first] = await store.readParked(group)
    await store.settleParked(group, first?.number ?? -1n)
    parks = false
    await admin.replayParkedMessagesToAll(group)
    await consumer.delivered(9)
    await eventually(async () => (await store.readParked(group)).length === 0)
    expect(consumer.deliveries.slice(5).map(({ revision }) => revision)).to.not.include(first?.revision)
  })
})
