import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import type { AppendResult } from '../log/types.ts'
import type { EventFilter } from '../streams/filter.ts'
import { BookkeepingError, PersistentSubscriptionError } from './errors.ts'
import { createRegistry, type Registry, type RequestedSettings } from './registry.ts'
import { allStream, fromEnd } from './settings.ts'
import {
  consumer,
  manualClock,
  proposed,
  type ManualClock,
  type RecordingConsumer,
} from './testing/doubles.ts'
import { eventually } from './testing/eventually.ts'

const usual: RequestedSettings = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeout: 30_000,
  maxRetryCount: 10,
  checkpointAfter: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  historyBufferSize: 500,
  readBatchSize: 20,
  strategy: 'RoundRobin',
  startFrom: 0,
}

describe('persistent subscriptions on a log', () => {
  let log: NodeLog
  let clock: ManualClock
  let registry: Registry
  let reported: unknown[]

  const open = (on: NodeLog = log): Registry =>
    createRegistry(on, { clock, report: (error) => reported.push(error) })

  beforeEach(() => {
    log = openLog()
    clock = manualClock()
    reported = []
    registry = open()
  })

  afterEach(async () => {
    await registry.close()
    await log.close()
  })

  const append = async (stream: string, count: number, type = 'Happened'): Promise<void> => {
    await log.append(
      stream,
      'any',
      Array.from({ length: count }, (_, n) => proposed(type, { n })),
    )
  }

  const create = (
    stream: string,
    settings: Partial<RequestedSettings> = {},
    filter?: EventFilter,
  ): Promise<void> => registry.create({ stream, filter }, 'g', { ...usual, ...settings }, 'system')

  const connect = (stream: string, bufferSize = 10, name = 'consumer'): RecordingConsumer => {
    const connected = consumer(bufferSize, name)
    registry.group(stream, 'g').add(connected)
    return connected
  }

  /** Acknowledges what the consumer got, as it comes, until it got `count`. */
  const ackAll = async (stream: string, from: RecordingConsumer, count: number): Promise<void> => {
    let acked = 0
    await eventually(() => {
      const batch = from.received.slice(acked)
      acked += batch.length
      registry.group(stream, 'g').ack(batch.map(({ id }) => id))
      return acked >= count
    })
  }

  const idOf = (from: RecordingConsumer, index: number): string => from.received[index]?.id ?? 'not received'

  const texts = (stream: string): string[] =>
    log.readForwards(stream, 0, 1_000).map(({ data }) => Buffer.from(data).toString('utf8'))

  const parkedStream = '$persistentsubscription-s::g-parked'
  const checkpointStream = '$persistentsubscription-s::g-checkpoint'

  const failsWith = async (
    work: Promise<unknown> | (() => unknown),
    kind: string,
  ): Promise<PersistentSubscriptionError> => {
    const error: unknown = await (typeof work === 'function' ? Promise.resolve().then(work) : work).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof PersistentSubscriptionError))
      throw new Error(`expected ${kind}, got ${String(error)}`)
    expect(error.kind).to.equal(kind)
    return error
  }

  describe('delivery', () => {
    it('gives a consumer as many as it may hold, and one more for each answer', async () => {
      await append('s', 6)
      await create('s')
      const one = connect('s', 3)
      expect(one.log).to.deep.equal(['0@s', '1@s', '2@s'])
      registry.group('s', 'g').ack([idOf(one, 1)])
      expect(one.log).to.deep.equal(['0@s', '1@s', '2@s', '3@s'])
    })

    it('gives each event to one of several consumers, live too', async () => {
      await create('s')
      const all = [connect('s', 100, 'a'), connect('s', 100, 'b'), connect('s', 100, 'c')]
      for (let round = 0; round < 10; round++) await append('s', 9)
      await eventually(() => all.reduce((sum, { received }) => sum + received.length, 0) >= 90)
      const revisions = all.flatMap(({ received }) => received.map(({ original }) => original.revision))
      expect(revisions.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 90 }, (_, n) => n))
      for (const { received } of all) expect(received).to.have.length(30)
    })

    it('falls behind when its buffer is full, and comes back without gap or double', async () => {
      await create('s', { historyBufferSize: 30, readBatchSize: 5 })
      const slow = connect('s', 4)
      for (let round = 0; round < 20; round++) await append('s', 10)
      const { status, readBufferCount } = registry.group('s', 'g').info()
      expect({ status, readBufferCount }).to.deep.equal({ status: 'Behind', readBufferCount: 30 })
      await ackAll('s', slow, 200)
      expect(slow.received.map(({ original }) => original.revision)).to.deep.equal(
        Array.from({ length: 200 }, (_, n) => n),
      )
      expect(registry.group('s', 'g').info().status).to.equal('Live')
      await append('s', 1)
      await eventually(() => slow.log.at(-1) === '200@s')
    })

    it('gives a consumer that stopped reading nothing more, and goes on once it reads', async () => {
      await create('s', { messageTimeout: 1_000 })
      const stuck = connect('s', 2, 'stuck')
      stuck.reading = false
      await append('s', 4)
      expect(stuck.log).to.deep.equal([])
      stuck.reading = true
      registry.group('s', 'g').wake()
      expect(stuck.log).to.deep.equal(['0@s', '1@s'])
      stuck.reading = false
      clock.advance(60_000)
      expect(stuck.received).to.have.length(2)
      const other = connect('s', 10, 'other')
      expect(other.log).to.deep.equal(['0@s retry 1', '1@s retry 1', '2@s', '3@s'])
    })

    it('starts from a revision, from the end, or beyond it', async () => {
      await append('s', 4)
      await create('s', { startFrom: 2 })
      expect(connect('s').log).to.deep.equal(['2@s', '3@s'])
      await registry.create({ stream: 's' }, 'end', { ...usual, startFrom: fromEnd }, 'system')
      await registry.create({ stream: 's' }, 'beyond', { ...usual, startFrom: 5 }, 'system')
      const [end, beyond] = [consumer(), consumer()]
      registry.group('s', 'end').add(end)
      registry.group('s', 'beyond').add(beyond)
      await append('s', 2)
      await eventually(() => end.received.length === 2)
      expect(end.log).to.deep.equal(['4@s', '5@s'])
      expect(beyond.log).to.deep.equal(['5@s'])
    })

    it('goes on with what is left of a truncated stream', async () => {
      await append('s', 5)
      await log.append('$$s', 'any', [proposed('$metadata', { $tb: 3 })])
      await create('s')
      expect(connect('s').log).to.deep.equal(['3@s', '4@s'])
    })

    it('follows links where it is told to; a link to nothing comes as it is', async () => {
      await append('s', 2)
      const link = (target: string) => ({
        ...proposed('$>'),
        contentType: 'application/octet-stream',
        data: Buffer.from(target),
      })
      await log.append('links', 'any', [link('1@s'), link('7@s')])
      await create('links', { resolveLinks: true })
      const one = connect('links')
      expect(
        one.received.map(({ resolved }) => [resolved.event?.revision, resolved.link?.revision]),
      ).to.deep.equal([
        [1, 0],
        [undefined, 1],
      ])
      expect(one.received.map(({ id }) => id)).to.deep.equal(
        log.readForwards('links', 0, 2).map(({ id }) => id),
      )
    })

    it('holds a second event of the same id back until the first is answered', async () => {
      const twice = proposed('Happened')
      await log.append('a-1', 'any', [twice])
      await log.append('a-2', 'any', [twice])
      await create(allStream, {}, { on: 'stream', regex: '', prefixes: ['a-'] })
      const one = connect(allStream)
      expect(one.log).to.deep.equal(['0@a-1'])
      registry.group(allStream, 'g').ack([twice.id])
      expect(one.log).to.deep.equal(['0@a-1', '0@a-2'])
    })
  })

  describe('answers', () => {
    beforeEach(async () => {
      await append('s', 3)
      await create('s', { maxRetryCount: 2 })
    })

    it('ack, skip and stop end a message; ids that nobody holds are ignored', async () => {
      const one = connect('s')
      const group = registry.group('s', 'g')
      group.ack([idOf(one, 0), 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
      group.nack([idOf(one, 1)], 'skip', 'no use')
      group.nack([idOf(one, 2)], 'stop', 'enough')
      expect(group.info()).to.include({
        outstandingMessagesCount: 0,
        parkedMessageCount: 0,
        retryBufferCount: 0,
      })
      await append('s', 1)
      await eventually(() => one.log.length === 4)
      expect(one.log).to.deep.equal(['0@s', '1@s', '2@s', '3@s'])
    })

    for (const action of ['retry', 'unknown'] as const) {
      it(`${action} delivers again, at most as often as the group allows, then it is parked`, async () => {
        const one = connect('s', 1)
        for (let delivery = 0; delivery < 3; delivery++)
          registry.group('s', 'g').nack([idOf(one, delivery)], action, 'later')
        await eventually(() => registry.group('s', 'g').info().parkedMessageCount === 1)
        expect(one.log).to.deep.equal(['0@s', '0@s retry 1', '0@s retry 2', '1@s'])
        const [link] = log.readForwards(parkedStream, 0, 1)
        expect(link?.type).to.equal('$>')
        expect(Buffer.from(link?.data ?? []).toString()).to.equal('0@s')
        const metadata: unknown = JSON.parse(Buffer.from(link?.metadata ?? []).toString())
        expect(metadata).to.deep.equal({
          added: '1970-01-01T00:16:40+00:00',
          reason: 'Reached retry count of 2',
        })
      })
    }

    it('park parks with the reason that the consumer gave', async () => {
      const one = connect('s')
      registry.group('s', 'g').nack([idOf(one, 1), idOf(one, 2)], 'park', 'broken')
      await eventually(() => registry.group('s', 'g').info().parkedMessageCount === 2)
      expect(texts(parkedStream)).to.deep.equal(['1@s', '2@s'])
      const [link] = log.readForwards(parkedStream, 0, 1)
      expect(JSON.parse(Buffer.from(link?.metadata ?? []).toString())).to.deep.equal({
        added: '1970-01-01T00:16:40+00:00',
        reason: "Client explicitly NAK'ed message.\nbroken",
        subscriptionEventNumber: 1,
      })
    })

    it('a message that nobody answers goes out again after its time; the slot is free again', () => {
      const one = connect('s', 2)
      clock.advance(29_000)
      expect(one.log).to.deep.equal(['0@s', '1@s'])
      clock.advance(1_000)
      expect(one.log).to.deep.equal(['0@s', '1@s', '0@s retry 1', '1@s retry 1'])
      clock.advance(30_000)
      clock.advance(30_000)
      expect(one.log.slice(-1)).to.deep.equal(['2@s'])
    })

    it('what a lost consumer held goes to another, however often it was retried', async () => {
      for (let loss = 0; loss < 4; loss++) {
        const lost = connect('s', 2)
        expect(lost.received).to.have.length(2)
        registry.group('s', 'g').remove(lost)
      }
      const heir = connect('s')
      expect(heir.log).to.deep.equal(['0@s retry 4', '1@s retry 4', '2@s'])
      registry.group('s', 'g').nack([idOf(heir, 0)], 'retry', 'once more')
      await eventually(() => registry.group('s', 'g').info().parkedMessageCount === 1)
    })

    it('keeps a message that could not be parked, and parks it as soon as the log takes it', async () => {
      let failures = 2
      const failing: NodeLog = {
        ...log,
        get end() {
          return log.end
        },
        get lastPosition() {
          return log.lastPosition
        },
        append: (...args): Promise<AppendResult> =>
          args[0] === parkedStream && failures-- > 0
            ? Promise.reject(new Error('disk full'))
            : log.append(...args),
      }
      await registry.close()
      registry = open(failing)
      const one = connect('s')
      registry.group('s', 'g').nack([idOf(one, 0)], 'park', 'broken')
      await eventually(() => reported.length === 1)
      expect(reported[0]).to.be.instanceOf(BookkeepingError).and.have.property('stream', parkedStream)
      registry.group('s', 'g').ack([idOf(one, 1), idOf(one, 2)])
      clock.advance(1_000)
      await eventually(() => reported.length === 2)
      clock.advance(1_000)
      await eventually(() => texts(parkedStream).length === 1)
      expect(texts(checkpointStream), 'no checkpoint may pass a message that is not parked').to.deep.equal([])
    })
  })

  describe('checkpoints', () => {
    it('are written after the maximum count, and resume there', async () => {
      await append('s', 12)
      await create('s', { minCheckpointCount: 2, maxCheckpointCount: 5 })
      const one = connect('s', 20)
      registry.group('s', 'g').ack(one.received.slice(0, 7).map(({ id }) => id))
      await eventually(() => texts(checkpointStream).length === 1)
      expect(texts(checkpointStream)).to.deep.equal(['"6"'])
      await registry.close()
      registry = open()
      expect(connect('s', 20).log).to.deep.equal(['7@s', '8@s', '9@s', '10@s', '11@s'])
      expect(registry.group('s', 'g').info().lastCheckpointedEventPosition).to.equal('6')
    })

    it('are written on the clock after the minimum count, never past an unanswered message', async () => {
      await append('s', 8)
      await create('s', { minCheckpointCount: 2 })
      const one = connect('s')
      const group = registry.group('s', 'g')
      group.ack([0, 1, 3, 4, 5].map((index) => idOf(one, index)))
      expect(texts(checkpointStream)).to.deep.equal([])
      clock.advance(1_000)
      await eventually(() => group.info().lastCheckpointedEventPosition === '1')
      group.ack([idOf(one, 2)])
      clock.advance(1_000)
      expect(group.info().lastCheckpointedEventPosition).to.equal('1')
      clock.advance(1_000)
      await eventually(() => group.info().lastCheckpointedEventPosition === '5')
      expect(texts(checkpointStream)).to.deep.equal(['"1"', '"5"'])
    })

    it('of $all move on with events that the filter leaves out', async () => {
      await append('other', 20)
      await create(allStream, { maxCheckpointCount: 15 }, { on: 'stream', regex: '', prefixes: ['a-'] })
      const stream = '$persistentsubscription-$all::g-checkpoint'
      const { events } = log.readAllForwards(0, 100)
      await eventually(() => texts(stream).length === 1)
      expect(texts(stream)).to.deep.equal([
        `"C:${events[19]?.position ?? -1}/P:${events[19]?.position ?? -1}"`,
      ])
      await append('other', 30)
      await eventually(() => texts(stream).length >= 2)
      await registry.close()
      registry = open()
      await append('a-1', 1)
      await eventually(() => registry.group(allStream, 'g').info().readBufferCount === 1)
    })

    it('of an idle group on $all are not moved by its own books', async () => {
      await create(allStream, { minCheckpointCount: 1, maxCheckpointCount: 1 })
      const one = connect(allStream, 100)
      await append('s', 1)
      await ackAll(allStream, one, 1)
      const written = async (): Promise<number> => {
        clock.advance(10_000)
        await append('$unrelated-bystander', 0)
        return log.state('$persistentsubscription-$all::g-checkpoint').lastRevision
      }
      await eventually(() => log.state('$persistentsubscription-$all::g-checkpoint').lastRevision >= 0)
      const before = await written()
      for (let round = 0; round < 5; round++) expect(await written()).to.equal(before)
    })

    it('are not needed for a group that starts from the end to find what it missed', async () => {
      await append('s', 3)
      await create('s', { startFrom: fromEnd })
      await registry.close()
      await append('s', 2)
      registry = open()
      expect(connect('s').log).to.deep.equal(['3@s', '4@s'])
    })
  })

  describe('parked messages', () => {
    const park = async (count: number): Promise<RecordingConsumer> => {
      await append('s', count)
      await create('s', { maxRetryCount: 1 })
      const one = connect('s', 50)
      registry.group('s', 'g').nack(
        one.received.map(({ id }) => id),
        'park',
        'broken',
      )
      await eventually(() => registry.group('s', 'g').info().parkedMessageCount === count)
      one.log.length = 0
      one.received.length = 0
      return one
    }
    const parkedCount = (): number => registry.group('s', 'g').info().parkedMessageCount

    it('are replayed up to a number, then all', async () => {
      const one = await park(5)
      registry.replayParked('s', 'g', 2)
      expect(one.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal([0, 1])
      expect(one.received.map(({ original }) => original.stream)).to.deep.equal([parkedStream, parkedStream])
      expect(parkedCount()).to.equal(3)
      registry.replayParked('s', 'g', undefined)
      expect(one.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal([0, 1, 2, 3, 4])
      expect(parkedCount()).to.equal(0)
      await eventually(() => log.state(parkedStream).firstReadable === 5)
    })

    it('are parked again after the retries, which begin anew', async () => {
      const one = await park(1)
      registry.replayParked('s', 'g', undefined)
      const group = registry.group('s', 'g')
      group.nack([idOf(one, 0)], 'retry', '')
      group.nack([idOf(one, 1)], 'retry', '')
      await eventually(() => parkedCount() === 1)
      expect(one.received).to.have.length(2)
      expect(texts(parkedStream)).to.deep.equal(['0@s'])
    })

    it('go out in pages: more than the buffer holds are not read at once', async () => {
      await append('s', 40)
      await create('s', { historyBufferSize: 10, readBatchSize: 2 })
      const one = connect('s', 50)
      registry.group('s', 'g').nack(
        one.received.map(({ id }) => id),
        'park',
        '',
      )
      await eventually(() => parkedCount() === 40)
      registry.group('s', 'g').remove(one)
      registry.replayParked('s', 'g', undefined)
      const { retryBufferCount, status } = registry.group('s', 'g').info()
      expect({ retryBufferCount, status }).to.deep.equal({
        retryBufferCount: 10,
        status: 'ReplayingParkedMessages, Live',
      })
      const two = connect('s', 3)
      await ackAll('s', two, 40)
      expect(two.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal(
        Array.from({ length: 40 }, (_, n) => n),
      )
      expect(parkedCount()).to.equal(0)
    })

    it('that were replayed and not answered are parked again when the group stops', async () => {
      const one = await park(3)
      registry.replayParked('s', 'g', undefined)
      registry.group('s', 'g').ack([idOf(one, 1)])
      await registry.close()
      registry = open()
      expect(parkedCount()).to.equal(2)
      expect(texts(parkedStream)).to.deep.equal(['0@s', '2@s'])
    })

    it('survive a restart', async () => {
      await park(3)
      await registry.close()
      registry = open()
      expect(parkedCount()).to.equal(3)
    })

    it('cannot be replayed up to a negative number', async () => {
      await park(1)
      const error = await failsWith(() => {
        registry.replayParked('s', 'g', -1)
      }, 'persistent-subscription-failed')
      expect(error.reason).to.equal('Cannot stop replaying parked message at a negative version.')
      registry.replayParked('s', 'g', 0)
      expect(parkedCount()).to.equal(1)
    })
  })

  describe('management', () => {
    it('refuses a second group of the name, and one that is not there', async () => {
      await create('s')
      await failsWith(create('s'), 'persistent-subscription-exists')
      await failsWith(
        registry.update('s', 'other', usual, 'system'),
        'persistent-subscription-does-not-exist',
      )
      await failsWith(registry.delete('s', 'other', 'system'), 'persistent-subscription-does-not-exist')
      await failsWith(() => registry.group('t', 'g'), 'persistent-subscription-does-not-exist')
      await failsWith(() => {
        registry.replayParked('t', 'g', undefined)
      }, 'persistent-subscription-does-not-exist')
      await failsWith(() => registry.list('t'), 'persistent-subscription-does-not-exist')
    })

    const wrong: [string, string, Partial<RequestedSettings>, string][] = [
      ['no stream', '', {}, 'Bad stream name.'],
      [
        'a strategy that there is not',
        's',
        { strategy: 'Random' },
        'Consumer strategy Random does not exist.',
      ],
      [
        'a page as large as the buffer',
        's',
        { readBatchSize: 500 },
        'Specified argument was out of the range of valid values.',
      ],
      ['a place before the start', 's', { startFrom: -2 }, 'Invalid Start From position: event number'],
      ['a place that is no number', 's', { startFrom: NaN }, 'Invalid Start From position: event number'],
      [
        'a position beyond the end',
        allStream,
        { startFrom: 1e9 },
        'Invalid Start From position: commit position must be less',
      ],
      ['a negative time-out', 's', { messageTimeout: -1 }, 'messageTimeout must not be negative'],
    ]
    for (const [what, stream, settings, reason] of wrong) {
      it(`refuses ${what}`, async () => {
        const error = await failsWith(create(stream, settings), 'persistent-subscription-failed')
        expect(error.reason).to.satisfy((text: string) => text.startsWith(reason))
        expect(registry.list()).to.deep.equal([])
      })
    }

    it('admits no more consumers than it may', async () => {
      await create('s', { maxSubscriberCount: 1 })
      const one = connect('s')
      await failsWith(() => {
        registry.group('s', 'g').admit()
      }, 'maximum-subscribers-reached')
      registry.group('s', 'g').remove(one)
      registry.group('s', 'g').admit()
    })

    it('update drops the consumers and keeps checkpoint, filter and what is not answered', async () => {
      await append('a-1', 2)
      await append('b-1', 1)
      await create(
        allStream,
        { minCheckpointCount: 1, maxCheckpointCount: 1 },
        { on: 'stream', regex: '', prefixes: ['a-'] },
      )
      const one = connect(allStream)
      registry.group(allStream, 'g').ack([idOf(one, 0)])
      await eventually(() => registry.group(allStream, 'g').info().lastCheckpointedEventPosition !== '')
      await registry.update(allStream, 'g', { ...usual, maxRetryCount: 3, startFrom: fromEnd }, 'somebody')
      expect(one.dropped).to.equal(true)
      const two = connect(allStream)
      expect(two.log).to.deep.equal(['1@a-1'])
      expect(registry.group(allStream, 'g').settings.maxRetryCount).to.equal(3)
      await append('b-1', 1)
      await append('a-2', 1)
      await eventually(() => two.log.length === 2)
      expect(two.log).to.deep.equal(['1@a-1', '0@a-2'])
    })

    it('delete drops the consumers and forgets everything', async () => {
      await append('s', 2)
      await create('s', { minCheckpointCount: 1, maxCheckpointCount: 1 })
      const one = connect('s')
      registry.group('s', 'g').ack([idOf(one, 0)])
      registry.group('s', 'g').nack([idOf(one, 1)], 'park', '')
      await eventually(() => texts(checkpointStream).length === 2)
      await registry.delete('s', 'g', 'system')
      expect(one.dropped).to.equal(true)
      expect(registry.list('s')).to.deep.equal([])
      await create('s')
      expect(connect('s').log).to.deep.equal(['0@s', '1@s'])
      expect(registry.group('s', 'g').info()).to.include({
        parkedMessageCount: 0,
        lastCheckpointedEventPosition: '',
      })
    })

    it('keeps all settings and filters over a restart, in the stream and shape of EventStoreDB', async () => {
      const odd = {
        ...usual,
        resolveLinks: true,
        extraStatistics: true,
        maxSubscriberCount: 7,
        checkpointAfter: 0,
        strategy: 'PinnedByCorrelation',
      }
      await append('s', 1)
      const filters: EventFilter[] = [
        { on: 'type', regex: '^A,B$', prefixes: [] },
        { on: 'stream', regex: '', prefixes: ['a', 'b'] },
        { on: 'stream', regex: '', prefixes: ['c,d', 'e'] },
      ]
      for (const [index, filter] of filters.entries())
        await registry.create({ stream: allStream, filter }, `f${index}`, odd, 'admin')
      await registry.create({ stream: 's' }, 'plain', { ...usual, startFrom: fromEnd }, 'admin')
      const before = registry.list().map(({ groupName, settings }) => ({ groupName, settings }))
      await registry.close()
      registry = open()
      expect(registry.list().map(({ groupName, settings }) => ({ groupName, settings }))).to.deep.equal(
        before,
      )
      expect(filters.map((_, index) => registry.group(allStream, `f${index}`).source.filter)).to.deep.equal(
        filters,
      )
      const stored: unknown = JSON.parse(texts('$persistentSubscriptionConfig').at(-1) ?? '')
      expect(stored).to.have.property('version', '2')
      expect(stored).to.have.property('updatedBy', 'admin')
      expect(stored)
        .to.have.nested.property('entries[1]')
        .that.deep.includes({
          stream: '$all',
          group: 'f1',
          filter: { context: 'streamid', type: 'prefix', data: 'a,b', isAllStream: true },
          resolveLinkTos: true,
          startPosition: 'C:0/P:0',
          historyBufferSize: 500,
          namedConsumerStrategy: 'PinnedByCorrelation',
        })
      expect(texts('$$$persistentSubscriptionConfig')).to.deep.equal(['{"$maxCount":2}'])
    })

    it('a restart of the subsystem drops all consumers and begins again at the checkpoints', async () => {
      await append('s', 2)
      await create('s')
      const one = connect('s')
      registry.restart()
      expect(one.dropped).to.equal(true)
      expect(connect('s').log).to.deep.equal(['0@s', '1@s'])
    })

    it('shows what goes on', async () => {
      await append('s', 5)
      await create('s')
      const one = connect('s', 3, 'worker')
      clock.advance(2_000)
      registry.group('s', 'g').ack([idOf(one, 0)])
      registry.group('s', 'g').nack([idOf(one, 1)], 'retry', '')
      const { settings, ...info } = registry.group('s', 'g').info()
      expect(settings.startFrom).to.equal(0)
      expect(info).to.deep.equal({
        eventSource: 's',
        groupName: 'g',
        status: 'Live',
        connections: [
          {
            from: '',
            username: 'system',
            connectionName: 'worker',
            averageItemsPerSecond: 2,
            totalItems: 5,
            countSinceLastMeasurement: 5,
            observedMeasurements: [],
            availableSlots: 0,
            inFlightMessages: 3,
          },
        ],
        startFrom: '0',
        averagePerSecond: 2,
        totalItems: 5,
        countSinceLastMeasurement: 5,
        lastCheckpointedEventPosition: '',
        lastKnownEventPosition: '4',
        readBufferCount: 1,
        liveBufferCount: 0,
        retryBufferCount: 0,
        totalInFlightMessages: 3,
        outstandingMessagesCount: 3,
        parkedMessageCount: 0,
      })
      const [again] = registry.list('s')
      expect(again).to.deep.include({ averagePerSecond: 0, countSinceLastMeasurement: 0, totalItems: 5 })
    })
  })
})
