import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js'
import operationsPb from '@eventstore/db-client/generated/operations_pb.js'
import { EventStoreDBClient } from '@eventstore/db-client'
import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { useFolder } from './log/testing/folder.ts'
import { verifyLog } from './log/verify.ts'
import { startChildNode } from './testing/child-node.ts'
import {
  appearance,
  changeUntilGone,
  checkAppends,
  DONE,
  placeOf,
  underWay,
  writeUntilGone,
  type Append,
  type Deed,
} from './testing/under-way.ts'

/** How often the node is killed; `EVENTSTORE_CRASHES` makes it more. */
const CRASHES = Number(process.env['EVENTSTORE_CRASHES'] ?? 4)
const KEPT = 4
const WRITERS = 6

/** Begins one scavenge after the other until the node is gone. */
async function scavengeUntilGone(port: number): Promise<void> {
  const client = new operationsGrpc.OperationsClient(`127.0.0.1:${port}`, credentials.createInsecure())
  const begin = (): Promise<void> =>
    new Promise((resolve, reject) => {
      client.startScavenge(new operationsPb.StartScavengeReq(), (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  try {
    for (;;) {
      await begin()
      await wait(2)
    }
  } catch {
    client.close()
  }
}

/** Appends to a stream that keeps its last few events only, until the node is gone. */
async function writeCounted(client: EventStoreDBClient, appends: Append[]): Promise<void> {
  const stream = `counted-${randomUUID()}`
  try {
    await client.setStreamMetadata(stream, { maxCount: KEPT })
  } catch {
    return
  }
  await writeUntilGone(client, appends, stream)
}

interface Stored {
  readonly id: string
  readonly stream: string
  readonly revision: bigint
  readonly place: string
}

/** All events, of which each stream may lack only its beginning. */
async function readAll(client: EventStoreDBClient): Promise<Stored[]> {
  const events: Stored[] = []
  const next = new Map<string, bigint>()
  for await (const { event } of client.readAll()) {
    if (event === undefined) continue
    const { id, streamId: stream, revision, type } = event
    const place = placeOf(event.position)
    expect(place > (events.at(-1)?.place ?? ''), 'positions ascend').to.equal(true)
    if (type !== '$streamDeleted') {
      expect(revision, `revisions of ${stream}`).to.equal(next.get(stream) ?? revision)
      next.set(stream, revision + 1n)
    }
    events.push({ id, stream, revision, place })
  }
  return events
}

/** The last events of each stream that were acknowledged, and none or all of an append that was not, are read. */
async function checkCounted(client: EventStoreDBClient, appends: readonly Append[]): Promise<void> {
  for (const stream of new Set(appends.map((append) => append.stream))) {
    const own = appends.filter((append) => append.stream === stream)
    const sure = own.filter(({ acknowledged }) => acknowledged).flatMap(({ ids }) => ids)
    const perhaps = own.flatMap(({ ids }) => ids)
    const read: string[] = []
    try {
      for await (const { event } of client.readStream(stream)) read.push(event?.id ?? '')
    } catch (error) {
      if (sure.length > 0) throw error
      continue
    }
    expect([sure.slice(-KEPT).join(), perhaps.slice(-KEPT).join()], stream).to.include(read.join())
  }
}

describe('The node, killed while it scavenges', function () {
  this.timeout(60_000 + CRASHES * 15_000)
  const folder = useFolder()

  it(`loses nothing but what was hidden, and nothing comes back, ${CRASHES} times`, async () => {
    const whole: Append[] = []
    const counted: Append[] = []
    const deeds: Deed[] = []
    const known = new Map<string, Stored>()
    const gone = new Set<string>()

    for (let crash = 0; crash <= CRASHES; crash++) {
      const node = await startChildNode([
        ...['--data', folder(), '--chunk-size', '8192', '--run-projections', 'none'],
      ])
      const client = EventStoreDBClient.connectionString(node.connectionString)
      const stored = await readAll(client)
      for (const event of stored) {
        expect(gone.has(event.id), 'what was gone is still gone').to.equal(false)
        expect(event).to.deep.equal(known.get(event.id) ?? event)
        known.set(event.id, event)
      }
      const there = new Set(stored.map(({ id }) => id))
      for (const id of known.keys()) if (!there.has(id)) gone.add(id)
      checkAppends(whole, stored)
      await checkCounted(client, counted)
      for (const { stream, what, acknowledged } of deeds) {
        const seen = await appearance(client, stream)
        if (acknowledged) expect(seen, `${what} of ${stream}`).to.equal(DONE[what])
        else expect([DONE[what], '0,1,2'], `${what} of ${stream}`).to.include(seen)
      }
      if (crash < CRASHES) {
        const others = Promise.all([
          scavengeUntilGone(node.port),
          ...Array.from({ length: WRITERS }, () => writeUntilGone(client, whole)),
          ...Array.from({ length: WRITERS }, () => writeCounted(client, counted)),
          ...Array.from({ length: WRITERS }, () => changeUntilGone(client, deeds)),
        ])
        await underWay(deeds, 2 * WRITERS)
        await node.kill()
        await others
      } else await node.kill()
      await client.dispose()
    }
    expect(gone.size, 'events that scavenges removed').to.be.above(CRASHES * WRITERS)
    expect(verifyLog(path.join(folder(), 'log')).problems).to.deep.equal([])
  })
})
