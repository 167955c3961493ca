import { BACKWARDS, END, jsonEvent, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { all, event, events, failureOf, freshName, revisions, useStore } from './support.ts'

const MANY = 500

describe('Reading a stream', () => {
  const store = useStore()
  const stream = freshName()
  const read = (options: Parameters<typeof store.client.readStream>[1]) =>
    revisions(store.client.readStream(stream, options))

  before(async () => {
    await store.client.appendToStream(stream, events(6))
  })

  it('goes forwards and backwards, from either end or a revision, up to a count', async () => {
    expect(await read({})).to.deep.equal([0, 1, 2, 3, 4, 5])
    expect(await read({ fromRevision: START, maxCount: 2 })).to.deep.equal([0, 1])
    expect(await read({ fromRevision: 3n })).to.deep.equal([3, 4, 5])
    expect(await read({ fromRevision: 3n, maxCount: 1 })).to.deep.equal([3])
    expect(await read({ direction: BACKWARDS, fromRevision: END })).to.deep.equal([5, 4, 3, 2, 1, 0])
    expect(await read({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).to.deep.equal([5, 4])
    expect(await read({ direction: BACKWARDS, fromRevision: 2n })).to.deep.equal([2, 1, 0])
    expect(await read({ direction: BACKWARDS, fromRevision: START })).to.deep.equal([0])
  })

  it('is empty beyond the end, and begins at the end backwards', async () => {
    expect(await read({ fromRevision: 100n })).to.deep.equal([])
    expect(await read({ direction: BACKWARDS, fromRevision: 100n, maxCount: 1 })).to.deep.equal([5])
  })

  it('fails forwards from the end', async () => {
    expect(await failureOf(read({ fromRevision: END }))).to.include({ type: 'unknown', code: 2 })
  })

  it('fails where there is no such stream', async () => {
    const missing = freshName()
    for (const direction of ['forwards', BACKWARDS] as const) {
      const options = { direction, fromRevision: direction === BACKWARDS ? END : START } as const
      expect(await failureOf(all(store.client.readStream(missing, options)))).to.include({
        type: 'stream-not-found',
        streamName: missing,
      })
    }
  })

  it('gives many events in order', async () => {
    const long = freshName()
    for (let from = 0; from < MANY; from += 100) await store.client.appendToStream(long, events(100, from))
    expect(await revisions(store.client.readStream(long))).to.deep.equal([...Array(MANY).keys()])
    const backwards = await revisions(
      store.client.readStream(long, { direction: BACKWARDS, fromRevision: END }),
    )
    expect(backwards).to.deep.equal([...Array(MANY).keys()].reverse())
  })

  it('can be left early', async () => {
    const left = store.client.readStream(stream)
    for await (const { event: each } of left) {
      if (each?.revision === 2n) break
    }
    await left.cancel()
    expect(await read({ maxCount: 1 })).to.deep.equal([0])
  })
})

describe('Stream metadata', () => {
  const store = useStore()

  it('leaves the newest events, those after a revision, or those that are young enough', async () => {
    const stream = freshName()
    const read = () => revisions(store.client.readStream(stream))
    await store.client.appendToStream(stream, events(6))
    expect((await store.client.getStreamMetadata(stream)).metadata).to.equal(undefined)

    await store.client.setStreamMetadata(stream, { maxCount: 3 })
    expect(await read()).to.deep.equal([3, 4, 5])
    expect(
      await revisions(store.client.readStream(stream, { direction: BACKWARDS, fromRevision: END })),
    ).to.deep.equal([5, 4, 3])
    expect(await revisions(store.client.readStream(stream, { fromRevision: 1n, maxCount: 1 }))).to.deep.equal(
      [3],
    )

    await store.client.setStreamMetadata(stream, { truncateBefore: 5 })
    expect(await read()).to.deep.equal([5])
    await store.client.setStreamMetadata(stream, { truncateBefore: 99 })
    expect(await read()).to.deep.equal([])
    expect(await store.client.appendToStream(stream, event(6))).to.include({ nextExpectedRevision: 6n })
    expect(await read()).to.deep.equal([])

    await store.client.setStreamMetadata(stream, { maxAge: 3600 })
    expect(await read()).to.deep.equal([0, 1, 2, 3, 4, 5, 6])
  })

  it('is kept with all its keys, in a stream of its own that has only the last of it', async () => {
    const stream = freshName()
    const metadata = { truncateBefore: 5, cacheControl: 20, acl: { readRoles: ['$all'] }, custom: { a: 1 } }
    expect(await store.client.setStreamMetadata(stream, { maxCount: 1 })).to.include({
      nextExpectedRevision: 0n,
    })
    await store.client.setStreamMetadata(stream, metadata)
    const read = await store.client.getStreamMetadata(stream)
    expect(read).to.deep.include({ streamName: stream, metadata })
    const [only, ...others] = await all(store.client.readStream(`$$${stream}`))
    expect(others).to.deep.equal([])
    expect(only?.event).to.deep.include({
      type: '$metadata',
      revision: 1n,
      data: { $tb: 5, $cacheControl: 20, $acl: { $r: ['$all'] }, custom: { a: 1 } },
    })
  })

  it('has an expected revision', async () => {
    const stream = freshName()
    await store.client.setStreamMetadata(stream, {}, { expectedRevision: 'no_stream' })
    const wrong = store.client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 4n })
    expect(await failureOf(wrong)).to.include({
      type: 'wrong-expected-version',
      streamName: `$$${stream}`,
      expectedVersion: 4n,
      actualVersion: 0n,
    })
  })
})

describe('Deleting a stream', () => {
  const store = useStore()

  it('hides its events; new ones go on from there', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    expect(await failureOf(store.client.deleteStream(stream, { expectedRevision: 0n }))).to.include({
      type: 'wrong-expected-version',
      code: 9,
      streamName: stream,
      expectedVersion: 0n,
      actualVersion: 1n,
    })
    const { position } = await store.client.deleteStream(stream, { expectedRevision: 1n })
    expect(Number(position?.commit)).to.be.above(0)
    expect(await failureOf(all(store.client.readStream(stream)))).to.include({ type: 'stream-not-found' })
    const { metadata } = await store.client.getStreamMetadata(stream)
    expect(metadata).to.deep.equal({ truncateBefore: Number('9223372036854775807') })

    const again = await store.client.appendToStream(stream, event(2), { expectedRevision: 'no_stream' })
    expect(again.nextExpectedRevision).to.equal(2n)
    expect(await revisions(store.client.readStream(stream))).to.deep.equal([2])
    await store.client.deleteStream(stream)
    expect(await store.client.appendToStream(stream, event(3), { expectedRevision: 2n })).to.include({
      nextExpectedRevision: 3n,
    })
    expect(await revisions(store.client.readStream(stream))).to.deep.equal([3])
  })

  it('fails where there is none', async () => {
    expect(await failureOf(store.client.deleteStream(freshName()))).to.include({
      type: 'wrong-expected-version',
      expectedVersion: -2n,
      actualVersion: -1n,
    })
  })

  it('is for good as a tombstone', async () => {
    const stream = freshName()
    const deleted = { type: 'stream-deleted', streamName: stream }
    await store.client.appendToStream(stream, events(2))
    expect(await failureOf(store.client.tombstoneStream(stream, { expectedRevision: 0n }))).to.include({
      type: 'wrong-expected-version',
    })
    await store.client.tombstoneStream(stream)
    const credentials = { username: 'admin', password: 'changeit' }
    for (const call of [
      () => all(store.client.readStream(stream)),
      () => store.client.appendToStream(stream, event(2)),
      () => store.client.appendToStream(stream, event(2), { credentials }),
      () => store.client.tombstoneStream(stream),
      () => store.client.deleteStream(stream),
    ]) {
      expect(await failureOf(call())).to.include(deleted)
    }
    expect(await store.client.setStreamMetadata(stream, { maxCount: 1 })).to.include({ success: true })
    expect(await failureOf(store.client.getStreamMetadata(stream))).to.include({
      type: 'stream-deleted',
      streamName: `$$${stream}`,
    })
  })

  it('leaves a tombstone where no stream was', async () => {
    const stream = freshName()
    const { position } = await store.client.tombstoneStream(stream)
    const [tombstone] = await all(store.client.readAll({ fromPosition: position ?? START, maxCount: 1 }))
    expect(tombstone?.event).to.include({
      streamId: stream,
      type: '$streamDeleted',
      revision: 9223372036854775807n,
      isJson: false,
    })
  })
})

describe('Links', () => {
  const store = useStore()

  it('are followed where that is asked for; one that leads nowhere has no event', async () => {
    const source = freshName()
    const stream = freshName('links')
    await store.client.appendToStream(source, events(2))
    const link = (to: string) => ({
      ...jsonEvent({ type: '$>', data: {} }),
      contentType: 'application/octet-stream' as const,
      data: Buffer.from(to),
    })
    await store.client.appendToStream(stream, [link(`1@${source}`), link(`77@${source}`)])
    const [first, second] = await all(store.client.readStream(stream, { resolveLinkTos: true }))
    expect(first?.event).to.include({ streamId: source, revision: 1n })
    expect(first?.link).to.include({ streamId: stream, revision: 0n, type: '$>' })
    expect(second?.event).to.equal(undefined)
    expect(second?.link).to.include({ streamId: stream, revision: 1n })
    const [plain] = await all(store.client.readStream(stream))
    expect(plain?.event).to.include({ streamId: stream, type: '$>' })
    expect(plain?.link).to.equal(undefined)
  })
})
