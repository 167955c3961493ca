import { once } from 'node:events'
import net from 'node:net'
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from './index.ts'
import { eventually } from './persistent/testing/eventually.ts'

/** A cable between a client and the node. */
interface Cable {
  readonly port: number
  /** From now on nothing gets through, in either direction, and neither side is told. */
  cut(): void
  /** Connections of clients that are open. */
  readonly clients: number
  /** How often clients have said something. */
  readonly heard: number
  remove(): Promise<void>
}

async function layCable(to: number): Promise<Cable> {
  const pairs: [net.Socket, net.Socket][] = []
  const clients = new Set<net.Socket>()
  let heard = 0
  const server = net.createServer((client) => {
    const node = net.connect(to, '127.0.0.1')
    clients.add(client)
    client.on('data', () => heard++)
    for (const [from, into] of [
      [client, node],
      [node, client],
    ] as const) {
      from.on('data', (bytes) => into.write(bytes))
      // whoever sits at the end finds out
      from.on('error', () => undefined)
      from.once('close', () => clients.delete(client))
    }
    pairs.push([client, node])
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('it has no port')
  return {
    port: address.port,
    cut() {
      for (const socket of pairs.flat()) socket.removeAllListeners('data').resume()
    },
    get heard() {
      return heard
    },
    get clients() {
      return clients.size
    },
    async remove() {
      for (const socket of pairs.flat()) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const event = () => jsonEvent({ type: 'Happened', data: {} })

describe('A silent connection', function () {
  this.timeout(60_000)
  let node: EventStoreNode
  let cable: Cable
  let near: EventStoreDBClient
  const { warn } = console

  beforeEach(async () => {
    node = await startNode({ inMemory: true, keepAliveInterval: 300, keepAliveTimeout: 700 })
    cable = await layCable(node.port)
    near = EventStoreDBClient.connectionString(node.connectionString)
    await near.appendToStream('s', [event(), event(), event()])
  })
  afterEach(async () => {
    Reflect.set(console, 'warn', warn)
    await near.dispose()
    await cable.remove()
    await node.close()
  })
  const far = (options = ''): EventStoreDBClient => {
    // the client says on the console that it would rather ask less often
    Reflect.set(console, 'warn', () => undefined)
    return EventStoreDBClient.connectionString(`esdb://127.0.0.1:${cable.port}?tls=false${options}`)
  }
  const consumers = async (): Promise<number> =>
    (await near.getPersistentSubscriptionToStreamInfo('s', 'g')).connections.length

  it('of a client that vanished is let go of, with its place in a group, and what it had goes to another', async () => {
    await near.createPersistentSubscriptionToStream(
      's',
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({
        startFrom: START,
        // never within this test
        messageTimeout: 3_600_000,
        maxSubscriberCount: 1,
      }),
    )
    const client = far()
    const vanished = client.subscribeToPersistentSubscriptionToStream('s', 'g', { bufferSize: 10 })
    const following = client.subscribeToStream('s')
    vanished.on('error', () => undefined)
    following.on('error', () => undefined)
    let [delivered, seen] = [0, 0]
    vanished.on('data', () => delivered++)
    following.on('data', () => seen++)
    await eventually(() => delivered === 3 && seen === 3)
    expect(await consumers()).to.equal(1)

    cable.cut()
    await eventually(async () => (await consumers()) === 0)
    await eventually(() => cable.clients === 0)
    const next = near.subscribeToPersistentSubscriptionToStream('s', 'g', { bufferSize: 10 })
    const taken: bigint[] = []
    next.on('data', (resolved) => {
      taken.push(resolved.event?.revision ?? -1n)
      void next.ack(resolved)
    })
    await eventually(() => taken.length === 3)
    expect(taken.sort()).to.deep.equal([0n, 1n, 2n])
    await next.unsubscribe()
    await client.dispose()
  })

  it('of a client that is there, and only has nothing to say, stays', async () => {
    let pings = 0
    const socket = net.connect(node.port, '127.0.0.1')
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])) // SETTINGS
    let unread = Buffer.alloc(0)
    socket.on('data', (bytes) => {
      unread = Buffer.concat([unread, bytes])
      for (let length = frameLength(unread); unread.length >= length; length = frameLength(unread)) {
        const frame = unread.subarray(0, length)
        unread = unread.subarray(length)
        if (frame[3] !== PING || frame[4] !== 0) continue
        pings++
        socket.write(Buffer.concat([frame.subarray(0, 4), Buffer.from([ACK]), frame.subarray(5)]))
      }
    })
    await eventually(() => pings >= 5)
    expect(socket.closed).to.equal(false)
    socket.destroy()
  })

  it('is found out by a client that asks, when it is the node that vanished', async () => {
    const client = far('&keepAliveInterval=300&keepAliveTimeout=700')
    const subscription = client.subscribeToStream('s')
    const failed = once(subscription, 'error')
    subscription.on('data', () => undefined)
    await once(subscription, 'confirmation')
    cable.cut()
    expect(((await failed) as unknown[])[0]).to.have.property('type', 'unavailable')
    await client.dispose()
  })

  it('of a client that asks very often is not refused', async () => {
    const client = far('&keepAliveInterval=100&keepAliveTimeout=10000')
    const subscription = client.subscribeToStream('other')
    const events: unknown[] = []
    let failure: unknown
    subscription.on('data', (resolved) => events.push(resolved))
    subscription.on('error', (error) => (failure = error))
    await once(subscription, 'confirmation')
    const { heard } = cable
    await eventually(() => cable.heard >= heard + 20)
    await near.appendToStream('other', event())
    await eventually(() => events.length === 1)
    expect(failure).to.equal(undefined)
    await subscription.unsubscribe()
    await client.dispose()
  })
})

const [PING, ACK] = [6, 1]
/** Of the frame that these bytes begin with; more than there can be where they are too few to tell. */
const frameLength = (bytes: Buffer): number => (bytes.length < 9 ? Infinity : 9 + bytes.readUIntBE(0, 3))
