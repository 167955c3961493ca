import { expect } from 'chai'
import { startEventStore } from '../test/support/servers.ts'
import { ConcurrencyError, ContractViolationError } from './errors.ts'
import { counted, countedUp, newStream, openDoor, testRegistry, type TestEvent } from './testing/door.ts'
import { createMemoryStore } from './testing/memory-store.ts'
import { rejection } from './testing/rejection.ts'
import type { ExpectedRevision, NewEvent, Streams } from './types.ts'

interface Opened {
  readonly store: Streams
  readonly stop: () => Promise<void>
}

const real = async (): Promise<Opened> => {
  const server = await startEventStore()
  const store = openDoor(server.url)
  return {
    store,
    stop: async () => {
      await store.close()
      await server.stop()
    },
  }
}
const memory = (): Promise<Opened> =>
  Promise.resolve({
    store: createMemoryStore({ registry: testRegistry }),
    stop: () => Promise.resolve(),
  })

// what simulations rest on has to be so in the real store as well
for (const [name, open] of Object.entries({ 'a real store': real, memory })) {
  describe(`streams in ${name}`, () => {
    let opened: Opened
    let store: Streams
    let stream: string
    before(async () => {
      opened = await open()
      store = opened.store
    })
    after(() => opened.stop())
    beforeEach(() => {
      stream = newStream()
    })
    const numbers = async (options?: { from?: bigint; limit?: number }): Promise<number[]> =>
      (await store.readStream<TestEvent>(stream, options)).events.flatMap((event) =>
        event.type === 'Counted' ? [event.data.n] : [],
      )

    it('are empty before something is appended', async () => {
      expect(await store.readStream(stream)).to.deep.equal({ events: [], revision: undefined })
    })

    it('hold what was appended, in order, with revision, position and metadata', async () => {
      const first = await store.append(stream, countedUp(2), 'no_stream')
      const second = await store.append(stream, [counted(2)], 1n)
      expect([first.revision, second.revision]).to.deep.equal([1n, 2n])
      expect(second.position.commit > first.position.commit).to.equal(true)
      const { events, revision } = await store.readStream<TestEvent>(stream)
      expect(revision).to.equal(2n)
      expect(events.map((event) => event.revision)).to.deep.equal([0n, 1n, 2n])
      expect(events.at(-1)?.position).to.deep.equal(second.position)
      expect(events[0]).to.deep.include({ type: 'Counted', data: { n: 0 }, stream })
      expect(events[0]?.metadata).to.include({ commandId: 'command', schemaVersion: 1 })
      expect(events[0]?.created).to.be.instanceOf(Date)
    })

    it('are read from a revision, so many events as are asked for', async () => {
      await store.append(stream, countedUp(5), 'no_stream')
      expect(await numbers({ from: 2n })).to.deep.equal([2, 3, 4])
      expect(await numbers({ from: 1n, limit: 2 })).to.deep.equal([1, 2])
      expect(await numbers({ from: 9n })).to.deep.equal([])
    })

    const misses: readonly ExpectedRevision[] = ['no_stream', 0n, 5n]
    for (const expected of misses) {
      it(`take nothing at ${expected} where they are at 1`, async () => {
        await store.append(stream, countedUp(2), 'no_stream')
        const error = await rejection(store.append(stream, [counted(9)], expected), ConcurrencyError)
        expect(error).to.include({ stream, expected, actual: 1n })
        expect(await numbers()).to.deep.equal([0, 1])
      })
    }

    it('take nothing at a revision, or where they have to be there, where there are none', async () => {
      for (const expected of [0n, 'stream_exists'] as const) {
        const error = await rejection(store.append(stream, [counted(0)], expected), ConcurrencyError)
        expect(error).to.include({ actual: undefined })
      }
      expect(await numbers()).to.deep.equal([])
    })

    for (const expected of ['no_stream', 1n, 'any'] as const) {
      it(`know a repetition at ${expected} by its ids, also when others have followed`, async () => {
        if (expected === 1n) await store.append(stream, countedUp(2, 10), 'no_stream')
        const events: NewEvent<TestEvent>[] = countedUp(2)
        const first = await store.append(stream, events, expected)
        await store.append(stream, [counted(7)], first.revision)
        expect(await store.append(stream, events, expected)).to.deep.equal(first)
        expect((await numbers()).slice(-3)).to.deep.equal([0, 1, 7])
      })
    }

    it('take nothing where only the first of several was written before', async () => {
      const once = counted(0)
      await store.append(stream, [once], 'no_stream')
      await rejection(store.append(stream, [once, counted(1)], 'no_stream'), ConcurrencyError)
      expect(await numbers()).to.deep.equal([0])
    })

    it('take nothing that its contract does not know', async () => {
      const strange = { ...counted(0), type: 'Strange' } as unknown as NewEvent
      await rejection(store.append(stream, [strange], 'any'), ContractViolationError)
      const wrong = { ...counted(0), data: { n: 'one' } } as unknown as NewEvent
      await rejection(store.append(stream, [counted(0), wrong], 'any'), ContractViolationError)
      expect(await numbers()).to.deep.equal([])
    })

    it('are each for itself', async () => {
      await store.append(stream, countedUp(2), 'no_stream')
      await store.append(newStream(), countedUp(3), 'no_stream')
      expect(await numbers()).to.deep.equal([0, 1])
    })

    it('give one of two that append at once', async () => {
      const outcomes = await Promise.allSettled([
        store.append(stream, [counted(1)], 'no_stream'),
        store.append(stream, [counted(2)], 'no_stream'),
      ])
      expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected'])
      expect(await numbers()).to.have.length(1)
    })
  })
}
