import { expect } from 'chai'
import fc from 'fast-check'
import { eventsOf, type StreamEvent } from './event-stream.ts'

const bodyOf = (...parts: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

const read = async (...parts: readonly (string | Uint8Array)[]): Promise<StreamEvent[]> => {
  const events: StreamEvent[] = []
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
  for await (const event of eventsOf(bodyOf(...bytes))) events.push(event)
  return events
}

describe('a stream of server-sent events', () => {
  it('is read as the standard says', async () => {
    expect(
      await read(
        ': a comment\nretry: 10\n\nid: 1\ndata: a\ndata:b\n\nevent: end\ndata\n\nid\nno: field\ndata: : c\n\n',
      ),
    ).to.deep.equal([
      { event: 'message', id: '1', data: 'a\nb' },
      { event: 'end', id: '1', data: '' },
      { event: 'message', id: '', data: ': c' },
    ])
  })

  it('has no event before its blank line, and keeps an id that holds no zero', async () => {
    expect(await read('id: 1\n\nid: a\0b\ndata: x\n\ndata: unfinished\n')).to.deep.equal([
      { event: 'message', id: '1', data: 'x' },
    ])
  })

  it('tells how long to wait', async () => {
    const told: number[] = []
    const body = bodyOf(Buffer.from('retry: 1500\nretry: soon\n\n'))
    for await (const event of eventsOf(body, { onRetry: (ms) => told.push(ms) })) expect(event).to.equal(null)
    expect(told).to.deep.equal([1_500])
  })

  it('is the same however it is cut, and whatever ends its lines', async () => {
    const text = 'id: 7\ndata: ä€😀\n\n: quiet\n\nevent: end\ndata: {}\n\n'
    const whole = await read(text)
    expect(whole).to.have.length(2)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(70), { maxLength: 8 }),
        async (end, cuts) => {
          const bytes = Buffer.from(text.replaceAll('\n', end))
          const places = [...new Set([0, ...cuts, bytes.length])].filter((at) => at <= bytes.length)
          places.sort((a, b) => a - b)
          const parts = places.slice(1).map((at, index) => bytes.subarray(places[index], at))
          expect(await read(...parts)).to.deep.equal(whole)
        },
      ),
    )
  })
})
