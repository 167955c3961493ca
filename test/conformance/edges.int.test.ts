import {
  BACKWARDS,
  binaryEvent,
  END,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type AppendExpectedRevision,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { all, event, events, failureOf, freshName, revisions, useStore, watchStream } from './support.ts'

/** Revision of a tombstone: `long.MaxValue`. */
const TOMBSTONE = '9223372036854775807'

/**
 * What programs seldom do, and what EventStoreDB 23.10.6 makes of it. Where a case names a file, it is the place in
 * EventStoreDB's code (`src/EventStore.Core/Services/…`) or in its client's tests that says so.
 */
describe('At the edges', () => {
  const store = useStore()

  it('a stream that has only metadata can be deleted', async () => {
    // Storage/StorageWriterService.cs, WriteDelete; the client's deleteStream.test.ts, "if stream implicityly exists"
    const stream = freshName()
    await store.client.setStreamMetadata(stream, { cacheControl: 10 })
    expect(await store.client.deleteStream(stream, { expectedRevision: 'no_stream' })).to.have.property(
      'position',
    )
    const { metadata } = await store.client.getStreamMetadata(stream)
    expect(metadata).to.have.property('truncateBefore')
    // and with nothing at all it can't
    const missing = store.client.deleteStream(freshName(), { expectedRevision: 'any' })
    expect(await failureOf(missing)).to.include({ type: 'wrong-expected-version' })
  })

  it('reading nothing, or forwards from the end, is refused before the stream is looked for', async () => {
    // Storage/ReaderIndex/IndexReader.cs: Ensure.Nonnegative and Ensure.Positive come first
    const stream = freshName()
    await store.client.appendToStream(stream, event(0))
    for (const name of [stream, freshName()]) {
      for (const options of [
        { fromRevision: END },
        { maxCount: 0 },
        { maxCount: 0, direction: BACKWARDS },
      ] as const)
        expect(await failureOf(all(store.client.readStream(name, options)))).to.include({
          type: 'unknown',
          code: 2,
        })
    }
  })

  it('a live subscriber sees the tombstone, then the error', async () => {
    // Transport/Grpc/Enumerators.StreamSubscription.cs, MoveNextAsync
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    const seen = watchStream(store.client.subscribeToStream(stream, { fromRevision: START }))
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(2))
    await store.client.tombstoneStream(stream)
    await seen.until('error stream-deleted')
    expect(seen.things.slice(0, 4)).to.deep.equal(['confirmation', '0', '1', 'caughtUp'])
    expect(seen.things.slice(4)).to.deep.equal(['2', TOMBSTONE, 'error stream-deleted'])
  })

  it('a subscriber from the end of a tombstoned stream is not told', async () => {
    // Transport/Grpc/Enumerators.StreamSubscription.cs, GoLive
    const stream = freshName()
    await store.client.appendToStream(stream, event(0))
    await store.client.tombstoneStream(stream)
    const subscription = store.client.subscribeToStream(stream, { fromRevision: END })
    const seen = watchStream(subscription)
    await seen.until('caughtUp')
    expect(seen.things).to.deep.equal(['confirmation', 'caughtUp'])
    await subscription.unsubscribe()
  })

  it('a soft delete and a new beginning go by a live subscriber', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START })
    const seen = watchStream(subscription)
    await seen.until('caughtUp')
    await store.client.deleteStream(stream)
    await store.client.appendToStream(stream, event(2), { expectedRevision: 'no_stream' })
    await seen.until('2')
    expect(seen.things).to.deep.equal(['confirmation', '0', '1', 'caughtUp', '2'])
    await subscription.unsubscribe()
  })

  it('a link whose data begins with no number is an event, one without a stream leads nowhere', async () => {
    // Storage/StorageReaderWorker.cs, ResolveLinkToEvent
    const [target, links] = [freshName(), freshName()]
    await store.client.appendToStream(target, events(3))
    const link = (text: string) => binaryEvent({ type: '$>', data: Buffer.from(text) })
    await store.client.appendToStream(links, [`1@${target}`, 'nonsense', '7', `9@${target}`].map(link))
    const read = await all(store.client.readStream(links, { resolveLinkTos: true }))
    expect(read.map(({ event: each, link: by }) => [each?.streamId, by?.streamId])).to.deep.equal([
      [target, links],
      [links, undefined],
      [undefined, links],
      [undefined, links],
    ])
  })

  it('the books of a group on $all are no part of $all', async () => {
    // Storage/ReaderIndex/EventFilter.cs, DefaultAllFilterStrategy: else each checkpoint would make another event
    const group = freshName('group')
    const stream = freshName()
    const settings = persistentSubscriptionToAllSettingsFromDefaults({
      startFrom: END,
      checkPointAfter: 1,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
    })
    const filter = streamNameFilter({ prefixes: [stream] })
    await store.client.createPersistentSubscriptionToAll(group, settings, { filter })
    const consumer = store.client.subscribeToPersistentSubscriptionToAll(group)
    const begun = await store.client.appendToStream(stream, events(2))
    let left = 2
    for await (const message of consumer) {
      if (left === 2) await consumer.nack('park', 'for the test', message)
      else await consumer.ack(message)
      if (--left === 0) break
    }
    const books = ['checkpoint', 'parked'].map((book) => `$persistentsubscription-$all::${group}-${book}`)
    for (const book of books)
      await eventually(() =>
        all(store.client.readStream(book)).then(
          (found) => found.length > 0,
          () => false,
        ),
      )
    const last = await store.client.appendToStream(stream, event(2))
    const read = await all(store.client.readAll({ fromPosition: begun.position ?? START, maxCount: 5000 }))
    const streams = new Set(read.map(({ event: each }) => each?.streamId))
    expect(read.some(({ event: each }) => each?.position.commit === last.position?.commit)).to.equal(true)
    for (const book of books) expect(streams.has(book), book).to.equal(false)
    const backwards = await all(
      store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 200 }),
    )
    for (const book of books)
      expect(backwards.some(({ event: each }) => each?.streamId === book)).to.equal(false)
    await store.client.deletePersistentSubscriptionToAll(group)
  })

  it('a group that exists says so before its sizes are looked at; $all is no stream for groups', async () => {
    // PersistentSubscription/PersistentSubscriptionService.cs: the order of its checks
    const stream = freshName()
    const settings = persistentSubscriptionToStreamSettingsFromDefaults
    const create = (name: string, changes: Parameters<typeof settings>[0]) =>
      failureOf(store.client.createPersistentSubscriptionToStream(name, 'g', settings(changes)))
    await store.client.createPersistentSubscriptionToStream(stream, 'g', settings())
    const tooMany = { readBatchSize: 500, historyBufferSize: 500 }
    expect(await create(stream, tooMany)).to.include({ type: 'persistent-subscription-exists' })
    const refused = {
      type: 'persistent-subscription-failed',
      reason: 'Persistent subscriptions to $all are only supported over gRPC through gRPC clients',
    }
    expect(await create('$all', {})).to.include(refused)
    for (const call of [
      store.client.deletePersistentSubscriptionToStream('$all', 'g'),
      store.client.updatePersistentSubscriptionToStream('$all', 'g', settings()),
    ])
      expect(await failureOf(call)).to.include(refused)
    await store.client.deletePersistentSubscriptionToStream(stream, 'g')
  })

  it('an event whose id is none is refused: as a bad request in a batch, else as an exception', async () => {
    // Transport/Grpc/Streams.BatchAppend.cs and Streams.Append.cs: Uuid.FromDto throws
    const stream = freshName()
    for (const id of ['no id', '00000000-0000-0000-0000-000000000000']) {
      const bad = jsonEvent({ id, type: 'T', data: {} })
      const batch = failureOfMessage(store.client.appendToStream(stream, bad))
      expect(await batch).to.match(/Could not recognize BadRequest$/)
      const credentials = { username: 'admin', password: 'changeit' }
      const unary = await failureOf(store.client.appendToStream(stream, bad, { credentials }))
      expect(unary).to.include({ type: 'unknown', code: 2 })
    }
    expect(await failureOf(revisions(store.client.readStream(stream)))).to.include({
      type: 'stream-not-found',
    })
  })

  it('an append of nothing is decided like any other', async () => {
    // Storage/ReaderIndex/IndexWriter.cs, CheckCommit
    const credentials = { username: 'admin', password: 'changeit' }
    for (const options of [{}, { credentials }]) {
      const stream = freshName()
      const append = (expectedRevision: AppendExpectedRevision) =>
        store.client.appendToStream(stream, [], { ...options, expectedRevision })
      for (const expected of ['any', 'no_stream'] as const)
        expect(await append(expected)).to.have.property('success', true)
      for (const expected of ['stream_exists', 0n] as const)
        expect(await failureOf(append(expected))).to.include({ type: 'wrong-expected-version' })
      expect(await failureOf(all(store.client.readStream(stream)))).to.include({ type: 'stream-not-found' })
      await store.client.appendToStream(stream, events(2), options)
      for (const expected of ['any', 'stream_exists', 1n] as const)
        expect(await append(expected)).to.include({ nextExpectedRevision: 1n })
      for (const expected of ['no_stream', 0n, 2n] as const)
        expect(await failureOf(append(expected))).to.include({ type: 'wrong-expected-version' })
      expect(await revisions(store.client.readStream(stream))).to.deep.equal([0, 1])
    }
  })

  it('an event without a type is a bad request in a batch, else an exception', async () => {
    const stream = freshName()
    const bad = jsonEvent({ type: '', data: {} })
    expect(await failureOfMessage(store.client.appendToStream(stream, bad))).to.match(/BadRequest$/)
    const credentials = { username: 'admin', password: 'changeit' }
    const unary = store.client.appendToStream(stream, bad, { credentials })
    expect(await failureOf(unary)).to.include({ type: 'unknown', code: 2 })
  })

  it('a consumer without room for a message is an exception', async () => {
    // Transport/Grpc/PersistentSubscriptions.Read.cs: BoundedChannelOptions throws
    const consumer = store.client.subscribeToPersistentSubscriptionToStream(freshName(), 'g', {
      bufferSize: 0,
    })
    const error = await new Promise<unknown>((resolve) => consumer.on('error', resolve))
    expect(error).to.include({ type: 'unknown', code: 2 })
  })

  it('a regular expression that is none is an exception of the server', async () => {
    // Storage/ReaderIndex/EventFilter.cs: the constructor of Regex throws
    const subscription = store.client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) })
    const error = await new Promise<unknown>((resolve) => subscription.on('error', resolve))
    expect(error).to.include({ type: 'unknown', code: 2 })
  })

  it('a filter with neither expression nor prefix lets nothing through', async () => {
    const seen: string[] = []
    const subscription = store.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [] }),
    })
    subscription.on('data', ({ event: each }) => seen.push(each?.streamId ?? ''))
    await new Promise((resolve) => subscription.on('caughtUp', resolve))
    const other = store.client.subscribeToAll({ fromPosition: END })
    const own = new Promise((resolve) => other.on('data', resolve))
    await new Promise((resolve) => other.on('caughtUp', resolve))
    await store.client.appendToStream(freshName(), event(0))
    await own
    expect(seen).to.deep.equal([])
    await Promise.all([subscription.unsubscribe(), other.unsubscribe()])
  })
})

const failureOfMessage = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'it succeeded',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
