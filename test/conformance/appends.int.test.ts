import { randomUUID } from 'node:crypto'
import { binaryEvent, type AppendExpectedRevision } from '@eventstore/db-client'
import { expect } from 'chai'
import { all, event, events, failureOf, freshName, places, useStore } from './support.ts'

/** Per-call credentials make the client append by a call of its own instead of on a shared stream of appends. */
const forms = [
  { form: 'on a stream of appends', options: {} },
  { form: 'in a call of its own', options: { credentials: { username: 'admin', password: 'changeit' } } },
] as const

describe('Appending', () => {
  const store = useStore()

  for (const { form, options } of forms) {
    describe(form, () => {
      const append = (stream: string, count: number, expectedRevision: AppendExpectedRevision, from = 0) =>
        store.client.appendToStream(stream, events(count, from), { expectedRevision, ...options })

      it('creates a stream and goes on in it', async () => {
        const stream = freshName()
        const first = await append(stream, 2, 'no_stream')
        expect(first).to.include({ success: true, nextExpectedRevision: 1n })
        const second = await append(stream, 1, 1n)
        expect(second.nextExpectedRevision).to.equal(2n)
        expect(Number(second.position?.commit)).to.be.above(Number(first.position?.commit))
        expect(await append(stream, 1, 'any')).to.include({ nextExpectedRevision: 3n })
        expect(await append(stream, 1, 'stream_exists')).to.include({ nextExpectedRevision: 4n })
        expect(await places(store.client.readStream(stream))).to.deep.equal(
          [0, 1, 2, 3, 4].map((n) => `${n}@${stream}`),
        )
      })

      it('refuses a revision that is not the current one, and says which it is', async () => {
        const stream = freshName()
        await append(stream, 3, 'no_stream')
        for (const expected of ['no_stream', 0n, 9n] as const) {
          expect(await failureOf(append(stream, 1, expected))).to.include({
            type: 'wrong-expected-version',
            streamName: stream,
            expectedVersion: expected,
            actualVersion: 2n,
          })
        }
        const missing = freshName()
        for (const expected of ['stream_exists', 0n] as const) {
          expect(await failureOf(append(missing, 1, expected))).to.include({
            type: 'wrong-expected-version',
            streamName: missing,
            expectedVersion: expected,
            actualVersion: 'no_stream',
          })
        }
        expect(await places(store.client.readStream(stream))).to.have.length(3)
      })

      it('refuses an append of more than 1 MiB, and takes one that is just below', async () => {
        const large = (bytes: number) => binaryEvent({ type: 'Large', data: new Uint8Array(bytes).fill(7) })
        const stream = freshName()
        const limit = { type: 'maximum-append-size-exceeded', maxAppendSize: 1024 * 1024 }
        for (const batch of [[large(1_048_577)], Array.from({ length: 12 }, () => large(100_000))]) {
          expect(await failureOf(store.client.appendToStream(stream, batch, options))).to.include(limit)
        }
        expect(await store.client.appendToStream(stream, large(1_000_000), options)).to.include({
          success: true,
        })
        expect(await places(store.client.readStream(stream))).to.deep.equal([`0@${stream}`])
      })
    })
  }

  it('answers a wrong revision instead of throwing it where the client asks for that', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(3))
    const result = await store.lenient.appendToStream(stream, event(3), { expectedRevision: 'no_stream' })
    expect(result.success).to.equal(false)
  })

  it('takes an empty list of events', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    const result = await store.client.appendToStream<ReturnType<typeof event>>(stream, [])
    expect(result).to.include({ success: true, nextExpectedRevision: 1n })
    expect(await places(store.client.readStream(stream))).to.have.length(2)
  })

  it('keeps ids, types, data and metadata as they are, JSON or not', async () => {
    const stream = freshName('größe-注文')
    const json = {
      ...event(1),
      type: 'Ünïcode ✓',
      metadata: { $correlationId: 'c', nested: { a: [1, null] } },
    }
    const binary = binaryEvent({
      type: 'Binary',
      data: Uint8Array.of(0, 1, 255),
      metadata: Uint8Array.of(9, 8),
    })
    const before = Date.now()
    await store.client.appendToStream(stream, [json, binary])
    const [first, second] = await all(store.client.readStream(stream))
    expect(first?.event).to.deep.include({
      id: json.id,
      type: json.type,
      data: json.data,
      metadata: json.metadata,
      isJson: true,
      streamId: stream,
    })
    expect(second?.event).to.deep.include({ id: binary.id, type: 'Binary', isJson: false })
    expect([...(second?.event?.data instanceof Uint8Array ? second.event.data : [])]).to.deep.equal([
      0, 1, 255,
    ])
    expect([...(second?.event?.metadata instanceof Uint8Array ? second.event.metadata : [])]).to.deep.equal([
      9, 8,
    ])
    expect(Math.abs((first?.event?.created.getTime() ?? 0) - before)).to.be.below(60_000)
  })

  it('writes several events as one: the next reader sees all or none', async () => {
    const stream = freshName()
    const appends = Array.from({ length: 20 }, (_, n) =>
      store.client.appendToStream(stream, events(5, n * 5)),
    )
    let last = 0
    while (last < 100) {
      const seen = await places(store.client.readStream(stream)).catch(() => [])
      expect(seen.length % 5).to.equal(0)
      expect(seen.length).to.be.at.least(last)
      last = seen.length
    }
    await Promise.all(appends)
  })

  it('lets one of many that expect the same revision win', async () => {
    const stream = freshName()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        store.client.appendToStream(stream, event(0), { expectedRevision: 'no_stream' }),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
    expect(await places(store.client.readStream(stream))).to.have.length(1)
  })
})

describe('Appending again what is there already', () => {
  const store = useStore()
  const [a, b, c, e] = Array.from({ length: 4 }, () => randomUUID())
  const stream = freshName()
  const append = (
    ids: readonly (string | undefined)[],
    expectedRevision: AppendExpectedRevision,
    to = stream,
  ) =>
    store.client.appendToStream(
      to,
      ids.map((id, n) => event(n, id)),
      { expectedRevision },
    )

  it('succeeds with the outcome of then, whatever came after', async () => {
    const ab = await append([a, b], 'no_stream')
    expect(await append([a, b], 'no_stream')).to.deep.equal(ab)
    const onlyC = await append([c], 1n)
    expect(await append([c], 1n)).to.deep.equal(onlyC)
    expect(await append([a, b], 'no_stream')).to.deep.equal(ab)
    expect(await append([a], 'no_stream')).to.include({ nextExpectedRevision: 0n })
    expect(await append([a, b, c], 'no_stream')).to.deep.equal(onlyC)
    expect(await append([c], 'any')).to.deep.equal(onlyC)
    expect(await append([a, b], 'any')).to.deep.equal(ab)
    expect(await append([c], 'stream_exists')).to.deep.equal(onlyC)
  })

  it('is a wrong version where known events are mixed with new ones, or in another order', async () => {
    for (const [ids, expected] of [
      [[a, e], 'no_stream'],
      [[b, a], 'no_stream'],
      [[c, e], 'any'],
    ] as const) {
      expect(await failureOf(append(ids, expected))).to.include({
        type: 'wrong-expected-version',
        expectedVersion: expected,
        actualVersion: 2n,
      })
    }
  })

  it('is something new at the current end, in another stream, and twice in one append', async () => {
    expect(await append([a], 2n)).to.include({ nextExpectedRevision: 3n })
    expect(await append([a], 'no_stream', freshName())).to.include({ nextExpectedRevision: 0n })
    expect(await append([a, a], 'no_stream', freshName())).to.include({ nextExpectedRevision: 1n })
    expect(await places(store.client.readStream(stream))).to.have.length(4)
  })
})
