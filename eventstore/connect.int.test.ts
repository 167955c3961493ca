import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { ConnectedEventStore } from './connect.ts'
import {
  AppendTooLargeError,
  ConcurrencyError,
  ContractViolationError,
  StoreUnavailableError,
  StreamTombstonedError,
  UnknownOutcomeError,
} from './errors.ts'
import { comparePositions } from './position.ts'
import { counted, countedUp, newStream, openDoor, testMetadata, type TestEvent } from './testing/door.ts'
import { startSilence } from './testing/network.ts'
import { rejection } from './testing/rejection.ts'
import { startRestartableNode } from './testing/restartable-node.ts'
import type { NewEvent } from './types.ts'

describe('the door to the event store', () => {
  let server: TestServer
  let store: ConnectedEventStore
  let stream: string

  before(async () => {
    server = await startEventStore()
    store = openDoor(server.url)
  })
  after(async () => {
    await store.close()
    await server.stop()
  })
  beforeEach(() => {
    stream = newStream()
  })

  /** Writes past the door, as other programs would. */
  const foreign = async (work: (client: EventStoreDBClient) => Promise<unknown>): Promise<void> => {
    const client = EventStoreDBClient.connectionString(server.url)
    try {
      await work(client)
    } finally {
      await client.dispose()
    }
  }

  describe('append', () => {
    it('creates a stream where none is expected, and says where the last event stands', async () => {
      const receipt = await store.append(stream, countedUp(3), 'no_stream')
      expect(receipt.revision).to.equal(2n)
      const { events } = await store.readStream(stream)
      expect(events.at(-1)?.position).to.deep.equal(receipt.position)
    })

    it('goes on at an exact revision', async () => {
      await store.append(stream, countedUp(2), 'no_stream')
      expect((await store.append(stream, [counted(2)], 1n)).revision).to.equal(2n)
    })

    it('goes on wherever the stream is where any revision will do', async () => {
      expect((await store.append(stream, [counted(0)], 'any')).revision).to.equal(0n)
      expect((await store.append(stream, [counted(1)], 'any')).revision).to.equal(1n)
    })

    it('goes on where the stream is there as expected', async () => {
      await store.append(stream, [counted(0)], 'no_stream')
      expect((await store.append(stream, [counted(1)], 'stream_exists')).revision).to.equal(1n)
    })

    for (const [expected, actual] of [
      ['no_stream', 1n],
      [0n, 1n],
      [9n, 1n],
    ] as const) {
      it(`refuses ${expected} where the stream is at ${actual}, and writes nothing`, async () => {
        await store.append(stream, countedUp(2), 'no_stream')
        const error = await rejection(store.append(stream, [counted(2)], expected), ConcurrencyError)
        expect(error).to.include({ stream, expected, actual })
        expect((await store.readStream(stream)).revision).to.equal(1n)
      })
    }

    for (const expected of [0n, 'stream_exists'] as const) {
      it(`refuses ${expected} where there is no stream`, async () => {
        const error = await rejection(store.append(stream, [counted(0)], expected), ConcurrencyError)
        expect(error).to.include({ stream, expected, actual: undefined })
      })
    }

    it('answers the same events at the same revision with the first outcome, and writes them once', async () => {
      const events = countedUp(2)
      const first = await store.append(stream, events, 'no_stream')
      await store.append(stream, [counted(2)], 1n)
      expect(await store.append(stream, events, 'no_stream')).to.deep.equal(first)
      expect((await store.readStream(stream)).events.map(({ data }) => data)).to.deep.equal([
        { n: 0 },
        { n: 1 },
        { n: 2 },
      ])
    })

    it('refuses events that are larger than the store takes', async () => {
      const large: NewEvent<TestEvent> = {
        type: 'Named',
        data: { name: 'x'.repeat(1_100_000) },
        id: randomUUID(),
        metadata: testMetadata,
      }
      const error = await rejection(store.append(stream, [large], 'no_stream'), AppendTooLargeError)
      expect(error).to.include({ stream, limitBytes: 1_048_576 })
    })

    it('refuses a stream that was deleted for good', async () => {
      await store.append(stream, [counted(0)], 'no_stream')
      await foreign((client) => client.tombstoneStream(stream))
      const error = await rejection(store.append(stream, [counted(1)], 0n), StreamTombstonedError)
      expect(error.stream).to.equal(stream)
    })

    it('goes on after a stream that was deleted softly', async () => {
      await store.append(stream, [counted(0)], 'no_stream')
      await foreign((client) => client.deleteStream(stream))
      expect((await store.append(stream, [counted(1)], 'no_stream')).revision).to.equal(1n)
      expect((await store.readStream(stream)).events.map(({ data }) => data)).to.deep.equal([{ n: 1 }])
    })

    it('does not send what no contract describes', async () => {
      const unknown = { type: 'Unheard', data: {}, id: randomUUID(), metadata: testMetadata }
      const wrong = { type: 'Counted', data: { n: 'one' }, id: randomUUID(), metadata: testMetadata }
      for (const event of [unknown, wrong]) {
        await rejection(store.append(stream, [counted(0), event], 'no_stream'), ContractViolationError)
      }
      expect((await store.readStream(stream)).revision).to.equal(undefined)
    })

    it('refuses to append nothing', async () => {
      await rejection(store.append(stream, [], 'no_stream'), RangeError)
    })

    it('adds the version of the contract to the metadata', async () => {
      await store.append(stream, [counted(7)], 'no_stream')
      const [event] = (await store.readStream(stream)).events
      expect(event).to.deep.include({
        type: 'Counted',
        data: { n: 7 },
        stream,
        revision: 0n,
        metadata: { ...testMetadata, schemaVersion: 1 },
      })
    })
  })

  describe('reading a stream', () => {
    it('gives nothing where there is no such stream', async () => {
      expect(await store.readStream(stream)).to.deep.equal({ events: [], revision: undefined })
    })

    it('goes through more than one page, without a gap or a double', async () => {
      const count = 4_500
      for (let first = 0; first < count; first += 1_500) {
        await store.append(stream, countedUp(1_500, first), first === 0 ? 'no_stream' : BigInt(first - 1))
      }
      const { events, revision } = await store.readStream<TestEvent>(stream)
      expect(events.map((event) => event.revision)).to.deep.equal(
        Array.from({ length: count }, (_, index) => BigInt(index)),
      )
      expect(revision).to.equal(4_499n)
      const some = await store.readStream(stream, { from: 1_999n, limit: 2_002 })
      expect([some.events.length, some.events[0]?.revision, some.revision]).to.deep.equal([
        2_002,
        1_999n,
        4_000n,
      ])
    })

    it('gives nothing beyond the end', async () => {
      await store.append(stream, countedUp(2), 'no_stream')
      expect(await store.readStream(stream, { from: 2n })).to.deep.equal({
        events: [],
        revision: undefined,
      })
    })

    it('tells an event that no contract can read from an outage', async () => {
      await foreign((client) =>
        client.appendToStream(stream, jsonEvent({ type: 'Foreign', data: { a: 1 }, metadata: {} })),
      )
      const error = await rejection(store.readStream(stream), ContractViolationError)
      expect(error.eventType).to.equal('Foreign')
    })

    it('refuses a stream that was deleted for good', async () => {
      await store.append(stream, [counted(0)], 'no_stream')
      await foreign((client) => client.tombstoneStream(stream))
      const error = await rejection(store.readStream(stream), StreamTombstonedError)
      expect(error.stream).to.equal(stream)
    })
  })

  it('knows the place of the newest event', async () => {
    const { position } = await store.append(stream, countedUp(2), 'no_stream')
    const head = await store.headPosition()
    if (head === undefined) throw new Error('The store is empty')
    expect(comparePositions(head, position)).to.be.at.least(0)
  })
})

describe('the door to an event store that does not answer', () => {
  it('does not know whether an append to a stopped store was written, and tries again with success', async () => {
    const node = await startRestartableNode()
    const store = openDoor(node.url, { deadlineMs: 2_000 })
    try {
      const stream = newStream()
      await store.append(stream, [counted(0)], 'no_stream')
      await node.stop()
      const event = counted(1)
      const error = await rejection(store.append(stream, [event], 0n), UnknownOutcomeError)
      expect(error.stream).to.equal(stream)
      await rejection(store.readStream(stream), StoreUnavailableError)
      await rejection(store.headPosition(), StoreUnavailableError)
      await node.start()
      expect((await store.append(stream, [event], 0n)).revision).to.equal(1n)
      expect((await store.append(stream, [event], 0n)).revision).to.equal(1n)
      expect((await store.readStream(stream)).events).to.have.length(2)
    } finally {
      await store.close()
      await node.end()
    }
  })

  it('gives up on a store that accepts connections and hangs, each call within its time limit', async () => {
    const silence = await startSilence()
    const store = openDoor(`esdb://127.0.0.1:${silence.port}?tls=false`, { deadlineMs: 50 })
    try {
      await rejection(store.append('thing-1', [counted(0)], 'no_stream'), UnknownOutcomeError)
      await rejection(store.readStream('thing-1'), StoreUnavailableError)
      await rejection(store.headPosition(), StoreUnavailableError)
    } finally {
      await store.close()
      await silence.close()
    }
  })
})
