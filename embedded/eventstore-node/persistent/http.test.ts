import { mapHTTPPersistentSubscriptionInfo } from '@eventstore/db-client/dist/persistentSubscription/utils/mapPersistentSubscriptionInfo.js'
import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { answerSubscriptions, type HttpAnswer } from './http.ts'
import { createRegistry, type Registry, type RequestedSettings } from './registry.ts'
import { consumer, manualClock, proposed, type ManualClock } from './testing/doubles.ts'

const settings: RequestedSettings = {
  resolveLinks: false,
  extraStatistics: true,
  messageTimeout: 30_000,
  maxRetryCount: 10,
  checkpointAfter: 2_000,
  minCheckpointCount: 1,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 5,
  liveBufferSize: 501,
  historyBufferSize: 502,
  readBatchSize: 20,
  strategy: 'RoundRobin',
  startFrom: 0,
}

describe('HTTP calls for persistent subscriptions', () => {
  let log: NodeLog
  let clock: ManualClock
  let registry: Registry

  beforeEach(async () => {
    log = openLog()
    clock = manualClock()
    registry = createRegistry(log, { clock })
    await log.append('my stream', 'any', [proposed('A'), proposed('B')])
    await registry.create({ stream: 'my stream' }, 'the/group', settings, 'system')
    await registry.create({ stream: '$all' }, 'a', { ...settings, startFrom: -1 }, 'system')
  })

  afterEach(async () => {
    await registry.close()
    await log.close()
  })

  const answer = (method: string, path: string): HttpAnswer | undefined =>
    answerSubscriptions(registry, method, new URL(path, 'http://localhost:2113'))
  const info = '/subscriptions/my%20stream/the%2Fgroup/info'

  it('lists all groups, or those of a stream', () => {
    const all = answer('GET', '/subscriptions')
    expect(all?.status).to.equal(200)
    expect(all?.body).to.have.length(2)
    expect(answer('GET', '/subscriptions/my%20stream')).to.deep.equal({
      status: 200,
      body: [
        {
          links: [{ href: `http://localhost:2113${info}`, rel: 'detail' }],
          eventStreamId: 'my stream',
          groupName: 'the/group',
          parkedMessageUri:
            'http://localhost:2113/streams/%24persistentsubscription-my%20stream::the%2Fgroup-parked',
          getMessagesUri: 'http://localhost:2113/subscriptions/my%20stream/the%2Fgroup/1',
          status: 'Live',
          averageItemsPerSecond: 0,
          totalItemsProcessed: 0,
          lastProcessedEventNumber: 0,
          lastKnownEventNumber: 1,
          lastKnownEventPosition: '1',
          connectionCount: 0,
          totalInFlightMessages: 0,
        },
      ],
    })
    expect(answer('GET', '/subscriptions/other')).to.deep.equal({ status: 404, body: null })
  })

  it('shows a group so that the client reads from it what it reads over gRPC', () => {
    const worker = consumer(3, 'worker')
    registry.group('my stream', 'the/group').add(worker)
    clock.advance(2_000)
    registry.group('my stream', 'the/group').ack([worker.received[0]?.id ?? ''])
    const body: unknown = JSON.parse(JSON.stringify(answer('GET', info)?.body))
    const read = mapHTTPPersistentSubscriptionInfo(
      body as Parameters<typeof mapHTTPPersistentSubscriptionInfo>[0],
    )
    expect(read).to.deep.equal({
      eventSource: 'my stream',
      groupName: 'the/group',
      status: 'Live',
      settings: {
        startFrom: 'start',
        resolveLinkTos: false,
        extraStatistics: true,
        messageTimeout: 30_000,
        maxRetryCount: 10,
        checkPointAfter: 2_000,
        checkPointLowerBound: 1,
        checkPointUpperBound: 1_000,
        maxSubscriberCount: 5,
        liveBufferSize: 501,
        readBatchSize: 20,
        historyBufferSize: 502,
        consumerStrategyName: 'RoundRobin',
      },
      connections: [
        {
          from: '',
          username: 'system',
          connectionName: 'worker',
          averageItemsPerSecond: 1,
          totalItems: 2n,
          countSinceLastMeasurement: 2n,
          availableSlots: 2,
          inFlightMessages: 1,
          extraStatistics: undefined,
        },
      ],
      stats: {
        averagePerSecond: 1,
        totalItems: 2n,
        countSinceLastMeasurement: 2n,
        readBufferCount: 0,
        liveBufferCount: 0n,
        retryBufferCount: 0,
        totalInFlightMessages: 1,
        outstandingMessagesCount: 1,
        parkedMessageCount: 0n,
        lastCheckpointedEventRevision: 0n,
        lastKnownEventRevision: 1n,
      },
    })
    expect(answer('GET', '/subscriptions/my%20stream/other/info')?.status).to.equal(404)
  })

  it('replays parked messages, up to a number or all', async () => {
    const worker = consumer()
    registry.group('my stream', 'the/group').add(worker)
    registry.group('my stream', 'the/group').nack(
      worker.received.map(({ id }) => id),
      'park',
      '',
    )
    await registry.close()
    registry = createRegistry(log, { clock })
    const after = consumer()
    registry.group('my stream', 'the/group').add(after)
    const path = '/subscriptions/my%20stream/the%2Fgroup/replayParked'
    for (const bad of ['-1', 'x', '']) expect(answer('POST', `${path}?stopAt=${bad}`)?.status).to.equal(400)
    expect(after.received.filter(({ replayed }) => replayed)).to.have.length(0)
    expect(answer('POST', `${path}?stopAt=1`)?.body).to.include({ result: 'Success' })
    expect(after.received.filter(({ replayed }) => replayed)).to.have.length(1)
    expect(answer('POST', path)?.status).to.equal(200)
    expect(after.received.filter(({ replayed }) => replayed)).to.have.length(2)
    expect(answer('POST', '/subscriptions/my%20stream/other/replayParked')?.status).to.equal(404)
  })

  it('restarts the subsystem', () => {
    const worker = consumer()
    registry.group('$all', 'a').add(worker)
    expect(answer('POST', '/subscriptions/restart')).to.deep.equal({ status: 200, body: 'Restarting' })
    expect(worker.dropped).to.equal(true)
  })

  it('leaves all else to others', () => {
    for (const [method, path] of [
      ['GET', '/streams/subscriptions'],
      ['PUT', '/subscriptions/s/g'],
      ['GET', '/subscriptions/s/g/info/more'],
      ['DELETE', '/subscriptions'],
    ] as const) {
      expect(answer(method, path), path).to.equal(undefined)
    }
    expect(answer('GET', '/subscriptions/%E0%A4%A')?.status, 'broken escapes').to.equal(400)
  })
})
