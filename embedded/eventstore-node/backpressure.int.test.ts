import fs from 'node:fs'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import {
  binaryEvent,
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client'
import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { useFolder } from './log/testing/folder.ts'
import { startChildNode, type ChildNode } from './testing/child-node.ts'

const MIB = 1024 * 1024
const STALLED = 20
/** What would have to be kept for each of those who stalled, if it was kept. */
const BACKLOG = 48 * MIB
const EVENT = 8 * 1024

/** MiB of a process. */
const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const backlog = (): sharedPb.StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from('backlog').toString('base64'))

/** Of `$all` or of the stream, all there is or also what comes. */
function requestOf(subscription: boolean, ofAll: boolean): streamsPb.ReadReq {
  const start = new sharedPb.Empty()
  const options = new streamsPb.ReadReq.Options()
  if (ofAll) options.setAll(new streamsPb.ReadReq.Options.AllOptions().setStart(start))
  else
    options.setStream(
      new streamsPb.ReadReq.Options.StreamOptions().setStreamIdentifier(backlog()).setStart(start),
    )
  options
    .setNoFilter(new sharedPb.Empty())
    .setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty()))
  if (subscription) options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions())
  else options.setCount(String(Number.MAX_SAFE_INTEGER))
  return new streamsPb.ReadReq().setOptions(options)
}

describe('A consumer that stops reading', function () {
  this.timeout(240_000)
  const folder = useFolder()
  let node: ChildNode

  before(function () {
    // the memory of another process is read from there
    if (!fs.existsSync('/proc/self/status')) this.skip()
  })
  beforeEach(async () => {
    node = await startChildNode(['--data', folder(), '--run-projections', 'none'])
  })
  afterEach(() => node.kill())

  async function append(client: EventStoreDBClient, events: number): Promise<void> {
    const data = new Uint8Array(EVENT)
    for (let left = events; left > 0; left -= 100)
      await client.appendToStream(
        'backlog',
        Array.from({ length: 100 }, () => binaryEvent({ type: 'T', data })),
      )
  }

  it('costs the node little in a group of a persistent subscription, which holds what its settings say', async () => {
    const groups = Array.from({ length: STALLED / 2 }, (_, n) => `g${n}`)
    const client = EventStoreDBClient.connectionString(node.connectionString)
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({
      ...{ startFrom: START, messageTimeout: 600_000 },
      ...{ liveBufferSize: 100, historyBufferSize: 100, readBatchSize: 20 },
    })
    for (const group of groups) await client.createPersistentSubscriptionToStream('backlog', group, settings)
    const total = BACKLOG / EVENT
    await append(client, total / 2)
    const before = residentOf(node.process.pid ?? 0)
    const persistent = new persistentGrpc.PersistentSubscriptionsClient(
      `127.0.0.1:${node.port}`,
      credentials.createInsecure(),
    )
    const calls = groups.map((group) => {
      const call = persistent.read()
      // it ends with the test
      call.on('error', () => undefined)
      const uuid = new persistentPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty())
      const options = new persistentPb.ReadReq.Options()
        .setStreamIdentifier(backlog())
        .setGroupName(group)
        .setBufferSize(10)
        .setUuidOption(uuid)
      call.write(new persistentPb.ReadReq().setOptions(options))
      return call
    })
    for (const call of calls)
      await new Promise<void>((resolve) => {
        call.once('data', () => {
          call.pause()
          resolve()
        })
      })
    await append(client, total / 2)
    const grown = residentOf(node.process.pid ?? 0) - before
    expect(grown, 'MiB for all of them').to.be.below((groups.length * BACKLOG) / MIB / 4)
    for (const call of calls) call.cancel()
    persistent.close()

    // another consumer gets what the first did not answer, and all else
    const taken = new Set<bigint>()
    const reader = client.subscribeToPersistentSubscriptionToStream('backlog', 'g0', { bufferSize: 200 })
    reader.on('error', () => undefined)
    reader.on('data', (resolved) => {
      if (resolved.event !== undefined) taken.add(resolved.event.revision)
      void reader.ack(resolved)
    })
    while (taken.size < total) await new Promise((resolve) => setTimeout(resolve, 20))
    await reader.unsubscribe()
    await client.dispose()
  })

  it('costs the node little, however much waits for it, and gets all of it when it goes on', async () => {
    const client = EventStoreDBClient.connectionString(node.connectionString)
    const total = BACKLOG / EVENT
    await append(client, total / 2)
    const before = residentOf(node.process.pid ?? 0)

    const streams = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
    const calls = Array.from({ length: STALLED }, (_, n) => streams.read(requestOf(n % 2 === 0, n % 4 < 2)))
    const taken = calls.map(() => 0)
    for (const [n, call] of calls.entries()) {
      // it ends with the test
      call.on('error', () => undefined)
      await new Promise<void>((resolve) => {
        call.on('data', (response: streamsPb.ReadResp) => {
          if (!response.hasEvent()) return
          taken[n] = (taken[n] ?? 0) + 1
          if (taken[n] === 1) {
            call.pause()
            resolve()
          }
        })
      })
    }
    await append(client, total / 2)
    const grown = residentOf(node.process.pid ?? 0) - before
    expect(grown, 'MiB for all of them').to.be.below((STALLED * BACKLOG) / MIB / 4)

    const [first] = calls
    first?.resume()
    while ((taken[0] ?? 0) < total) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const call of calls) call.cancel()
    streams.close()
    await client.dispose()
  })
})
