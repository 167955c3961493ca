import { expect } from 'chai'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { OrderedAppend } from './append.ts'
import type { ConnectedEventStore } from './connect.ts'
import { ConcurrencyError, ContractViolationError } from './errors.ts'
import { counted, newStream, openDoor, type TestEvent } from './testing/door.ts'
import { rejection } from './testing/rejection.ts'

describe('many appends in order', () => {
  let server: TestServer
  let store: ConnectedEventStore
  let streams: readonly [string, string]
  before(async () => {
    server = await startEventStore()
    store = openDoor(server.url)
  })
  after(async () => {
    await store.close()
    await server.stop()
  })
  beforeEach(() => {
    streams = [newStream(), newStream()]
  })

  /** 0, 1, 2 …, to one stream and the other in turn. */
  const alternating = (count: number): OrderedAppend[] =>
    Array.from({ length: count }, (_, n) => ({
      stream: streams[n % 2 === 0 ? 0 : 1],
      events: [counted(n)],
      expected: n < 2 ? 'no_stream' : BigInt(Math.floor(n / 2) - 1),
    }))
  const written = async (): Promise<number[]> => {
    const slices = await Promise.all(streams.map((stream) => store.readStream<TestEvent>(stream)))
    return slices
      .flatMap(({ events }) => events)
      .toSorted((a, b) => Number(a.position.commit - b.position.commit))
      .flatMap((event) => (event.type === 'Counted' ? [event.data.n] : []))
  }
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

  it('stand in $all as they were given, more of them than may be under way', async () => {
    await store.appendInOrder(alternating(1_500))
    expect(await written()).to.deep.equal(upTo(1_500))
  })

  it('are written once when they are given again', async () => {
    const appends = alternating(6)
    await store.appendInOrder(appends.slice(0, 4))
    await store.appendInOrder(appends)
    expect(await written()).to.deep.equal(upTo(6))
  })

  it('fail with the first that is refused', async () => {
    const appends = alternating(6)
    const refused = { stream: streams[0], events: [counted(9)], expected: 7n } as const
    const error = await rejection(
      store.appendInOrder([...appends.slice(0, 4), refused, ...appends.slice(4)]),
      ConcurrencyError,
    )
    expect(error).to.include({ stream: streams[0], expected: 7n })
    expect((await written()).slice(0, 4)).to.deep.equal(upTo(4))
  })

  it('are all left where one of them breaks its contract', async () => {
    const broken = { ...counted(1), data: { n: 'many' } }
    const appends = [...alternating(2), { stream: streams[1], events: [broken], expected: 0n }]
    await rejection(store.appendInOrder(appends), ContractViolationError)
    expect(await written()).to.deep.equal([])
  })

  it('may be none', async () => {
    await store.appendInOrder([])
  })
})
