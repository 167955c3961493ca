import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { z } from 'zod'
import { eventually } from '../test/support/eventually.ts'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { ConnectedEventStore } from './connect.ts'
import { createRegistry } from './registry.ts'
import { consume, holdBack, newGroup, type Consuming } from './testing/consuming.ts'
import { newStream, openDoor, testMetadata } from './testing/door.ts'
import { openCalls } from './testing/open-calls.ts'
import { startRestartableNode } from './testing/restartable-node.ts'
import type { NewEvent, StoredEvent } from './types.ts'

const done = { kind: 'done' } as const
const again = { kind: 'again', reason: 'not yet' } as const

describe('a group of consumers', () => {
  let server: TestServer
  let store: ConnectedEventStore
  let admin: EventStoreDBClient
  /** A type that only this test has: `$all` may be shared. */
  let type: string
  let group: string
  let stream: string
  let consumers: Consuming[]

  const contractsOf = (eventType: string) =>
    createRegistry({ [eventType]: { version: 1, schema: z.strictObject({ n: z.int() }) } })
  const numbered = (n: number): NewEvent => ({
    type,
    data: { n },
    id: randomUUID(),
    metadata: testMetadata,
  })
  const numberedUp = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => numbered(n))
  const numbersOf = (events: readonly StoredEvent[]): unknown[] =>
    events.map(({ data }) => (typeof data === 'object' && data !== null && 'n' in data ? data.n : data))
  const start = (
    ...[judge, options]: [
      judge?: Parameters<typeof consume>[2],
      options?: Partial<Parameters<typeof consume>[1]>,
    ]
  ): Consuming => {
    const consuming = consume(store, { group, eventTypes: [type], ...options }, judge)
    consumers.push(consuming)
    return consuming
  }
  /** Events that the store has given out and waits for an answer to, and those that it has put aside. */
  const stateOf = async (name: string) => {
    const { stats } = await admin.getPersistentSubscriptionToAllInfo(name)
    return { inFlight: stats.totalInFlightMessages, parked: stats.parkedMessageCount }
  }
  const nothingInFlight = (name: string) => eventually(async () => (await stateOf(name)).inFlight === 0)

  before(async () => {
    server = await startEventStore()
    admin = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    await admin.dispose()
    await server.stop()
  })
  beforeEach(() => {
    type = `Numbered${randomUUID().replaceAll('-', '')}`
    group = newGroup()
    stream = newStream()
    consumers = []
    store = openDoor(server.url, { registry: contractsOf(type) })
  })
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await store.close()
  })

  it('gets every event of its types, those from before as well, once', async () => {
    await store.append(stream, numberedUp(300), 'no_stream')
    const consumer = start()
    await consumer.delivered(300)
    for (let n = 300; n < 330; n += 1) await store.append(stream, [numbered(n)], BigInt(n - 1))
    await consumer.delivered(330)
    await nothingInFlight(group)
    expect(new Set(numbersOf(consumer.deliveries)).size).to.equal(330)
    expect(consumer.deliveries).to.have.length(330)
  })

  it('gets no more at once than it can take', async () => {
    await store.append(stream, numberedUp(50), 'no_stream')
    const { judge, release } = holdBack(done)
    const consumer = start(judge, { concurrency: 4 })
    await consumer.delivered(4)
    await store.headPosition()
    expect(consumer.deliveries).to.have.length(4)
    release()
    await consumer.delivered(50)
  })

  it('gets an event again that it gives back', async () => {
    await store.append(stream, [numbered(0)], 'no_stream')
    const consumer = start((_, delivery) => (delivery < 4 ? again : done))
    await consumer.delivered(4)
    await nothingInFlight(group)
    expect(numbersOf(consumer.deliveries)).to.deep.equal([0, 0, 0, 0])
  })

  it('puts an event aside, with the reason, for a person', async () => {
    await store.append(stream, [numbered(0), numbered(1)], 'no_stream')
    const consumer = start((event) =>
      event.revision === 0n ? { kind: 'park', reason: 'it makes no sense', retries: 0 } : done,
    )
    await consumer.delivered(2)
    await eventually(async () => (await stateOf(group)).parked === 1n)
    expect(consumer.deliveries).to.have.length(2)
  })

  it('puts an event aside that no contract can read', async () => {
    await admin.appendToStream(
      stream,
      jsonEvent({ type, data: { n: 'none' }, metadata: { $correlationId: 'c' } }),
    )
    await store.append(stream, [numbered(1)], 0n)
    const consumer = start()
    await consumer.delivered(1)
    await eventually(async () => (await stateOf(group)).parked === 1n)
    expect(numbersOf(consumer.deliveries)).to.deep.equal([1])
  })

  it('gets an event again whose handler throws, and goes on with the others', async () => {
    await store.append(stream, numberedUp(3), 'no_stream')
    let failures = 0
    const consumer = start((event) => {
      if (event.revision === 1n && failures < 2) {
        failures += 1
        throw new Error('a bug')
      }
      return done
    })
    await consumer.delivered(5)
    await nothingInFlight(group)
    expect(numbersOf(consumer.deliveries).toSorted()).to.deep.equal([0, 1, 1, 1, 2])
  })

  it('shares the work between two consumers, none of it done twice', async () => {
    const first = start()
    const second = start()
    // both are there before there is anything to do
    await eventually(async () => {
      const { connections } = await admin.getPersistentSubscriptionToAllInfo(group)
      return connections.length === 2
    })
    await store.append(stream, numberedUp(200), 'no_stream')
    await eventually(() => first.deliveries.length + second.deliveries.length >= 200)
    await nothingInFlight(group)
    const numbers = numbersOf([...first.deliveries, ...second.deliveries])
    expect([numbers.length, new Set(numbers).size]).to.deep.equal([200, 200])
    expect(first.deliveries).not.to.have.length(0)
    expect(second.deliveries).not.to.have.length(0)
  })

  it('leaves to another consumer what one gives back when it stops', async () => {
    await store.append(stream, numberedUp(20), 'no_stream')
    const { judge, release } = holdBack(again)
    const first = start(judge)
    await first.delivered(16)
    const stopped = first.stop()
    release()
    await stopped
    const second = start()
    await second.delivered(20)
    expect(new Set(numbersOf(second.deliveries)).size).to.equal(20)
  })

  describe('that is aborted', () => {
    it('settles what is in hand: nobody gets it again', async () => {
      await store.append(stream, numberedUp(40), 'no_stream')
      const { judge, release } = holdBack(done)
      const first = start(judge, { concurrency: 10 })
      await first.delivered(10)
      let hasStopped = false
      const stopped = first.stop().then(() => (hasStopped = true))
      await store.headPosition()
      expect(hasStopped).to.equal(false)
      release()
      await stopped
      const second = start()
      await second.delivered(30)
      await nothingInFlight(group)
      const numbers = numbersOf([...first.deliveries, ...second.deliveries])
      expect([numbers.length, new Set(numbers).size]).to.deep.equal([40, 40])
    })

    it('leaves no call open', async () => {
      const consumer = start()
      await store.append(stream, [numbered(0)], 'no_stream')
      await consumer.delivered(1)
      await consumer.stop()
      // that of the appends stays
      await eventually(async () => (await openCalls(server.url)) === 1)
    })

    it('ends while the store is away', async () => {
      const node = await startRestartableNode()
      const away = openDoor(node.url, { registry: contractsOf(type) })
      try {
        const consumer = consume(away, { group, eventTypes: [type] })
        await away.append(stream, [numbered(0)], 'no_stream')
        await consumer.delivered(1)
        await node.stop()
        await consumer.stop()
      } finally {
        await away.close()
        await node.end()
      }
    })
  })

  it('ends when the door is closed, after what is in hand', async () => {
    await store.append(stream, [numbered(0)], 'no_stream')
    const { judge, release } = holdBack(done)
    const consumer = start(judge)
    await consumer.delivered(1)
    const closed = store.close()
    release()
    await closed
    const info = await admin.getPersistentSubscriptionToAllInfo(group)
    expect(info.stats.totalInFlightMessages).to.equal(0)
  })

  it('loses nothing when the node restarts while events are in hand, and handles none twice at once', async () => {
    const node = await startRestartableNode()
    const away = openDoor(node.url, { registry: contractsOf(type) })
    try {
      const inHand = new Set<string>()
      let doubles = 0
      const { judge, release } = holdBack(done)
      const consumer = consume(
        away,
        { group, eventTypes: [type], concurrency: 20, messageTimeoutMs: 1_000 },
        async ({ id }) => {
          if (inHand.has(id)) doubles += 1
          inHand.add(id)
          const verdict = await judge()
          inHand.delete(id)
          return verdict
        },
      )
      await away.append(stream, numberedUp(100), 'no_stream')
      await consumer.delivered(20)
      await node.stop()
      await node.start()
      release()
      await eventually(() => new Set(numbersOf(consumer.deliveries)).size === 100)
      const more = [numbered(100)]
      await eventually(() => away.append(stream, more, 99n))
      await eventually(() => numbersOf(consumer.deliveries).includes(100))
      expect(doubles).to.equal(0)
      await consumer.stop()
    } finally {
      await away.close()
      await node.end()
    }
  })

  it('waits for the same verdict where an event is delivered again while it is in hand', async () => {
    await store.append(stream, [numbered(0)], 'no_stream')
    const { judge, release } = holdBack(done)
    const consumer = start(judge, { messageTimeoutMs: 100 })
    await consumer.delivered(1)
    await eventually(async () => {
      const { stats } = await admin.getPersistentSubscriptionToAllInfo(group)
      return stats.outstandingMessagesCount > 0 && stats.totalItems > 1
    })
    release()
    await nothingInFlight(group)
    expect(consumer.deliveries).to.have.length(1)
  })
})
