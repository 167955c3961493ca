import fs from 'node:fs'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { EventStoreDBClient, binaryEvent } from '@eventstore/db-client'
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

function requestOf(subscription: boolean): streamsPb.ReadReq {
  const all = new streamsPb.ReadReq.Options.AllOptions().setStart(new sharedPb.Empty())
  const options = new streamsPb.ReadReq.Options()
    .setAll(all)
    .setNoFilter(new sharedPb.Empty())
    .setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty()))
  if (subscription) options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions())
  else options.setCount(String(Number.MAX_SAFE_INTEGER))
  return new streamsPb.ReadReq().setOptions(options)
}

describe('A consumer that stops reading', function () {
  this.timeout(120_000)
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

  it('costs the node little, however much waits for it, and gets all of it when it goes on', async () => {
    const client = EventStoreDBClient.connectionString(node.connectionString)
    const append = async (events: number): Promise<void> => {
      const data = new Uint8Array(EVENT)
      for (let left = events; left > 0; left -= 100)
        await client.appendToStream(
          'backlog',
          Array.from({ length: 100 }, () => binaryEvent({ type: 'T', data })),
        )
    }
    const total = BACKLOG / EVENT
    await append(total / 2)
    const before = residentOf(node.process.pid ?? 0)

    const streams = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
    const calls = Array.from({ length: STALLED }, (_, n) => streams.read(requestOf(n % 2 === 0)))
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
    await append(total / 2)
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
