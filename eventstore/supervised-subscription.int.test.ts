import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { eventually } from '../test/support/eventually.ts'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import type { ConnectedEventStore } from './connect.ts'
import { comparePositions } from './position.ts'
import { counted, countedUp, openDoor } from './testing/door.ts'
import { startProxy } from './testing/network.ts'
import { openCalls } from './testing/open-calls.ts'
import { numbersOf, readItems, type Reading } from './testing/reading.ts'
import { startRestartableNode } from './testing/restartable-node.ts'
import type { Position, SubscriptionItem } from './types.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe('a supervised subscription', () => {
  let server: TestServer
  let store: ConnectedEventStore
  /** Names of streams that only this test has begin with it. */
  let prefix: string
  let from: Position | 'start'
  let controller: AbortController
  let readings: Reading[]

  before(async () => {
    server = await startEventStore()
    store = openDoor(server.url)
    await store.append(`seed-${randomUUID()}`, [counted(0)], 'no_stream')
  })
  after(async () => {
    await store.close()
    await server.stop()
  })
  beforeEach(async () => {
    prefix = `thing${randomUUID().replaceAll('-', '')}-`
    from = (await store.headPosition()) ?? 'start'
    controller = new AbortController()
    readings = []
  })
  afterEach(async () => {
    controller.abort()
    for (const reading of readings) await reading.end()
  })

  const subscribe = (through: ConnectedEventStore, start: Position | 'start' = from): Reading => {
    const reading = readItems(
      through.subscribeToAll({ from: start, streamPrefixes: [prefix], signal: controller.signal }),
    )
    readings.push(reading)
    return reading
  }

  it('brings what is there, says that it has caught up, and goes on live, in order', async () => {
    await store.append(`${prefix}a`, countedUp(1_500), 'no_stream')
    await store.append(`${prefix}b`, countedUp(1_500, 1_500), 'no_stream')
    const reading = subscribe(store)
    await reading.next('caught_up')
    expect(numbersOf(reading.items)).to.deep.equal(upTo(3_000))
    for (let n = 3_000; n < 3_050; n += 1) await store.append(`${prefix}c`, [counted(n)], 'any')
    await reading.next('event', 50)
    expect(numbersOf(reading.items)).to.deep.equal(upTo(3_050))
  })

  it('loses nothing and doubles nothing where events are appended while it catches up', async () => {
    await store.append(`${prefix}a`, countedUp(1_000), 'no_stream')
    const reading = subscribe(store)
    const appending = (async () => {
      for (let n = 1_000; n < 1_200; n += 1) await store.append(`${prefix}a`, [counted(n)], BigInt(n - 1))
    })()
    await reading.next('event', 1_200)
    await appending
    expect(numbersOf(reading.items)).to.deep.equal(upTo(1_200))
  })

  it('begins after the position that it is given', async () => {
    const { position } = await store.append(`${prefix}a`, countedUp(5), 'no_stream')
    const reading = subscribe(store, position)
    await store.append(`${prefix}a`, [counted(5)], 4n)
    await reading.next('event')
    expect(numbersOf(reading.items)).to.deep.equal([5])
  })

  it('goes on after any event of an append that had several', async () => {
    await store.append(`${prefix}a`, countedUp(5), 'no_stream')
    const first = subscribe(store)
    const [, , third] = await first.next('event', 3)
    const second = subscribe(store, third?.event.position)
    await second.next('event', 2)
    expect(numbersOf(second.items)).to.deep.equal([3, 4])
  })

  it('passes on what no contract can read', async () => {
    const client = EventStoreDBClient.connectionString(server.url)
    const [unheard, badMetadata] = [randomUUID(), randomUUID()]
    await store.append(`${prefix}a`, [counted(0)], 'no_stream')
    await client.appendToStream(`${prefix}a`, [
      jsonEvent({ id: unheard, type: 'Unheard', data: { secret: 1 } }),
      jsonEvent({ id: badMetadata, type: 'Counted', data: { n: 1 }, metadata: { actor: 'me' } }),
    ])
    await client.dispose()
    await store.append(`${prefix}a`, [counted(2)], 2n)
    const reading = subscribe(store)
    await reading.next('event', 2)
    expect(
      reading.items.flatMap((item) => (item.kind === 'unreadable' ? [item.event] : [])),
    ).to.containSubset([
      { id: unheard, type: 'Unheard', stream: `${prefix}a`, revision: 1n, raw: { secret: 1 } },
      { id: badMetadata, type: 'Counted', stream: `${prefix}a`, revision: 2n, raw: { n: 1 } },
    ])
    expect(numbersOf(reading.items)).to.deep.equal([0, 2])
  })

  it('moves its checkpoint over what its filter passes over, before and after it has caught up', async () => {
    for (let n = 0; n < 3; n += 1) await store.append(`other-${randomUUID()}`, countedUp(1_100), 'no_stream')
    const head = await store.headPosition()
    if (head === undefined) throw new Error('The store is empty')
    const isBeyond = (place: Position) => (item: SubscriptionItem) =>
      item.kind === 'checkpoint' && comparePositions(item.position, place) >= 0
    const reading = subscribe(store)
    await reading.until(isBeyond(head))
    await reading.next('caught_up')
    const { position } = await store.append(`other-${randomUUID()}`, countedUp(1_000), 'no_stream')
    await store.append(`other-${randomUUID()}`, countedUp(1_100), 'no_stream')
    await reading.until(isBeyond(position))
    expect(numbersOf(reading.items)).to.deep.equal([])
  })

  it('brings no checkpoint before an event that stands before it', async () => {
    const reading = subscribe(store)
    for (let n = 0; n < 40; n += 1) {
      await store.append(`other-${randomUUID()}`, countedUp(100), 'no_stream')
      await store.append(`${prefix}a`, [counted(n)], 'any')
    }
    await reading.next('event', 40)
    const places = reading.items.flatMap((item) => {
      if (item.kind === 'caught_up') return []
      return [item.kind === 'checkpoint' ? item.position : item.event.position]
    })
    const sorted = [...places].sort(comparePositions)
    expect(places).to.deep.equal(sorted)
    expect(reading.items.filter(({ kind }) => kind === 'checkpoint')).to.have.length.above(1)
  })

  it('moves its checkpoint where so little comes that none is due', async () => {
    const impatient = openDoor(server.url, { watchdogMs: 20 })
    try {
      const reading = subscribe(impatient)
      await reading.next('caught_up')
      const { position } = await store.append(`other-${randomUUID()}`, [counted(0)], 'no_stream')
      await reading.until(
        (item) => item.kind === 'checkpoint' && comparePositions(item.position, position) >= 0,
      )
      await store.append(`${prefix}a`, [counted(0)], 'no_stream')
      await reading.next('event')
      expect(numbersOf(reading.items)).to.deep.equal([0])
    } finally {
      controller.abort()
      await impatient.close()
    }
  })

  it('holds the store back where its reader is slow, and is not renewed meanwhile', async () => {
    const impatient = openDoor(server.url, { watchdogMs: 20 })
    try {
      for (let n = 0; n < 4; n += 1) {
        await store.append(`${prefix}${n}`, countedUp(1_200, n * 1_200), 'no_stream')
      }
      const reading = subscribe(impatient)
      await reading.next('event', 10)
      // time for several looks of the watchdog, in which this reader asks for nothing
      for (let looks = 0; looks < 30; looks += 1) await store.headPosition()
      await reading.next('event', 4_790)
      expect(numbersOf(reading.items)).to.deep.equal(upTo(4_800))
    } finally {
      controller.abort()
      await impatient.close()
    }
  })

  describe('that is aborted', () => {
    it('ends at once while it waits', async () => {
      const reading = subscribe(store)
      await reading.next('caught_up')
      const waiting = reading.next('event')
      controller.abort()
      await waiting.then(
        () => expect.fail('there was no event'),
        (error: unknown) => {
          expect(String(error)).to.contain('It ended')
        },
      )
    })

    it('ends at once although items are ready', async () => {
      await store.append(`${prefix}a`, countedUp(100), 'no_stream')
      const reading = subscribe(store)
      await reading.next('event', 10)
      controller.abort()
      await reading.next('event').then(
        () => expect.fail('it went on'),
        (error: unknown) => {
          expect(String(error)).to.contain('after 10 items')
        },
      )
    })

    it('never begins where it is aborted before', async () => {
      controller.abort()
      const items: SubscriptionItem[] = []
      for await (const item of store.subscribeToAll({
        from,
        streamPrefixes: [prefix],
        signal: controller.signal,
      })) {
        items.push(item)
      }
      expect(items).to.deep.equal([])
    })

    it('ends at once while the store is away', async () => {
      const node = await startRestartableNode()
      const away = openDoor(node.url)
      try {
        const reading = readItems(
          away.subscribeToAll({ from: 'start', streamPrefixes: [prefix], signal: controller.signal }),
        )
        await reading.next('caught_up')
        await node.stop()
        const waiting = reading.next('event')
        await rejected(away.headPosition())
        controller.abort()
        await rejected(waiting)
      } finally {
        await away.close()
        await node.end()
      }
    })
  })

  it('ends when the door is closed', async () => {
    const other = openDoor(server.url)
    const reading = subscribe(other)
    await reading.next('caught_up')
    const waiting = reading.next('event')
    await other.close()
    await rejected(waiting)
    // the connection is shared with a door that is still open
    expect(await store.headPosition()).not.to.equal(undefined)
  })

  it('leaves no call open when its reader leaves, nor when it is aborted', async () => {
    const other = new AbortController()
    const node = await startRestartableNode()
    const door = openDoor(node.url)
    try {
      const options = { from: 'start', streamPrefixes: [prefix] } as const
      const [leaving, aborted] = [controller, other].map(({ signal }) =>
        readItems(door.subscribeToAll({ ...options, signal })),
      )
      await leaving?.next('caught_up')
      await aborted?.next('caught_up')
      expect(await openCalls(node.url)).to.equal(2)
      await leaving?.end()
      await eventually(async () => (await openCalls(node.url)) === 1)
      const waiting = aborted?.next('event') ?? Promise.resolve()
      other.abort()
      await rejected(waiting)
      await eventually(async () => (await openCalls(node.url)) === 0)
    } finally {
      await door.close()
      await node.end()
    }
  })

  it('has no gap and no double when the node restarts, again and again', async () => {
    const node = await startRestartableNode()
    const away = openDoor(node.url)
    try {
      const reading = readItems(
        away.subscribeToAll({ from: 'start', streamPrefixes: [prefix], signal: controller.signal }),
      )
      let n = 0
      for (let restarts = 0; restarts < 4; restarts += 1) {
        for (let batch = 0; batch < 10; batch += 1, n += 30) {
          const events = countedUp(30, n)
          // the first append after a restart finds the old connection
          await eventually(() => away.append(`${prefix}${restarts}-${batch}`, events, 'no_stream'))
        }
        // it is cut off with some read, some on their way and some not yet sent
        await reading.next('event', 170)
        await node.stop()
        await node.start()
      }
      await reading.next('event', n - 4 * 170)
      const last = [counted(n)]
      await eventually(() => away.append(`${prefix}last`, last, 'no_stream'))
      await reading.next('event')
      expect(numbersOf(reading.items)).to.deep.equal(upTo(n + 1))
    } finally {
      controller.abort()
      await away.close()
      await node.end()
    }
  })

  it('comes back where its connection is open but dead', async () => {
    const node = await startRestartableNode()
    const proxy = await startProxy(node.port)
    const direct = openDoor(node.url)
    const store = openDoor(`esdb://127.0.0.1:${proxy.port}?tls=false`, { watchdogMs: 50, deadlineMs: 500 })
    try {
      const reading = readItems(
        store.subscribeToAll({ from: 'start', streamPrefixes: [prefix], signal: controller.signal }),
      )
      await direct.append(`${prefix}a`, countedUp(3), 'no_stream')
      await reading.next('event', 3)
      await reading.next('caught_up')
      proxy.freeze()
      await direct.append(`${prefix}a`, countedUp(3, 3), 2n)
      await reading.next('event', 3)
      expect(numbersOf(reading.items)).to.deep.equal(upTo(6))
    } finally {
      controller.abort()
      await Promise.all([store.close(), direct.close()])
      await proxy.close()
      await node.end()
    }
  })
})

const rejected = async (work: Promise<unknown>): Promise<void> => {
  const failed = await work.then(
    () => false,
    () => true,
  )
  expect(failed).to.equal(true)
}
