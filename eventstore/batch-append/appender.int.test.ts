import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, StreamDeletedError, WrongExpectedVersionError } from '@eventstore/db-client'
import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import { startEventStore, type TestServer } from '../../test/support/servers.ts'
import { createAppends } from '../append.ts'
import { createSeal } from '../personal-data/seal.ts'
import { countedUp, newStream, testRegistry } from '../testing/door.ts'
import { startProxy } from '../testing/network.ts'
import { rejection } from '../testing/rejection.ts'
import { appendBatch } from './appender.ts'
import type { WireEvent } from './messages.ts'

const event = (data: unknown = { n: 1 }): WireEvent => ({
  id: randomUUID(),
  type: 'Counted',
  data: JSON.stringify(data),
  metadata: '{"a":"b"}',
})

describe('appends over the connection of the official client', () => {
  let server: TestServer
  let client: EventStoreDBClient
  let stream: string

  before(async () => {
    server = await startEventStore()
  })
  after(() => server.stop())
  beforeEach(() => {
    client = EventStoreDBClient.connectionString(server.url)
    stream = newStream()
  })
  afterEach(() => client.dispose())

  const append = (events: readonly WireEvent[], expected: bigint | 'no_stream' | 'any' = 'any') =>
    appendBatch(client, stream, events, expected, 2_000)

  it('are read by it as its own are', async () => {
    const sent = event({ text: 'żółw 🐢' })
    const appended = await append([sent, event()], 'no_stream')
    expect(appended?.revision).to.equal(1n)
    const read = []
    for await (const resolved of client.readStream(stream)) read.push(resolved.event)
    expect(read[0]).to.deep.include({
      ...{ id: sent.id, type: 'Counted', isJson: true, data: { text: 'żółw 🐢' }, metadata: { a: 'b' } },
    })
    expect(read[1]?.position).to.deep.equal(appended?.position)
  })

  it('share one call, answer by answer', async () => {
    const streams = Array.from({ length: 50 }, () => newStream())
    const appended = await Promise.all(
      streams.map((name, index) =>
        appendBatch(client, name, Array.from({ length: index + 1 }, event), 'no_stream', 2_000),
      ),
    )
    expect(appended.map((one) => one?.revision)).to.deep.equal(streams.map((_, index) => BigInt(index)))
  })

  it('fail as its own do', async () => {
    await append([event()], 'no_stream')
    const conflict = await rejection(append([event()], 7n), WrongExpectedVersionError)
    expect(conflict).to.deep.include({ streamName: stream, expectedVersion: 7n, actualVersion: 0n })
    await client.tombstoneStream(stream)
    expect(await rejection(append([event()]), StreamDeletedError)).to.include({ streamName: stream })
  })

  it('fail when their call is ended before the answer', async () => {
    const proxy = await startProxy(Number(new URL(server.url).port))
    const distant = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${proxy.port}?tls=false`)
    try {
      await appendBatch(distant, stream, [event()], 'no_stream', 2_000)
      proxy.freeze('answers')
      const lost = appendBatch(distant, stream, [event()], 0n, 2_000)
      const failure = rejection(lost, Error)
      await eventually(async () => ((await append([event()]))?.revision ?? 0n) >= 2n)
      await distant.dispose()
      expect((await failure).message).to.match(/cancelled/i)
    } finally {
      await proxy.close()
    }
  })

  describe('are left to the official call', () => {
    it('where they are larger than a message', async () => {
      expect(await append([event({ text: 'x'.repeat(3 * 1024 * 1024) })])).to.equal(undefined)
    })

    it('where the client is not the one that this was made for', async () => {
      const unknown = { appendToStream: () => undefined } as unknown as EventStoreDBClient
      expect(await appendBatch(unknown, stream, [event()], 'any', 2_000)).to.equal(undefined)
    })

    it('where the store takes no batches; nobody sees a difference', async () => {
      Reflect.set(client, 'supports', () => Promise.resolve(false))
      expect(await append([event()])).to.equal(undefined)
      const { append: written } = createAppends({
        connection: {
          client: () => Promise.resolve(client),
          call: (_limit, _isAnswer, work) => work(client),
          close: () => Promise.resolve(),
        },
        registry: testRegistry,
        seal: createSeal(testRegistry, undefined),
        deadlineMs: 2_000,
        readStream: () => Promise.reject(new Error('not needed')),
      })
      const events = countedUp(2)
      expect((await written(stream, events, 'no_stream')).revision).to.equal(1n)
      const ids = []
      for await (const resolved of client.readStream(stream)) ids.push(resolved.event?.id)
      expect(ids).to.deep.equal(events.map(({ id }) => id))
    })
  })
})
