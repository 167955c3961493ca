import { expect } from 'chai'
import { consumer, messageOf, recorded, type RecordingConsumer } from '../testing/doubles.ts'
import type { Message } from '../message.ts'
import { consumerStrategy } from './index.ts'
import type { ConsumerStrategy, StrategyName } from './strategy.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

const strategyWith = (name: StrategyName, ...consumers: RecordingConsumer[]): ConsumerStrategy => {
  const strategy = consumerStrategy(name)
  for (const each of consumers) strategy.added(each)
  return strategy
}

const answered = (strategy: ConsumerStrategy, message: Message): void => {
  const { consumer: holder } = message
  if (holder === undefined) throw new Error('nobody has the message')
  message.consumer = undefined
  holder.inFlight--
  strategy.released(holder, message)
}

let revision = 0
const on = (stream: string, metadata?: unknown): Message =>
  messageOf(recorded(stream, revision++, metadata === undefined ? {} : { metadata: json(metadata) }))

const holderOf = (strategy: ConsumerStrategy, message: Message): string | undefined => {
  expect(strategy.push(message)).to.equal('sent')
  return message.consumer?.name
}

describe('consumer strategies', () => {
  for (const name of ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const) {
    it(`${name}: nobody has capacity where nobody is, where all are full, and where nobody reads`, () => {
      const strategy = consumerStrategy(name)
      expect(strategy.push(on('s'))).to.equal('no_capacity')
      const [one, other] = [consumer(1), consumer(1)]
      strategy.added(one)
      expect(strategy.push(on('s'))).to.equal('sent')
      expect(strategy.push(on('s'))).to.equal('no_capacity')
      other.reading = false
      strategy.added(other)
      expect(strategy.push(on('s'))).to.equal('no_capacity')
    })
  }

  it('RoundRobin: in turn, passing over those that are full', () => {
    const [a, b, c] = [consumer(9, 'a'), consumer(1, 'b'), consumer(9, 'c')]
    const strategy = strategyWith('RoundRobin', a, b, c)
    const holders = Array.from({ length: 6 }, () => holderOf(strategy, on('s')))
    expect(holders).to.deep.equal(['a', 'b', 'c', 'a', 'c', 'a'])
    strategy.removed(c)
    expect(holderOf(strategy, on('s'))).to.equal('a')
  })

  it('DispatchToSingle: one until it is full, then the next', () => {
    const [a, b] = [consumer(2, 'a'), consumer(2, 'b')]
    const strategy = strategyWith('DispatchToSingle', a, b)
    const messages = Array.from({ length: 3 }, () => on('s'))
    expect(messages.map((message) => holderOf(strategy, message))).to.deep.equal(['a', 'a', 'b'])
    const [first] = messages
    if (first !== undefined) answered(strategy, first)
    expect(holderOf(strategy, on('s'))).to.equal('b')
    expect(holderOf(strategy, on('s'))).to.equal('a')
  })

  it('Pinned: a stream stays with its consumer, streams are spread', () => {
    const consumers = ['a', 'b', 'c'].map((name) => consumer(1_000, name))
    const strategy = strategyWith('Pinned', ...consumers)
    const streams = Array.from({ length: 60 }, (_, index) => `order-${index}`)
    const first = streams.map((stream) => holderOf(strategy, on(stream)))
    const second = streams.map((stream) => holderOf(strategy, on(stream)))
    expect(second).to.deep.equal(first)
    for (const { inFlight } of consumers) expect(inFlight).to.be.within(30, 50)
  })

  it('Pinned: a message whose consumer is full is skipped, others go on', () => {
    const [a, b] = [consumer(1, 'a'), consumer(1, 'b')]
    const strategy = strategyWith('Pinned', a, b)
    const held = on('x')
    expect(holderOf(strategy, held)).to.equal('a')
    expect(strategy.push(on('x'))).to.equal('skipped')
    expect(holderOf(strategy, on('y'))).to.equal('b')
    answered(strategy, held)
    expect(holderOf(strategy, on('x'))).to.equal('a')
  })

  it('Pinned: links go by the stream that they point to, resolved or not', () => {
    const strategy = strategyWith('Pinned', consumer(100, 'a'), consumer(100, 'b'))
    const target = recorded('order-1', 3)
    const link = recorded('$ce-order', 0, { type: '$>', data: Buffer.from('3@order-1') })
    const holder = holderOf(strategy, messageOf(target))
    expect(holderOf(strategy, on('order-2'))).not.to.equal(holder)
    expect(holderOf(strategy, messageOf(link, { resolved: { event: target, link } }))).to.equal(holder)
    expect(holderOf(strategy, messageOf(link, { resolved: { event: undefined, link } }))).to.equal(holder)
    expect(holderOf(strategy, messageOf(link))).to.equal(holder)
  })

  it('Pinned: a new consumer takes over its share, idle streams first', () => {
    const a = consumer(1_000, 'a')
    const strategy = strategyWith('Pinned', a)
    const streams = Array.from({ length: 40 }, (_, index) => `order-${index}`)
    const busy = streams.slice(0, 10)
    for (const stream of streams) {
      const message = on(stream)
      holderOf(strategy, message)
      if (!busy.includes(stream)) answered(strategy, message)
    }
    strategy.added(consumer(1_000, 'b'))
    const holders = new Map(streams.map((stream) => [stream, holderOf(strategy, on(stream))]))
    expect(busy.map((stream) => holders.get(stream))).to.deep.equal(busy.map(() => 'a'))
    expect([...holders.values()].filter((name) => name === 'b')).to.have.length.within(15, 25)
  })

  it('Pinned: what a consumer that left had goes to those that are there', () => {
    const [a, b] = [consumer(100, 'a'), consumer(100, 'b')]
    const strategy = strategyWith('Pinned', a, b)
    const streams = Array.from({ length: 20 }, (_, index) => `order-${index}`)
    const before = streams.map((stream) => holderOf(strategy, on(stream)))
    strategy.removed(a)
    expect(streams.map((stream) => holderOf(strategy, on(stream)))).to.deep.equal(streams.map(() => 'b'))
    expect(before).to.include('a')
  })

  it('PinnedByCorrelation: by the correlation id, across streams; without one by the stream', () => {
    const strategy = strategyWith('PinnedByCorrelation', consumer(100, 'a'), consumer(100, 'b'))
    const holder = holderOf(strategy, on('order-1', { $correlationId: 'k1' }))
    expect(holderOf(strategy, on('order-9', { $correlationId: 'k2' }))).not.to.equal(holder)
    expect(holderOf(strategy, on('payment-7', { $correlationId: 'k1' }))).to.equal(holder)
    const unnamed = [on('stock-1'), on('stock-1', { $correlationId: 7 }), on('stock-1', ['$correlationId'])]
    const broken = messageOf(recorded('stock-1', 1, { metadata: Buffer.from('{"$correlationId":') }))
    const holders = [...unnamed, broken].map((message) => holderOf(strategy, message))
    expect(new Set(holders).size).to.equal(1)
  })
})
