import { expect } from 'chai'
import type { EventFilter } from '../streams/filter.ts'
import type { RequestedSettings } from './registry.ts'
import { allStream, fromEnd } from './settings.ts'
import { eventually } from './testing/eventually.ts'
import { checkpointStream, failsWith, idOf, openWorld, usual, type World } from './testing/world.ts'

describe('management of groups', () => {
  let world: World

  beforeEach(() => {
    world = openWorld()
  })

  afterEach(() => world.close())

  it('refuses a second group of the name, and one that is not there', async () => {
    await world.create('s')
    await failsWith(world.create('s'), 'persistent-subscription-exists')
    await failsWith(
      world.registry.update('s', 'other', usual, 'system'),
      'persistent-subscription-does-not-exist',
    )
    await failsWith(world.registry.delete('s', 'other', 'system'), 'persistent-subscription-does-not-exist')
    await failsWith(() => world.registry.group('t', 'g'), 'persistent-subscription-does-not-exist')
    await failsWith(() => {
      world.registry.replayParked('t', 'g', undefined)
    }, 'persistent-subscription-does-not-exist')
    await failsWith(() => world.registry.list('t'), 'persistent-subscription-does-not-exist')
  })

  const wrong: [string, string, Partial<RequestedSettings>, string][] = [
    ['no stream', '', {}, 'Bad stream name.'],
    ['a strategy that there is not', 's', { strategy: 'Random' }, 'Consumer strategy Random does not exist.'],
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
      const error = await failsWith(world.create(stream, settings), 'persistent-subscription-failed')
      expect(error.reason).to.satisfy((text: string) => text.startsWith(reason))
      expect(world.registry.list()).to.deep.equal([])
    })
  }

  it('admits no more consumers than it may', async () => {
    await world.create('s', { maxSubscriberCount: 1 })
    const one = world.connect('s')
    await failsWith(() => {
      world.registry.group('s', 'g').admit()
    }, 'maximum-subscribers-reached')
    world.registry.group('s', 'g').remove(one)
    world.registry.group('s', 'g').admit()
  })

  it('update drops the consumers and keeps checkpoint, filter and what is not answered', async () => {
    await world.append('a-1', 2)
    await world.append('b-1', 1)
    await world.create(
      allStream,
      { minCheckpointCount: 1, maxCheckpointCount: 1 },
      { on: 'stream', regex: '', prefixes: ['a-'] },
    )
    const one = world.connect(allStream)
    world.registry.group(allStream, 'g').ack([idOf(one, 0)])
    await eventually(() => world.registry.group(allStream, 'g').info().lastCheckpointedEventPosition !== '')
    await world.registry.update(
      allStream,
      'g',
      { ...usual, maxRetryCount: 3, startFrom: fromEnd },
      'somebody',
    )
    expect(one.dropped).to.equal(true)
    const two = world.connect(allStream)
    expect(two.log).to.deep.equal(['1@a-1'])
    expect(world.registry.group(allStream, 'g').settings.maxRetryCount).to.equal(3)
    await world.append('b-1', 1)
    await world.append('a-2', 1)
    await eventually(() => two.log.length === 2)
    expect(two.log).to.deep.equal(['1@a-1', '0@a-2'])
  })

  it('delete drops the consumers and forgets everything', async () => {
    await world.append('s', 2)
    await world.create('s', { minCheckpointCount: 1, maxCheckpointCount: 1 })
    const one = world.connect('s')
    world.registry.group('s', 'g').ack([idOf(one, 0)])
    world.registry.group('s', 'g').nack([idOf(one, 1)], 'park', '')
    await eventually(() => world.texts(checkpointStream).length === 2)
    await world.registry.delete('s', 'g', 'system')
    expect(one.dropped).to.equal(true)
    expect(world.registry.list('s')).to.deep.equal([])
    await world.create('s')
    expect(world.connect('s').log).to.deep.equal(['0@s', '1@s'])
    expect(world.registry.group('s', 'g').info()).to.include({
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
    await world.append('s', 1)
    const filters: EventFilter[] = [
      { on: 'type', regex: '^A,B$', prefixes: [] },
      { on: 'stream', regex: '', prefixes: ['a', 'b'] },
      { on: 'stream', regex: '', prefixes: ['c,d', 'e'] },
    ]
    for (const [index, filter] of filters.entries())
      await world.registry.create({ stream: allStream, filter }, `f${index}`, odd, 'admin')
    await world.registry.create({ stream: 's' }, 'plain', { ...usual, startFrom: fromEnd }, 'admin')
    const before = world.registry.list().map(({ groupName, settings }) => ({ groupName, settings }))
    await world.restart()
    expect(world.registry.list().map(({ groupName, settings }) => ({ groupName, settings }))).to.deep.equal(
      before,
    )
    expect(
      filters.map((_, index) => world.registry.group(allStream, `f${index}`).source.filter),
    ).to.deep.equal(filters)
    const stored: unknown = JSON.parse(world.texts('$persistentSubscriptionConfig').at(-1) ?? '')
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
    expect(world.texts('$$$persistentSubscriptionConfig')).to.deep.equal(['{"$maxCount":2}'])
  })

  it('a restart of the subsystem drops all consumers and begins again at the checkpoints', async () => {
    await world.append('s', 2)
    await world.create('s')
    const one = world.connect('s')
    world.registry.restart()
    expect(one.dropped).to.equal(true)
    expect(world.connect('s').log).to.deep.equal(['0@s', '1@s'])
  })

  it('shows what goes on', async () => {
    await world.append('s', 5)
    await world.create('s')
    const one = world.connect('s', 3, 'worker')
    world.clock.advance(2_000)
    world.registry.group('s', 'g').ack([idOf(one, 0)])
    world.registry.group('s', 'g').nack([idOf(one, 1)], 'retry', '')
    const { settings, ...info } = world.registry.group('s', 'g').info()
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
    const [again] = world.registry.list('s')
    expect(again).to.deep.include({ averagePerSecond: 0, countSinceLastMeasurement: 0, totalItems: 5 })
  })
})
