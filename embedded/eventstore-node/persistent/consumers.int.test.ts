import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  PINNED,
  persistentSubscriptionToAllSettingsFromDefaults as toAll,
  persistentSubscriptionToStreamSettingsFromDefaults as toStream,
  START,
  streamNameFilter,
  type PersistentSubscriptionBase,
  type ResolvedEvent,
} from '@eventstore/db-client'
import generated from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { credentials, status, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../index.ts'
import { eventually } from './testing/eventually.ts'
import { startChildNode } from '../testing/child-node.ts'

type Delivered = ResolvedEvent & { readonly retryCount: number }

/** Collects what a subscription gets; errors too. */
const collect = <E extends Delivered>(subscription: PersistentSubscriptionBase<E>) => {
  const events: E[] = []
  const errors: { type?: unknown; message: string }[] = []
  subscription.on('data', (event: E) => events.push(event))
  subscription.on('error', (error: Error) => errors.push(error))
  return {
    events,
    errors,
    /** `<n in its data>` with `retry n` behind it where it is one. */
    get seen(): string[] {
      return events.map(({ event, retryCount }) => {
        const { n } = event?.data as unknown as { n: number }
        return retryCount === 0 ? String(n) : `${n} retry ${retryCount}`
      })
    },
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

const events = (count: number, type = 'Happened', from = 0) =>
  numbers(count).map((n) => jsonEvent({ type, data: { n: from + n } }))

describe('persistent subscriptions through the client', () => {
  let node: EventStoreNode
  let client: EventStoreDBClient

  beforeEach(async () => {
    node = await startNode({ inMemory: true })
    client = EventStoreDBClient.connectionString(node.connectionString)
  })

  afterEach(async () => {
    await client.dispose()
    await node.close()
  })

  const failure = async (call: Promise<unknown>): Promise<{ type: unknown; message: string }> => {
    const error: unknown = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof Error) || !('type' in error))
      throw new Error(`not an error of a command: ${String(error)}`)
    return { type: error.type, message: error.message }
  }

  it('three competing consumers get each event once', async () => {
    await client.createPersistentSubscriptionToStream('s', 'g', toStream({ startFrom: START }))
    const subscriptions = numbers(3).map(() => client.subscribeToPersistentSubscriptionToStream('s', 'g'))
    const collected = subscriptions.map((subscription) => {
      const consumer = collect(subscription)
      subscription.on('data', (event) => void subscription.ack(event))
      return consumer
    })
    await Promise.all(
      subscriptions.map(
        (subscription) => new Promise<void>((resolve) => subscription.once('confirmation', resolve)),
      ),
    )
    for (let from = 0; from < 3_000; from += 500)
      await client.appendToStream('s', events(500, 'Happened', from))
    const all = (): string[] => collected.flatMap(({ seen }) => seen)
    await eventually(() => collected.reduce((sum, consumer) => sum + consumer.events.length, 0) >= 3_000)
    expect(
      all()
        .map(Number)
        .sort((a, b) => a - b),
    ).to.deep.equal(numbers(3_000))
    for (const { seen } of collected) expect(seen.length).to.be.greaterThan(500)
  })

  it('what a consumer held when it was lost goes to another', async () => {
    await client.createPersistentSubscriptionToStream('s', 'g', toStream({ startFrom: START }))
    await client.appendToStream('s', events(3))
    const other = EventStoreDBClient.connectionString(node.connectionString)
    const lost = collect(other.subscribeToPersistentSubscriptionToStream('s', 'g', { bufferSize: 2 }))
    await eventually(() => lost.events.length === 2)
    const heir = collect(client.subscribeToPersistentSubscriptionToStream('s', 'g'))
    await eventually(() => heir.events.length === 1)
    await other.dispose()
    await eventually(() => heir.events.length === 3)
    expect(heir.seen).to.deep.equal(['2', '0 retry 1', '1 retry 1'])
  })

  it('filters $all by event type, and refuses what is no regular expression', async () => {
    const settings = toAll({ startFrom: START, consumerStrategyName: PINNED })
    await client.createPersistentSubscriptionToAll('types', settings, {
      filter: eventTypeFilter({ regex: '^Order(Placed|Paid)$' }),
    })
    const consumer = collect(client.subscribeToPersistentSubscriptionToAll('types'))
    const types = ['OrderPlaced', 'OrderPaidTwice', 'StockReserved', 'OrderPaid']
    for (const [n, type] of types.entries())
      await client.appendToStream(`s-${n}`, jsonEvent({ type, data: { n } }))
    await eventually(() => consumer.events.length === 2)
    expect(consumer.seen).to.deep.equal(['0', '3'])
    const refused = client.createPersistentSubscriptionToAll('bad', settings, {
      filter: eventTypeFilter({ regex: '(' }),
    })
    expect((await failure(refused)).message).to.match(
      /^2 UNKNOWN: Exception was thrown by handler\. Invalid regular expression '\('/,
    )
  })

  it('starts from a position of $all, and shows it', async () => {
    await client.appendToStream('s', events(1))
    const { position } = await client.appendToStream('s', events(2, 'Happened', 1))
    if (position === undefined) throw new Error('an append without a position')
    const settings = toAll({ startFrom: position })
    await client.createPersistentSubscriptionToAll('g', settings, {
      filter: streamNameFilter({ prefixes: ['s'] }),
    })
    const consumer = collect(client.subscribeToPersistentSubscriptionToAll('g'))
    await eventually(() => consumer.events.length === 1)
    expect(consumer.seen).to.deep.equal(['2'])
    const info = await client.getPersistentSubscriptionToAllInfo('g')
    expect(info.settings.startFrom).to.deep.equal(position)
  })

  it('says of wrong settings what is wrong', async () => {
    const batch = toStream({ readBatchSize: 500, historyBufferSize: 500 })
    const { type, message } = await failure(client.createPersistentSubscriptionToStream('s', 'g', batch))
    expect(type).to.equal('persistent-subscription-failed')
    expect(message).to.contain('13 INTERNAL: Subscription group g on stream s failed: ')
    const beyond = toAll({ startFrom: { commit: 1_000_000n, prepare: 1_000_000n } })
    expect((await failure(client.createPersistentSubscriptionToAll('g', beyond))).message).to.contain(
      'Invalid Start From position',
    )
    const through = client.createPersistentSubscriptionToStream('$all', 'g', toStream())
    expect((await failure(through)).message).to.contain('only supported over gRPC through gRPC clients')
    expect(await client.listAllPersistentSubscriptions()).to.deep.equal([])
  })

  it('lists all groups, and none of a stream that never had one', async () => {
    await client.createPersistentSubscriptionToStream('s', 'one', toStream())
    await client.createPersistentSubscriptionToStream('ström', 'zwei', toStream())
    await client.createPersistentSubscriptionToAll('three', toAll())
    const all = await client.listAllPersistentSubscriptions()
    expect(all.map(({ eventSource, groupName }) => [eventSource, groupName])).to.deep.equal([
      ['s', 'one'],
      ['ström', 'zwei'],
      ['$all', 'three'],
    ])
    expect(all.map(({ settings }) => settings.startFrom)).to.deep.equal(['end', 'end', 'end'])
    expect(await failure(client.listPersistentSubscriptionsToStream('other'))).to.have.property(
      'type',
      'persistent-subscription-does-not-exist',
    )
    expect(await failure(client.getPersistentSubscriptionToStreamInfo('ström', 'drei'))).to.have.property(
      'type',
      'persistent-subscription-does-not-exist',
    )
  })

  it('a restart of the subsystem drops the consumers; they can come back', async () => {
    await client.createPersistentSubscriptionToStream('s', 'g', toStream({ startFrom: START }))
    const before = collect(client.subscribeToPersistentSubscriptionToStream('s', 'g'))
    await client.appendToStream('s', events(1))
    await eventually(() => before.events.length === 1)
    await client.restartPersistentSubscriptionSubsystem()
    await eventually(() => before.errors.length === 1)
    expect(before.errors[0]).to.have.property('type', 'persistent-subscription-dropped')
    const after = collect(client.subscribeToPersistentSubscriptionToStream('s', 'g'))
    await eventually(() => after.events.length === 1)
  })

  it('keeps extra statistics of each consumer where it is told to', async () => {
    await client.createPersistentSubscriptionToStream(
      's',
      'g',
      toStream({ startFrom: START, extraStatistics: true }),
    )
    const subscription = client.subscribeToPersistentSubscriptionToStream('s', 'g')
    subscription.on('data', (event) => void subscription.ack(event))
    await client.appendToStream('s', events(5))
    let measured: Map<string, bigint> | undefined
    while (measured === undefined) {
      measured = (await client.getPersistentSubscriptionToStreamInfo('s', 'g')).connections[0]
        ?.extraStatistics
    }
    expect([...measured.keys()]).to.deep.equal([
      'mean',
      'median',
      'fastest',
      'quintile 1',
      'quintile 2',
      'quintile 3',
      'quintile 4',
      'quintile 5',
      '90%',
      '95%',
      '99%',
      '99.5%',
      '99.9%',
      'highest',
    ])
  })

  it('a consumer that stops reading is sent no more than it may hold, however often that times out', async () => {
    await client.createPersistentSubscriptionToStream(
      's',
      'g',
      toStream({ startFrom: START, messageTimeout: 100, maxRetryCount: 100 }),
    )
    const text = 'x'.repeat(100_000)
    await client.appendToStream(
      's',
      numbers(8).map((n) => jsonEvent({ type: 'Happened', data: { n, text } })),
    )
    await client.appendToStream(
      's',
      numbers(8).map((n) => jsonEvent({ type: 'Happened', data: { n, text } })),
    )
    const { call, write } = rawRead()
    write(optionsFor('s', 'g', 10))
    call.once('data', () => call.pause())
    const stats = async () => (await client.getPersistentSubscriptionToStreamInfo('s', 'g')).stats
    // all that the consumer was given has timed out, and it got nothing for it
    let { retryBufferCount, totalInFlightMessages, totalItems } = await stats()
    while (retryBufferCount === 0 || totalInFlightMessages > 0) {
      ;({ retryBufferCount, totalInFlightMessages, totalItems } = await stats())
    }
    expect(Number(totalItems)).to.be.below(40)
    const reader = collect(client.subscribeToPersistentSubscriptionToStream('s', 'g', { bufferSize: 100 }))
    await eventually(() => reader.events.length >= 16)
    call.cancel()
  })

  describe('on the wire', () => {
    it('sends ids as two numbers to those who ask for that, and takes them back so', async () => {
      await client.createPersistentSubscriptionToStream('s', 'g', toStream({ startFrom: START }))
      const [event] = events(1)
      if (event === undefined) throw new Error('no event')
      await client.appendToStream('s', event)
      const { call, write } = rawRead()
      const responses: persistent.ReadResp[] = []
      call.on('data', (response: persistent.ReadResp) => responses.push(response))
      write(optionsFor('s', 'g', 10, true))
      await eventually(() => responses.length === 2)
      const id = responses[1]?.getEvent()?.getEvent()?.getId()
      const structured = id?.getStructured()
      const half = (text = '0') => BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0')
      expect(
        half(structured?.getMostSignificantBits()) + half(structured?.getLeastSignificantBits()),
      ).to.equal(event.id.replaceAll('-', ''))
      write(
        new persistent.ReadReq().setAck(
          new persistent.ReadReq.Ack().setIdsList(id === undefined ? [] : [id]),
        ),
      )
      let inFlight = 1
      while (inFlight > 0)
        inFlight = (await client.getPersistentSubscriptionToStreamInfo('s', 'g')).stats.totalInFlightMessages
      call.cancel()
    })

    const wrong: [string, () => persistent.ReadReq[], string, status?][] = [
      [
        'an answer before the options',
        () => [new persistent.ReadReq().setAck(new persistent.ReadReq.Ack())],
        'options is missing',
      ],
      [
        'options without a stream',
        () => [new persistent.ReadReq().setOptions(new persistent.ReadReq.Options())],
        'stream identifier is missing',
      ],
      [
        'no room for any message',
        () => [optionsFor('s', 'g', 0)],
        'Exception was thrown by handler. buffer size: it must be positive',
        status.UNKNOWN,
      ],
      [
        'options twice',
        () => [optionsFor('s', 'g', 1), optionsFor('s', 'g', 1)],
        'a consumer that is subscribed can only ack and nack',
      ],
    ]
    for (const [what, requests, details, code = status.INVALID_ARGUMENT] of wrong) {
      it(`refuses ${what}, and lives on`, async () => {
        await client.createPersistentSubscriptionToStream('s', 'g', toStream())
        const { call, write } = rawRead()
        call.on('data', () => undefined)
        const failed = new Promise<ServiceError>((resolve) => call.once('error', resolve))
        for (const request of requests()) write(request)
        expect(await failed).to.include({ code, details })
        expect((await client.getPersistentSubscriptionToStreamInfo('s', 'g')).connections).to.deep.equal([])
      })
    }
  })

  const rawRead = () => {
    const raw = new generated.PersistentSubscriptionsClient(
      `127.0.0.1:${node.port}`,
      credentials.createInsecure(),
    )
    const call = raw.read()
    call.on('error', () => undefined)
    return { call, write: (request: persistent.ReadReq) => call.write(request) }
  }
})

const optionsFor = (
  stream: string,
  group: string,
  bufferSize: number,
  structured = false,
): persistent.ReadReq => {
  const form = new persistent.ReadReq.Options.UUIDOption()
  const options = new persistent.ReadReq.Options()
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setGroupName(group)
    .setBufferSize(bufferSize)
    .setUuidOption(structured ? form.setStructured(new shared.Empty()) : form.setString(new shared.Empty()))
  return new persistent.ReadReq().setOptions(options)
}

describe('persistent subscriptions of a node that is killed', () => {
  it('go on from their checkpoints with their settings and parked messages', async function () {
    this.timeout(60_000)
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'persistent-'))
    const settings = toAll({
      startFrom: START,
      checkPointLowerBound: 1,
      checkPointUpperBound: 5,
      maxRetryCount: 7,
    })
    const before = await startChildNode(['--data', dataDir])
    try {
      const client = EventStoreDBClient.connectionString(before.connectionString)
      await client.createPersistentSubscriptionToAll('g', settings, {
        filter: streamNameFilter({ prefixes: ['s-'] }),
      })
      await client.appendToStream('s-1', events(9))
      const subscription = client.subscribeToPersistentSubscriptionToAll('g', { bufferSize: 20 })
      const consumer = collect(subscription)
      await eventually(() => consumer.events.length === 9)
      const [parked, ...rest] = consumer.events
      if (parked === undefined) throw new Error('nothing was delivered')
      await subscription.nack('park', 'broken', parked)
      await subscription.ack(...rest.slice(0, 5))
      let checkpointed: unknown
      while (checkpointed === undefined) {
        checkpointed = (await client.getPersistentSubscriptionToAllInfo('g')).stats
          .lastCheckpointedEventPosition
      }
      expect(checkpointed).to.deep.equal(rest[4]?.event?.position)
      await before.kill()
      await client.dispose()
    } finally {
      await before.kill()
    }
    const after = await startChildNode(['--data', dataDir])
    try {
      const client = EventStoreDBClient.connectionString(after.connectionString)
      const info = await client.getPersistentSubscriptionToAllInfo('g')
      expect(info.settings).to.include({ maxRetryCount: 7, checkPointUpperBound: 5, startFrom: 'start' })
      expect(info.stats.parkedMessageCount).to.equal(1n)
      const consumer = collect(client.subscribeToPersistentSubscriptionToAll('g', { bufferSize: 20 }))
      await client.appendToStream('s-2', events(1, 'Happened', 9))
      await eventually(() => consumer.events.length === 4)
      expect(consumer.seen).to.deep.equal(['6', '7', '8', '9'])
      await client.replayParkedMessagesToAll('g')
      await eventually(() => consumer.events.length === 5)
      expect(consumer.seen.at(-1)).to.equal('0')
      await client.dispose()
    } finally {
      await after.kill()
      fs.rmSync(dataDir, { recursive: true })
    }
  })
})
