import { once } from 'node:events'
import net from 'node:net'
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type StreamSubscription,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore, type TestServer } from '../support/servers.ts'
import { eventually } from '../support/eventually.ts'
import { all, event, events, failureOf, freshName, places, revisions, watchStream } from './support.ts'

/** A client that is told that the server can do less than it can, as one of an older version. */
interface Downgradable {
  supports: (method: { path: string }, feature?: string) => Promise<boolean>
}

describe('The official client', function () {
  this.timeout(60_000)
  let server: TestServer
  let client: EventStoreDBClient
  const others: EventStoreDBClient[] = []

  const connect = (url: string): EventStoreDBClient => {
    const other = EventStoreDBClient.connectionString(url)
    others.push(other)
    return other
  }
  const withOption = (option: string, url = server.url): string =>
    `${url}${url.includes('?') ? '&' : '?'}${option}`
  const hostOf = (): string => new URL(server.url).host

  before(async () => {
    server = await startEventStore()
    client = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    for (const each of [client, ...others]) await each.dispose()
    await server.stop()
  })

  describe('finds the server', () => {
    before(function () {
      // of a cluster, one does not know which node is what
      if (!server.url.startsWith('esdb://') || hostOf().includes(',')) this.skip()
    })

    for (const preference of ['leader', 'follower', 'random', 'read_only_replica'])
      it(`by the name of a cluster, preferring ${preference}`, async () => {
        const stream = freshName()
        const url = server.url.replace('esdb://', 'esdb+discover://')
        const discovering = connect(withOption(`nodePreference=${preference}`, url))
        await discovering.appendToStream(stream, event(0))
        expect(await revisions(discovering.readStream(stream))).to.deep.equal([0])
      })

    it('by several seeds, of which some are not there', async () => {
      const gone = net.createServer()
      await once(gone.listen(0, '127.0.0.1'), 'listening')
      const address = gone.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      await new Promise((resolve) => gone.close(resolve))
      const seeds = `127.0.0.1:${port},${hostOf()},127.0.0.1:${port}`
      const discovering = connect(
        withOption('maxDiscoverAttempts=5&discoveryInterval=10', server.url.replace(hostOf(), seeds)),
      )
      expect((await discovering.appendToStream(freshName(), event(0))).success).to.equal(true)
    })

    it('with a name of its own, with and without keeping the connection alive', async () => {
      for (const option of [
        'connectionName=conformance',
        'keepAliveInterval=-1',
        'keepAliveInterval=10000&keepAliveTimeout=10000',
      ])
        expect((await connect(withOption(option)).appendToStream(freshName(), event(0))).success).to.equal(
          true,
        )
    })
  })

  describe('of an older version, or one that believes the server to be', () => {
    const old = (supports: Downgradable['supports'] = () => Promise.resolve(false)): EventStoreDBClient => {
      const other = connect(server.url)
      Object.assign(other, { supports } satisfies Downgradable)
      return other
    }

    it('appends in calls of their own', async () => {
      const stream = freshName()
      const other = old()
      expect(await other.appendToStream(stream, events(2), { expectedRevision: 'no_stream' })).to.include({
        nextExpectedRevision: 1n,
      })
      const wrong = other.appendToStream(stream, event(2), { expectedRevision: 7n })
      expect(await failureOf(wrong)).to.include({
        type: 'wrong-expected-version',
        expectedVersion: 7n,
        actualVersion: 1n,
      })
    })

    it('looks after persistent subscriptions over HTTP', async () => {
      const stream = freshName()
      const other = old()
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({
        startFrom: START,
        maxRetryCount: 0,
      })
      await client.createPersistentSubscriptionToStream(stream, 'ä group/1', settings)
      await client.createPersistentSubscriptionToStream(stream, 'g2', settings)
      await client.appendToStream(stream, events(3))
      const consumer = client.subscribeToPersistentSubscriptionToStream(stream, 'ä group/1')
      consumer.on('error', () => undefined)
      const parked = new Promise<void>((resolve) => {
        let left = 3
        consumer.on('data', (resolved) => {
          void consumer.nack('park', 'not today', resolved).then(() => {
            if (--left === 0) resolve()
          })
        })
      })
      await parked

      // it is parked once the server has written it
      await eventually(async () => {
        const info = await other.getPersistentSubscriptionToStreamInfo(stream, 'ä group/1')
        return info.stats.parkedMessageCount === 3n
      })
      const [byHttp, byGrpc] = [
        await other.getPersistentSubscriptionToStreamInfo(stream, 'ä group/1'),
        await client.getPersistentSubscriptionToStreamInfo(stream, 'ä group/1'),
      ]
      const told = ({ eventSource, groupName, status, settings: set }: typeof byGrpc): unknown => ({
        ...{ eventSource, groupName, status },
        ...{ startFrom: String(set.startFrom), consumerStrategyName: set.consumerStrategyName },
        ...{ maxRetryCount: set.maxRetryCount, messageTimeout: set.messageTimeout },
      })
      expect(told(byHttp)).to.deep.equal(told(byGrpc))
      const names = (infos: readonly { groupName: string }[]): string[] =>
        infos.map(({ groupName }) => groupName).sort()
      expect(names(await other.listPersistentSubscriptionsToStream(stream))).to.deep.equal([
        'g2',
        'ä group/1',
      ])
      expect(names(await other.listAllPersistentSubscriptions())).to.include.members(['g2', 'ä group/1'])

      const replayed: string[] = []
      consumer.removeAllListeners('data')
      consumer.on('data', (resolved) => {
        replayed.push(String(resolved.event?.revision))
        void consumer.ack(resolved)
      })
      await other.replayParkedMessagesToStream(stream, 'ä group/1', { stopAt: 2 })
      await eventually(() => Promise.resolve(replayed.length === 2 || undefined))
      await other.replayParkedMessagesToStream(stream, 'ä group/1')
      await eventually(() => Promise.resolve(replayed.length === 3 || undefined))
      expect(replayed.sort()).to.deep.equal(['0', '1', '2'])
      await consumer.unsubscribe()

      const missing = freshName()
      const lost = { type: 'persistent-subscription-does-not-exist', streamName: missing }
      for (const call of [
        () => other.getPersistentSubscriptionToStreamInfo(missing, 'g'),
        () => other.replayParkedMessagesToStream(missing, 'g'),
        () => other.listPersistentSubscriptionsToStream(missing),
      ])
        expect(await failureOf(call())).to.include(lost)
      await other.restartPersistentSubscriptionSubsystem()
    })

    it('changes a group on $all, and replays what it has parked', async () => {
      const [stream, group] = [freshName(), freshName('group')]
      const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START })
      await client.createPersistentSubscriptionToAll(group, settings, {
        filter: streamNameFilter({ prefixes: [stream] }),
      })
      await client.updatePersistentSubscriptionToAll(group, { ...settings, maxRetryCount: 3 })
      const info = await client.getPersistentSubscriptionToAllInfo(group)
      expect(info.settings.maxRetryCount).to.equal(3)
      await client.appendToStream(stream, event(0))
      const answers: string[] = []
      const consumer = client.subscribeToPersistentSubscriptionToAll(group)
      consumer.on('error', () => undefined)
      consumer.on('data', (resolved) => {
        answers.push(`${String(resolved.event?.revision)}@${resolved.event?.streamId ?? ''}`)
        if (answers.length === 1) void consumer.nack('park', 'later', resolved)
        else void consumer.ack(resolved)
      })
      await eventually(async () => {
        const { stats } = await client.getPersistentSubscriptionToAllInfo(group)
        return stats.parkedMessageCount === 1n
      })
      await client.replayParkedMessagesToAll(group)
      await eventually(() => Promise.resolve(answers.length === 2 || undefined))
      expect(answers).to.deep.equal([`0@${stream}`, `0@${stream}`])
      await consumer.unsubscribe()
      await client.deletePersistentSubscriptionToAll(group)
      expect(await failureOf(client.getPersistentSubscriptionToAllInfo(group))).to.include({
        type: 'persistent-subscription-does-not-exist',
      })
      expect(await failureOf(client.updatePersistentSubscriptionToAll(group, settings))).to.include({
        type: 'persistent-subscription-does-not-exist',
      })
    })

    it('does not try what such a server has not', async () => {
      const other = old()
      for (const call of [
        () => other.createPersistentSubscriptionToAll('g', persistentSubscriptionToAllSettingsFromDefaults()),
        () => other.getPersistentSubscriptionToAllInfo('g'),
        () => other.listPersistentSubscriptionsToAll(),
        () => other.replayParkedMessagesToAll('g'),
        () => other.deletePersistentSubscriptionToAll('g'),
      ])
        expect(await failureOf(call())).to.include({ type: 'unsupported' })
    })
  })

  it('may ask for the leader in each call', async () => {
    const stream = freshName()
    const requiresLeader = true
    for (const credentials of [undefined, { username: 'admin', password: 'changeit' }])
      await client.appendToStream(stream, event(0), { requiresLeader, ...(credentials && { credentials }) })
    expect(await revisions(client.readStream(stream, { requiresLeader }))).to.deep.equal([0, 1])
    expect(await all(client.readAll({ requiresLeader, maxCount: 1 }))).to.have.length(1)
    await client.setStreamMetadata(stream, { maxCount: 1 }, { requiresLeader })
    const subscription = client.subscribeToStream(stream, { requiresLeader, fromRevision: START })
    await watchStream(subscription).until('caughtUp')
    await subscription.unsubscribe()
    await client.deleteStream(stream, { requiresLeader })
    await client.tombstoneStream(stream, { requiresLeader })
  })

  describe('sets a limit of time', () => {
    const late = { deadline: -1000 }
    const error = { type: 'deadline-exceeded' }

    it('to an append on the shared stream of appends, which others go on to use', async () => {
      const stream = freshName()
      expect(await failureOf(client.appendToStream(stream, event(0), late))).to.include(error)
      expect(await failureOf(all(client.readStream(stream)))).to.include({ type: 'stream-not-found' })
      expect((await client.appendToStream(stream, event(0))).success).to.equal(true)
    })

    it('to any other call', async () => {
      const stream = freshName()
      await client.appendToStream(stream, event(0))
      const credentials = { username: 'admin', password: 'changeit' }
      for (const call of [
        () => client.appendToStream(stream, event(1), { ...late, credentials }),
        () => client.deleteStream(stream, late),
        () => client.tombstoneStream(stream, late),
        () => client.setStreamMetadata(stream, {}, { ...late, credentials }),
        // reads have no limit in this client
        () => client.listAllPersistentSubscriptions(late),
        () => client.listProjections(late),
      ])
        expect(await failureOf(call()), String(call)).to.include(error)
      expect(await revisions(client.readStream(stream))).to.deep.equal([0])
    })
  })

  describe('reads', () => {
    it('a stream from every place in both directions, up to a count', async () => {
      const stream = freshName()
      await client.appendToStream(stream, events(5))
      const read = (
        fromRevision: bigint | typeof START | typeof END,
        direction: typeof FORWARDS | typeof BACKWARDS,
        maxCount: number,
      ) => revisions(client.readStream(stream, { fromRevision, direction, maxCount }))
      expect(await read(START, BACKWARDS, 3)).to.deep.equal([0])
      expect(await read(0n, BACKWARDS, 3)).to.deep.equal([0])
      expect(await read(4n, FORWARDS, 3)).to.deep.equal([4])
      expect(await read(5n, FORWARDS, 3)).to.deep.equal([])
      expect(await read(99n, BACKWARDS, 2)).to.deep.equal([4, 3])
      expect(await read(END, BACKWARDS, 1)).to.deep.equal([4])
      expect(await read(2n, FORWARDS, Number.MAX_SAFE_INTEGER)).to.deep.equal([2, 3, 4])
      await client.setStreamMetadata(stream, { truncateBefore: 3 })
      expect(await read(START, FORWARDS, 1)).to.deep.equal([3])
      expect(await read(2n, FORWARDS, 2)).to.deep.equal([3, 4])
      expect(await read(2n, BACKWARDS, 2)).to.deep.equal([])
      expect(await read(END, BACKWARDS, 9)).to.deep.equal([4, 3])
    })

    it('links backwards, counting links, whatever they lead to', async () => {
      const source = freshName()
      const stream = freshName('links')
      await client.appendToStream(source, events(3))
      const link = (to: string) => ({
        ...jsonEvent({ type: '$>', data: {} }),
        contentType: 'application/octet-stream' as const,
        data: Buffer.from(to),
      })
      await client.appendToStream(stream, [
        ...[link(`0@${source}`), link(`9@${source}`), link('no link'), link(`2@${source}`)],
      ])
      await client.setStreamMetadata(source, { truncateBefore: 1 })
      const read = await all(
        client.readStream(stream, {
          direction: BACKWARDS,
          fromRevision: END,
          maxCount: 4,
          resolveLinkTos: true,
        }),
      )
      expect(
        read.map(({ event: to, link: by }) => [
          String(by?.revision),
          to?.id === undefined ? undefined : String(to.revision),
        ]),
      ).to.deep.equal([
        ['3', '2'],
        // no link at all, but an event like any other
        ['undefined', '2'],
        ['1', undefined],
        ['0', undefined],
      ])
      expect(await all(client.readStream(stream, { maxCount: 2, resolveLinkTos: true }))).to.have.length(2)
    })
  })

  describe('loses its connection', () => {
    /** Passes bytes on until it is told to cut all connections. */
    async function startProxy(): Promise<{ url: string; cut(): void; close(): Promise<void> }> {
      const target = new URL(server.url)
      const sockets = new Set<net.Socket>()
      const proxy = net.createServer((from) => {
        const to = net.connect(Number(target.port), target.hostname)
        for (const [socket, other] of [
          [from, to],
          [to, from],
        ] as const) {
          sockets.add(socket)
          socket.on('error', () => other.destroy())
          socket.on('close', () => {
            sockets.delete(socket)
            other.destroy()
          })
          socket.pipe(other)
        }
      })
      await once(proxy.listen(0, '127.0.0.1'), 'listening')
      const address = proxy.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const cut = (): void => {
        for (const socket of sockets) socket.destroy()
      }
      return {
        url: server.url.replace(target.host, `127.0.0.1:${port}`),
        cut,
        close: () =>
          new Promise((resolve) => {
            cut()
            proxy.close(() => {
              resolve()
            })
          }),
      }
    }

    before(function () {
      if (!server.url.startsWith('esdb://') || !server.url.includes('tls=false')) this.skip()
    })

    it('and is told; comes back by itself, and subscriptions go on from where they were without gap or double', async () => {
      const proxy = await startProxy()
      const other = connect(proxy.url)
      const stream = freshName()
      const seen: number[] = []
      const ends: string[] = []
      const subscribe = (): StreamSubscription => {
        const last = seen.at(-1)
        const subscription = other.subscribeToStream(stream, {
          fromRevision: last === undefined ? START : BigInt(last),
        })
        subscription.on('data', ({ event: each }) => seen.push(Number(each?.revision)))
        subscription.on('error', (error) => {
          ends.push('type' in error ? String(error.type) : error.message)
          subscribe()
        })
        return subscription
      }
      subscribe()
      for (let n = 0; n < 60; n++) {
        await client.appendToStream(stream, event(n))
        if (n % 20 === 19) {
          await eventually(() => Promise.resolve(seen.length > n / 2 || undefined))
          proxy.cut()
        }
      }
      await eventually(() => Promise.resolve(seen.length >= 60 || undefined))
      expect(seen).to.deep.equal([...Array(60).keys()])
      expect(ends.length).to.be.at.least(3)
      // the client's own, where a subscription is begun before it has noticed that the connection is gone
      expect(['unavailable', 'Channel has been shut down']).to.include.members(ends)
      expect(await places(other.readStream(stream, { maxCount: 1 }))).to.deep.equal([`0@${stream}`])
      expect((await other.appendToStream(stream, event(60))).nextExpectedRevision).to.equal(60n)
      await other.dispose()
      await proxy.close()
    })
  })
})
