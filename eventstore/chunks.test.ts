import { getEventListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { inChunks } from './chunks.ts'

describe('a stream in chunks', () => {
  let stream: PassThrough
  let controller: AbortController
  const chunksOf = (size = 3): AsyncGenerator<number[], void, undefined> =>
    inChunks<number>(stream, () => size, controller.signal)
  const write = (...items: number[]): void => {
    for (const item of items) stream.write(item)
  }
  const drain = async (chunks: AsyncIterable<number[]>): Promise<number[][]> => {
    const all: number[][] = []
    for await (const chunk of chunks) all.push(chunk)
    return all
  }

  beforeEach(() => {
    stream = new PassThrough({ objectMode: true })
    controller = new AbortController()
  })

  it('gives what is ready, so many at a time at most', async () => {
    write(1, 2, 3, 4, 5)
    stream.end()
    expect(await drain(chunksOf())).to.deep.equal([
      [1, 2, 3],
      [4, 5],
    ])
  })

  it('waits for what comes, as it comes', async () => {
    const chunks = chunksOf()
    const first = chunks.next()
    write(1)
    expect((await first).value).to.deep.equal([1])
    const second = chunks.next()
    write(2, 3)
    expect((await second).value).to.deep.equal([2, 3])
  })

  it('gives what came before a failure, then fails', async () => {
    write(1, 2)
    const chunks = chunksOf(1)
    expect((await chunks.next()).value).to.deep.equal([1])
    // as the client of the event store does it: told, not destroyed
    stream.emit('error', new Error('lost'))
    expect((await chunks.next()).value).to.deep.equal([2])
    const failed = await chunks.next().catch((error: unknown) => error)
    expect(failed).to.include({ message: 'lost' })
  })

  it('ends at once when the stream is destroyed, and fails when that was for an error', async () => {
    write(1, 2)
    const chunks = chunksOf(1)
    await chunks.next()
    stream.destroy()
    expect((await chunks.next()).done).to.equal(true)

    stream = new PassThrough({ objectMode: true })
    const failing = chunksOf().next()
    stream.destroy(new Error('silent'))
    expect(await failing.catch((error: unknown) => error)).to.include({ message: 'silent' })
  })

  it('ends at once when it is aborted, and leaves the stream open', async () => {
    const chunks = chunksOf()
    const waiting = chunks.next()
    controller.abort()
    expect((await waiting).done).to.equal(true)
    expect(stream.destroyed).to.equal(false)
  })

  it('ends on a stream that has ended before', async () => {
    stream.end()
    stream.resume()
    await new Promise((resolve) => stream.once('end', resolve))
    expect(await drain(chunksOf())).to.deep.equal([])
  })

  it('leaves no listener behind', async () => {
    const before = stream.eventNames().map((name) => [name, stream.listenerCount(name)])
    const chunks = chunksOf()
    write(1)
    await chunks.next()
    await chunks.return()
    expect(stream.eventNames().map((name) => [name, stream.listenerCount(name)])).to.deep.equal(before)
    expect(getEventListeners(controller.signal, 'abort')).to.deep.equal([])
  })
})
