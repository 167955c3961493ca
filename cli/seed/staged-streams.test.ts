import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { ConcurrencyError } from '../../eventstore/errors.ts'
import type { ExpectedRevision, NewEvent } from '../../eventstore/types.ts'
import { stageStreams, type ReadWritten, type StagedStreams } from './staged-streams.ts'

const event = (): NewEvent => ({
  ...{ id: randomUUID(), type: 'Happened', data: {} },
  metadata: {
    ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c' },
    actor: { kind: 'system', id: 'test' },
  },
})
const some = (count: number): NewEvent[] => Array.from({ length: count }, event)
const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id)

describe('streams that are staged', () => {
  let streams: StagedStreams
  let asked: Parameters<ReadWritten>[]
  beforeEach(() => {
    asked = []
    streams = stageStreams((...question) => {
      asked.push(question)
      return Promise.resolve({ events: [], revision: undefined })
    })
  })

  it('are empty at first, and then hold what was appended', async () => {
    expect(await streams.readStream('order-1')).to.deep.equal({ events: [], revision: undefined })
    const events = some(3)
    expect((await streams.append('order-1', events, 'no_stream')).revision).to.equal(2n)
    const all = await streams.readStream('order-1')
    expect(all.revision).to.equal(2n)
    expect(idsOf(all.events)).to.deep.equal(idsOf(events))
    const middle = await streams.readStream('order-1', { from: 1n, limit: 1 })
    expect(middle.events).to.have.length(1)
    expect(middle.events[0]).to.include({ id: events[1]?.id, stream: 'order-1', revision: 1n })
    expect((await streams.readStream('order-1', { from: 3n })).events).to.deep.equal([])
    expect(asked).to.deep.equal([])
  })

  it('refuse an append at another revision', async () => {
    const attempt = (expected: ExpectedRevision): Promise<unknown> =>
      streams.append('order-1', some(1), expected).catch((error: unknown) => error)
    for (const expected of [0n, 'stream_exists'] as const) {
      expect(await attempt(expected)).to.be.instanceOf(ConcurrencyError)
    }
    await streams.append('order-1', some(2), 'any')
    for (const expected of [0n, 2n, 'no_stream'] as const) {
      const failure = await attempt(expected)
      expect(failure).to.be.instanceOf(ConcurrencyError)
      expect((failure as ConcurrencyError).actual).to.equal(1n)
    }
    await streams.append('order-1', some(1), 1n)
    await streams.append('order-1', some(1), 'stream_exists')
    expect((await streams.readStream('order-1')).revision).to.equal(3n)
  })

  it('give away what was appended, once, in its order and with its revisions', async () => {
    await streams.append('order-1', some(2), 'no_stream')
    await streams.append('order-2', some(1), 'any')
    await streams.append('order-1', some(1), 'any')
    expect(streams.waiting()).to.equal(4)
    const taken = streams.take().map(({ stream, events, expected }) => [stream, events.length, expected])
    expect(taken).to.deep.equal([
      ['order-1', 2, 'no_stream'],
      ['order-2', 1, 'no_stream'],
      ['order-1', 1, 1n],
    ])
    expect(streams.waiting()).to.equal(0)
    expect(streams.take()).to.deep.equal([])
    expect((await streams.readStream('order-1')).events).to.have.length(3)
  })

  it('are read where they were written once they are long, no further than they have come here', async () => {
    await streams.append('inventory-1', some(60), 'no_stream')
    await streams.append('inventory-2', some(1), 'no_stream')
    await streams.append('inventory-1', some(10), 59n)
    await streams.readStream('inventory-1', { from: 5n })
    await streams.readStream('inventory-1', { from: 5n, limit: 7 })
    expect(asked).to.deep.equal([
      [71, 'inventory-1', { from: 5n, limit: 65 }],
      [71, 'inventory-1', { from: 5n, limit: 7 }],
    ])
  })
})
