import {
  BACKWARDS,
  DISPATCH_TO_SINGLE,
  END,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  PINNED,
  ROUND_ROBIN,
  START,
  streamNameFilter,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { all, event, events, failureOf, freshName, useStore, watch, type Seen } from './support.ts'

type Action = 'ack' | 'park' | 'retry' | 'skip' | 'none'

const numberIn = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'n' in data ? Number(data.n) : NaN

describe('Persistent subscriptions to a stream', function () {
  this.timeout(60_000)
  const store = useStore()
  const group = 'workers'

  const create = (stream: string, settings: Partial<PersistentSubscriptionToStreamSettings> = {}) =>
    store.client.createPersistentSubscriptionToStream(
      stream,
      group,
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings }),
    )

  /** Takes events and answers each; what is seen is `<n> retry <count>`. */
  function work(
    stream: string,
    answer: (n: number, retryCount: number) => Action = () => 'ack',
    bufferSize = 10,
  ): { seen: Seen; subscription: PersistentSubscriptionToStream } {
    const subscription = store.client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize })
    const seen = watch(subscription)
    subscription.on('data', (resolved) => {
      const n = numberIn(resolved.event?.data)
      seen.see(`${n} retry ${resolved.retryCount}`)
      const action = answer(n, resolved.retryCount)
      if (action === 'ack') void subscription.ack(resolved)
      else if (action !== 'none') void subscription.nack(action, `${action} by the test`, resolved)
    })
    return { seen, subscription }
  }

  const info = (stream: string) => store.client.getPersistentSubscriptionToStreamInfo(stream, group)
  const untilParked = async (stream: string, count: number): Promise<void> => {
    while (Number((await info(stream)).stats.parkedMessageCount) !== count) await pause()
  }
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

  it('deliver what is there and what comes, in order where all is well', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(3))
    await create(stream)
    const { seen, subscription } = work(stream)
    await seen.until('2 retry 0')
    await store.client.appendToStream(stream, event(3))
    await seen.until('3 retry 0')
    expect(seen.things).to.deep.equal(['confirmation', '0 retry 0', '1 retry 0', '2 retry 0', '3 retry 0'])
    await subscription.unsubscribe()
  })

  it('begin at a revision, or at the end', async () => {
    for (const [startFrom, first] of [
      [2n, 2],
      [END, 4],
    ] as const) {
      const stream = freshName()
      await store.client.appendToStream(stream, events(4))
      await create(stream, { startFrom })
      const { seen, subscription } = work(stream)
      await seen.until('confirmation')
      await store.client.appendToStream(stream, event(4))
      await seen.until('4 retry 0')
      expect(seen.things[1]).to.equal(`${first} retry 0`)
      await subscription.unsubscribe()
    }
  })

  it('park, skip and retry as they are told, and park what was retried too often', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(5))
    await create(stream, { maxRetryCount: 2 })
    const { seen, subscription } = work(stream, (n) =>
      n === 1 ? 'park' : n === 2 ? 'retry' : n === 3 ? 'skip' : 'ack',
    )
    await seen.until('2 retry 2')
    await untilParked(stream, 2)
    const times = (n: number): number => seen.things.filter((thing) => thing.startsWith(`${n} `)).length
    expect([0, 1, 2, 3, 4].map(times)).to.deep.equal([1, 1, 3, 1, 1])

    const parked = `$persistentsubscription-${stream}::${group}-parked`
    const links = await all(store.client.readStream(parked, { resolveLinkTos: true }))
    expect(links.map(({ event: each }) => numberIn(each?.data))).to.deep.equal([1, 2])
    expect(JSON.stringify(links[0]?.link?.metadata)).to.include('park by the test')
    await subscription.unsubscribe()
  })

  it('deliver again what is not answered in time', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    await create(stream, { messageTimeout: 1000 })
    const { seen, subscription } = work(stream, (n, retryCount) =>
      n === 1 && retryCount === 0 ? 'none' : 'ack',
    )
    await seen.until('1 retry 1')
    expect(seen.things).to.deep.equal(['confirmation', '0 retry 0', '1 retry 0', '1 retry 1'])
    await subscription.unsubscribe()
  })

  it('replay what is parked, up to a count or all of it, from the first try on', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(4))
    await create(stream)
    const first = work(stream, (n) => (n === 3 ? 'ack' : 'park'))
    await untilParked(stream, 3)
    await first.subscription.unsubscribe()
    const { seen, subscription } = work(stream)
    await seen.until('confirmation')
    await store.client.replayParkedMessagesToStream(stream, group, { stopAt: 1 })
    await seen.until('0 retry 0')
    await untilParked(stream, 2)
    await store.client.replayParkedMessagesToStream(stream, group)
    await seen.until('2 retry 0')
    await untilParked(stream, 0)
    expect(seen.things.slice(1)).to.have.members(['0 retry 0', '1 retry 0', '2 retry 0'])
    await subscription.unsubscribe()
  })

  it('go on behind what was answered, for the next subscriber', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(6))
    await create(stream, { checkPointLowerBound: 1, checkPointUpperBound: 1, checkPointAfter: 100 })
    const first = work(stream, (n) => (n < 3 ? 'ack' : 'none'), 1)
    await first.seen.until('3 retry 0')
    await first.subscription.unsubscribe()
    const { seen, subscription } = work(stream)
    while (!seen.things.some((thing) => thing.startsWith('5 '))) await pause()
    expect(seen.things.slice(1).map((thing) => thing[0])).to.have.members(['3', '4', '5'])
    await subscription.unsubscribe()
  })

  for (const strategy of [ROUND_ROBIN, DISPATCH_TO_SINGLE, PINNED] as const) {
    it(`share events among subscribers: ${strategy}`, async () => {
      const stream = freshName()
      await create(stream, { consumerStrategyName: strategy })
      const subscribers = [work(stream), work(stream)]
      for (const { seen } of subscribers) await seen.until('confirmation')
      for (let n = 0; n < 20; n++) await store.client.appendToStream(stream, event(n))
      const counts = (): number[] => subscribers.map(({ seen }) => seen.things.length - 1)
      while (counts().reduce((sum, count) => sum + count) < 20) await pause()
      const [one = 0, two = 0] = counts()
      expect(one + two).to.equal(20)
      // of one stream only: pinned to one of the two, or all to the first; or one after the other
      if (strategy === ROUND_ROBIN) expect(Math.abs(one - two)).to.be.at.most(2)
      else expect([one, two]).to.include(20)
      for (const { subscription } of subscribers) await subscription.unsubscribe()
    })
  }

  it('follow links where they are asked to', async () => {
    const [stream, links] = [freshName(), freshName()]
    await store.client.appendToStream(stream, events(2, 40))
    await store.client.appendToStream(
      links,
      ['1', '0'].map((n) => ({ ...event(0), type: '$>', data: `${n}@${stream}` })).map(asLink),
    )
    await create(links, { resolveLinkTos: true })
    const { seen, subscription } = work(links)
    await seen.until('40 retry 0')
    expect(seen.things).to.deep.equal(['confirmation', '41 retry 0', '40 retry 0'])
    await subscription.unsubscribe()
  })

  it('are listed, and say how they are', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(5))
    await create(stream, { maxRetryCount: 3, maxSubscriberCount: 1, extraStatistics: true, readBatchSize: 7 })
    const { seen, subscription } = work(stream)
    await seen.until('4 retry 0')
    const refused = watch(store.client.subscribeToPersistentSubscriptionToStream(stream, group))
    await refused.until('error maximum-subscribers-reached')
    const found = await info(stream)
    expect(found).to.include({ eventSource: stream, groupName: group, status: 'Live' })
    expect(found.settings).to.include({
      maxRetryCount: 3,
      maxSubscriberCount: 1,
      readBatchSize: 7,
      extraStatistics: true,
    })
    expect(found.connections).to.have.length(1)
    expect(Number(found.stats.totalItems)).to.equal(5)
    expect(Number(found.stats.lastKnownEventRevision)).to.equal(4)
    const listed = await store.client.listPersistentSubscriptionsToStream(stream)
    expect(listed.map(({ groupName }) => groupName)).to.deep.equal([group])
    const everywhere = await store.client.listAllPersistentSubscriptions()
    expect(everywhere.some(({ eventSource }) => eventSource === stream)).to.equal(true)
    await subscription.unsubscribe()
  })

  it('let their subscribers go when they are updated or deleted', async () => {
    const stream = freshName()
    await create(stream)
    const one = work(stream)
    await one.seen.until('confirmation')
    await store.client.updatePersistentSubscriptionToStream(
      stream,
      group,
      persistentSubscriptionToStreamSettingsFromDefaults({ maxRetryCount: 9 }),
    )
    await one.seen.until('error persistent-subscription-dropped')
    expect((await info(stream)).settings.maxRetryCount).to.equal(9)
    const two = work(stream)
    await two.seen.until('confirmation')
    await store.client.deletePersistentSubscriptionToStream(stream, group)
    await two.seen.until('error persistent-subscription-dropped')
  })

  it('fail with what is wrong', async () => {
    const stream = freshName()
    const missing = {
      type: 'persistent-subscription-does-not-exist',
      code: 5,
      streamName: stream,
      groupName: group,
    }
    const settings = persistentSubscriptionToStreamSettingsFromDefaults()
    for (const call of [
      () => info(stream),
      () => store.client.updatePersistentSubscriptionToStream(stream, group, settings),
      () => store.client.deletePersistentSubscriptionToStream(stream, group),
      () => store.client.replayParkedMessagesToStream(stream, group),
    ]) {
      expect(await failureOf(call())).to.include(missing)
    }
    await work(stream).seen.until('error persistent-subscription-does-not-exist')
    await create(stream)
    expect(await failureOf(create(stream))).to.include({
      type: 'persistent-subscription-exists',
      code: 6,
      streamName: stream,
      groupName: group,
    })
    await store.client.deletePersistentSubscriptionToStream(stream, group)
  })
})

const asLink = ({ id, data }: { id: string; data: string }) => ({
  id,
  type: '$>',
  contentType: 'application/octet-stream' as const,
  data: Buffer.from(data),
  metadata: undefined,
})

describe('Persistent subscriptions to $all', function () {
  this.timeout(60_000)
  const store = useStore()

  for (const kind of ['stream names', 'event types'] as const) {
    it(`deliver what a filter on ${kind} lets through`, async () => {
      const prefix = freshName('filtered').replaceAll('-', '')
      const typed = (n: number) => jsonEvent({ type: `${prefix}.Counted`, data: { n } })
      const filter =
        kind === 'stream names'
          ? streamNameFilter({ prefixes: [`${prefix}-`] })
          : eventTypeFilter({ regex: `^${prefix}\\.` })
      const group = freshName('group')
      // from the end: a server that is there for longer has many events
      await store.client.createPersistentSubscriptionToAll(
        group,
        persistentSubscriptionToAllSettingsFromDefaults({ startFrom: END }),
        { filter },
      )
      const subscription = store.client.subscribeToPersistentSubscriptionToAll(group)
      const seen = watch(subscription)
      subscription.on('data', (resolved) => {
        seen.see(`${numberIn(resolved.event?.data)}@${resolved.event?.streamId ?? ''}`)
        void subscription.ack(resolved)
      })
      await seen.until('confirmation')
      await store.client.appendToStream(`${prefix}-a`, typed(0))
      await store.client.appendToStream(freshName('other'), event(1))
      await store.client.appendToStream(`${prefix}-b`, typed(2))
      await seen.until(`2@${prefix}-b`)
      expect(seen.things).to.deep.equal(['confirmation', `0@${prefix}-a`, `2@${prefix}-b`])
      const found = await store.client.getPersistentSubscriptionToAllInfo(group)
      expect(found).to.include({ eventSource: '$all', groupName: group })
      const listed = await store.client.listPersistentSubscriptionsToAll()
      expect(listed.some(({ groupName }) => groupName === group)).to.equal(true)
      await store.client.deletePersistentSubscriptionToAll(group)
      await seen.until('error persistent-subscription-dropped')
    })
  }

  it('begin at a position', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, event(0))
    const { position } = await store.client.appendToStream(stream, event(1))
    const group = freshName('group')
    await store.client.createPersistentSubscriptionToAll(
      group,
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: position ?? START }),
      { filter: streamNameFilter({ prefixes: [stream] }) },
    )
    const subscription = store.client.subscribeToPersistentSubscriptionToAll(group)
    const seen = watch(subscription)
    subscription.on('data', (resolved) => {
      seen.see(String(resolved.event?.revision))
      void subscription.ack(resolved)
    })
    await seen.until('confirmation')
    await store.client.appendToStream(stream, event(2))
    await seen.until('2')
    expect(seen.things).to.not.include('0')
    await subscription.unsubscribe()
    await store.client.deletePersistentSubscriptionToAll(group)
  })

  it('can be restarted all at once, and go on', async () => {
    await store.client.restartSubsystem()
    const [last] = await all(store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
    expect(last).to.not.equal(undefined)
  })
})
