import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { event } from '../log/testing/events.ts'
import type { CallFailure } from './failures.ts'
import { compileFilter } from './filter.ts'
import type { Outlet } from './outlet.ts'
import { read } from './read.ts'
import type { ReadRequest } from './read-request.ts'
import type { Reader } from './reader.ts'
import { subscribe } from './subscribe.ts'

const ANYBODY: Reader = { require: () => undefined, mayRead: undefined }

/** A consumer with room for `room` messages at a time, which takes them when the test says so. */
function createConsumer(room: number) {
  const messages: string[] = []
  const failures: CallFailure[] = []
  const closers: (() => void)[] = []
  let waiting: (() => void) | undefined
  let left = room
  let closed = false
  let writtenWithoutRoom = 0

  const outlet: Outlet = {
    get closed() {
      return closed
    },
    write(message) {
      if (left <= 0) writtenWithoutRoom++
      left--
      messages.push(summaryOf(streamsPb.ReadResp.deserializeBinary(message)))
      return left > 0
    },
    whenReady(callback) {
      waiting = callback
    },
    end() {
      messages.push('end')
      closed = true
    },
    fail(failure) {
      failures.push(failure)
      closed = true
    },
    onClosed(callback) {
      closers.push(callback)
    },
  }
  return {
    outlet,
    messages,
    failures,
    get waits() {
      return waiting !== undefined
    },
    get writtenWithoutRoom() {
      return writtenWithoutRoom
    },
    take(more: number): void {
      left = more
      const callback = waiting
      waiting = undefined
      callback?.()
    },
    leave(): void {
      closed = true
      for (const close of closers) close()
    },
  }
}

function summaryOf(message: streamsPb.ReadResp): string {
  if (message.hasConfirmation()) return 'confirmation'
  if (message.hasCaughtUp()) return 'caughtUp'
  if (message.hasFellBehind()) return 'fellBehind'
  if (message.hasCheckpoint()) return `checkpoint ${message.getCheckpoint()?.getCommitPosition() ?? ''}`
  if (message.hasStreamNotFound()) return 'not found'
  if (message.hasFirstStreamPosition()) return `first ${message.getFirstStreamPosition()}`
  if (message.hasLastStreamPosition()) return `last ${message.getLastStreamPosition()}`
  const recorded = message.getEvent()?.getEvent()
  const name = Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()
  return `${recorded?.getStreamRevision() ?? ''}@${name}`
}

/** Some rounds of the event loop, in which whatever can happen does. */
async function settle(): Promise<void> {
  for (let round = 0; round < 50; round++) await new Promise((resolve) => setImmediate(resolve))
}

const request = (source: ReadRequest['source'], more: Partial<ReadRequest> = {}): ReadRequest => ({
  source,
  subscription: true,
  backwards: false,
  limit: 0,
  resolveLinks: false,
  uuid: 'text',
  positionMessages: false,
  ...more,
})

describe('Subscriptions and reads of the node', () => {
  let log: NodeLog
  beforeEach(() => {
    log = openLog()
  })
  afterEach(() => log.close())

  const append = async (stream: string, count: number): Promise<void> => {
    await log.append(
      stream,
      'any',
      Array.from({ length: count }, (_, n) => event({ n })),
    )
  }
  const startOfAll = { kind: 'all', from: 'start', filter: undefined } as const

  it('hold for a consumer without room, at the cost of a place in the log', async () => {
    await append('s', 1000)
    const consumer = createConsumer(10)
    subscribe(log, request(startOfAll), consumer.outlet, ANYBODY)
    await settle()
    expect(consumer.messages).to.have.length(10)
    await append('s', 1000)
    await settle()
    expect(consumer.messages).to.have.length(10)
    for (let round = 0; round < 300 && consumer.waits; round++) {
      consumer.take(7)
      await settle()
    }
    expect(consumer.writtenWithoutRoom).to.equal(0)
    const events = consumer.messages.filter((message) => message.includes('@'))
    expect(events).to.deep.equal(Array.from({ length: 2000 }, (_, n) => `${n}@s`))
  })

  it('say when a live one fell behind, and when it has caught up again', async () => {
    await append('s', 2)
    const consumer = createConsumer(10)
    subscribe(log, request({ kind: 'stream', stream: 's', from: 'start' }), consumer.outlet, ANYBODY)
    await settle()
    expect(consumer.messages).to.deep.equal(['confirmation', '0@s', '1@s', 'caughtUp'])
    await append('s', 500)
    await settle()
    expect(consumer.waits).to.equal(true)
    consumer.take(Infinity)
    await settle()
    const told = consumer.messages.filter((message) => !message.includes('@'))
    expect(told).to.deep.equal(['confirmation', 'caughtUp', 'fellBehind', 'caughtUp'])
    expect(consumer.messages.at(-1)).to.equal('caughtUp')
    await append('s', 1)
    await settle()
    expect(consumer.messages.at(-1)).to.equal('502@s')
  })

  it('do not call a live one that is a little behind fallen behind', async () => {
    const consumer = createConsumer(3)
    subscribe(log, request({ kind: 'all', from: 'end', filter: undefined }), consumer.outlet, ANYBODY)
    await settle()
    await append('s', 5)
    await settle()
    consumer.take(100)
    await settle()
    expect(consumer.messages).to.deep.equal(['confirmation', 'caughtUp', '0@s', '1@s', '2@s', '3@s', '4@s'])
  })

  it('send a checkpoint after every so many events that a filter looked at, whether it let them through or not', async () => {
    const matches = compileFilter({ on: 'stream', regex: '', prefixes: ['wanted'] })
    await append('other', 39)
    await append('wanted', 1)
    await append('other', 25)
    const consumer = createConsumer(Infinity)
    const filter = { matches, checkpointInterval: 20 }
    subscribe(log, request({ kind: 'all', from: 'start', filter }), consumer.outlet, ANYBODY)
    await settle()
    const { events } = log.readAllForwards(0, 100)
    const at = (index: number): string => `checkpoint ${events[index]?.position ?? ''}`
    expect(consumer.messages).to.deep.equal(['confirmation', at(19), '0@wanted', at(39), at(59), 'caughtUp'])
    await append('other', 15)
    await settle()
    expect(consumer.messages.at(-1)).to.equal(
      `checkpoint ${log.readAllForwards(0, 100).events[79]?.position ?? ''}`,
    )
  })

  it('end when the consumer leaves', async () => {
    const consumer = createConsumer(Infinity)
    subscribe(log, request(startOfAll), consumer.outlet, ANYBODY)
    await settle()
    consumer.leave()
    await append('s', 3)
    await settle()
    expect(consumer.messages).to.deep.equal(['confirmation', 'caughtUp'])
  })

  it('fail when the stream is tombstoned while they are live', async () => {
    await append('s', 1)
    const consumer = createConsumer(Infinity)
    subscribe(log, request({ kind: 'stream', stream: 's', from: 'end' }), consumer.outlet, ANYBODY)
    await settle()
    await Promise.all([append('s', 2), log.tombstone('s', 'any')])
    await settle()
    // what came before it, and the tombstone itself
    expect(consumer.messages).to.deep.equal([
      'confirmation',
      'caughtUp',
      '1@s',
      '2@s',
      '9223372036854775807@s',
    ])
    expect(consumer.failures.map(({ metadata }) => metadata.get('exception'))).to.deep.equal([
      ['stream-deleted'],
    ])
  })

  it('are told no more than the failure where the tombstone is far away', async () => {
    await append('s', 1)
    const consumer = createConsumer(2)
    subscribe(log, request({ kind: 'stream', stream: 's', from: 'end' }), consumer.outlet, ANYBODY)
    await settle()
    await append('s', 1)
    await log.tombstone('s', 'any')
    await append('other', 5000)
    await settle()
    consumer.take(10)
    await settle()
    expect(consumer.messages).to.deep.equal(['confirmation', 'caughtUp'])
    expect(consumer.failures).to.have.length(1)
  })

  it('from the end of a tombstoned stream wait, and are not told', async () => {
    await append('s', 1)
    await log.tombstone('s', 'any')
    const consumer = createConsumer(Infinity)
    subscribe(log, request({ kind: 'stream', stream: 's', from: 'end' }), consumer.outlet, ANYBODY)
    await settle()
    expect(consumer.messages).to.deep.equal(['confirmation', 'caughtUp'])
    expect(consumer.failures).to.deep.equal([])
  })

  it('read with backpressure too, and only what was there when they began', async () => {
    await append('s', 300)
    const consumer = createConsumer(50)
    read(log, request(startOfAll, { subscription: false, limit: 1e9 }), consumer.outlet, ANYBODY)
    await settle()
    await append('s', 100)
    for (let round = 0; round < 20 && consumer.waits; round++) {
      consumer.take(50)
      await settle()
    }
    expect(consumer.writtenWithoutRoom).to.equal(0)
    expect(consumer.messages).to.deep.equal([...Array.from({ length: 300 }, (_, n) => `${n}@s`), 'end'])
  })

  it('tell the first and last position of a stream to clients that understand it', async () => {
    await append('s', 10)
    const ask = async (from: number | 'start', more: Partial<ReadRequest>): Promise<string[]> => {
      const consumer = createConsumer(Infinity)
      const asked = { subscription: false, limit: 100, positionMessages: true, ...more }
      read(log, request({ kind: 'stream', stream: 's', from }, asked), consumer.outlet, ANYBODY)
      await settle()
      return consumer.messages
    }
    expect(await ask(8, {})).to.deep.equal(['8@s', '9@s', 'last 9', 'end'])
    expect(await ask(10, {})).to.deep.equal(['last 9', 'end'])
    expect(await ask(20, {})).to.deep.equal(['first 10', 'last 9', 'end'])
    expect(await ask(20, { backwards: true, limit: 1 })).to.deep.equal(['9@s', 'last 9', 'end'])
    await log.append('$$s', 'any', [{ ...event({ $tb: 5 }), type: '$metadata' }])
    // only where the first page that is read has nothing: it holds as many as are asked for, and 32 at most
    expect(await ask('start', { limit: 5 })).to.deep.equal([
      'first 5',
      ...[5, 6, 7, 8, 9].map((n) => `${n}@s`),
      'last 9',
      'end',
    ])
    expect(await ask('start', { limit: 6 })).to.deep.equal([
      ...[5, 6, 7, 8, 9].map((n) => `${n}@s`),
      'last 9',
      'end',
    ])
    await log.append('$$s', 'any', [{ ...event({ $tb: 50 }), type: '$metadata' }])
    expect(await ask('start', {})).to.deep.equal(['first 50', 'last 9', 'end'])
    expect(await ask('start', { positionMessages: false })).to.deep.equal(['end'])
  })
})
