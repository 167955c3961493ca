import { promisify } from 'node:util'
import { EventStoreDBClient, jsonEvent, type ResolvedEvent } from '@eventstore/db-client'
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js'
import operationsPb from '@eventstore/db-client/generated/operations_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { credentials, status } from '@grpc/grpc-js'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../index.ts'
import { useFolder } from '../log/testing/folder.ts'
import { eventually } from '../persistent/testing/eventually.ts'

const { ScavengeResult } = operationsPb.ScavengeResp

describe('The operations service', function () {
  this.timeout(60_000)
  const folder = useFolder()
  let lines: string[]
  let shutdowns: number
  let node: EventStoreNode
  let client: EventStoreDBClient
  let operations: operationsGrpc.OperationsClient

  async function open(): Promise<void> {
    node = await startNode({
      dataDir: folder(),
      segmentLength: 8192,
      log: (line) => lines.push(line),
      onShutdown: () => shutdowns++,
    })
    client = EventStoreDBClient.connectionString(node.connectionString)
    operations = new operationsGrpc.OperationsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
  }
  async function close(): Promise<void> {
    operations.close()
    await client.dispose()
    await node.close()
  }
  beforeEach(async () => {
    lines = []
    shutdowns = 0
    await open()
  })
  afterEach(close)

  const start = (): Promise<operationsPb.ScavengeResp> =>
    promisify(
      (
        request: operationsPb.StartScavengeReq,
        done: (error: Error | null, response: operationsPb.ScavengeResp) => void,
      ) => operations.startScavenge(request, done),
    )(new operationsPb.StartScavengeReq())
  const stop = (id: string): Promise<operationsPb.ScavengeResp> => {
    const options = new operationsPb.StopScavengeReq.Options().setScavengeId(id)
    return promisify(
      (
        request: operationsPb.StopScavengeReq,
        done: (error: Error | null, response: operationsPb.ScavengeResp) => void,
      ) => operations.stopScavenge(request, done),
    )(new operationsPb.StopScavengeReq().setOptions(options))
  }

  /** Streams that have more in them than they show. */
  async function fill(): Promise<void> {
    for (const stream of ['order-1', 'order-2', 'order-3']) {
      await client.setStreamMetadata(stream, { maxCount: 2 })
      for (let n = 0; n < 40; n++)
        await client.appendToStream(stream, jsonEvent({ type: 'Filled', data: { n, pad: 'x'.repeat(200) } }))
    }
  }

  async function all(read: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
    const events: ResolvedEvent[] = []
    for await (const event of read) events.push(event)
    return events
  }
  /** What the streams in which scavenges are written down say of this one. */
  const history = async (id: string): Promise<[string, unknown][]> =>
    (await all(client.readStream(`$scavenges-${id}`))).map(({ event }) => [event?.type ?? '', event?.data])
  const isOver = (id: string): boolean =>
    node.log.readBackwards(`$scavenges-${id}`, Infinity, 1)[0]?.type === '$scavengeCompleted'
  const filled = async (): Promise<string[]> =>
    (await all(client.readAll())).flatMap(({ event }) =>
      event?.type === 'Filled' ? [`${event.revision}@${event.streamId}`] : [],
    )

  it('scavenges, one at a time, and writes down what came of it', async () => {
    await fill()
    expect(await filled()).to.have.length(120)
    const [first, second] = await Promise.all([start(), start()])
    const id = first.getScavengeId()
    expect(first.getScavengeResult()).to.equal(ScavengeResult.STARTED)
    expect(second.toObject()).to.deep.equal({ scavengeId: id, scavengeResult: ScavengeResult.INPROGRESS })
    await eventually(() => isOver(id))

    expect(await filled()).to.deep.equal(
      ['order-1', 'order-2', 'order-3'].flatMap((stream) => [`38@${stream}`, `39@${stream}`]),
    )
    const said = await history(id)
    expect(said[0]).to.deep.equal([
      '$scavengeStarted',
      { scavengeId: id, nodeEndpoint: `127.0.0.1:${node.port}` },
    ])
    const chunks = said.filter(([type]) => type === '$scavengeChunksCompleted')
    expect(chunks.length).to.be.above(2)
    expect(said.at(-1)).to.have.nested.property('[1].result', 'Success')
    expect(said.at(-1)).to.have.nested.property('[1].spaceSaved').above(20_000)
    const [link] = await all(client.readStream('$scavenges', { resolveLinkTos: true }))
    expect(link?.event).to.include({ streamId: `$scavenges-${id}`, type: '$scavengeStarted' })
    expect(lines.at(-1)).to.match(new RegExp(`^Scavenge ${id}: Success, 114 events gone, \\d+ bytes freed.$`))

    await close()
    await open()
    expect(await filled()).to.have.length(6)
    expect(
      (await client.appendToStream('order-1', jsonEvent({ type: 'Next', data: {} }))).nextExpectedRevision,
    ).to.equal(40n)
  })

  it('stops one, by its id, and answers for an id that it does not know', async () => {
    await fill()
    const unknown = await stop('no-such').catch((error: unknown) => error)
    expect(unknown).to.include({ code: status.NOT_FOUND })
    expect(unknown)
      .to.have.nested.property('metadata')
      .satisfies(
        (metadata: { get(key: string): string[] }) =>
          metadata.get('exception')[0] === 'scavenge-not-found' &&
          metadata.get('scavenge-id')[0] === 'no-such',
      )
    const begun = start()
    const [answer, stopped] = await Promise.all([begun, stop('current')])
    const id = answer.getScavengeId()
    expect(stopped.toObject()).to.deep.equal({ scavengeId: id, scavengeResult: ScavengeResult.STOPPED })
    expect((await history(id)).at(-1)).to.have.nested.property('[1].result', 'Stopped')
    expect(await stop(id).catch((error: unknown) => error)).to.include({ code: status.NOT_FOUND })
  })

  it('says of one that a crash ended that it was interrupted', async () => {
    const event = (type: string, data: string, json = true) => ({
      id: '6b0b1b0e-0000-4000-8000-000000000001',
      type,
      contentType: json ? 'application/json' : 'application/octet-stream',
      data: Buffer.from(data),
      metadata: Buffer.alloc(0),
    })
    await node.log.append('$scavenges-x', 'any', [event('$scavengeStarted', '{"scavengeId":"x"}')])
    await node.log.append('$scavenges', 'any', [event('$>', '0@$scavenges-x', false)])
    await close()
    await open()
    expect((await history('x')).at(-1)).to.have.nested.property('[1].result', 'Interrupted')
    await close()
    await open()
    expect(await history('x')).to.have.length(2)
  })

  it('restarts persistent subscriptions, and takes what only means something in a cluster', async () => {
    const empty = new sharedPb.Empty()
    const call = (send: (done: (error: Error | null) => void) => unknown): Promise<Error | null> =>
      new Promise((resolve) => send(resolve))
    expect(await call((done) => operations.mergeIndexes(empty, done))).to.equal(null)
    expect(await call((done) => operations.resignNode(empty, done))).to.equal(null)
    expect(await call((done) => operations.restartPersistentSubscriptions(empty, done))).to.equal(null)
    const priority = new operationsPb.SetNodePriorityReq().setPriority(3)
    expect(await call((done) => operations.setNodePriority(priority, done))).to.equal(null)
    expect(await call((done) => operations.shutdown(empty, done))).to.equal(null)
    expect(shutdowns).to.equal(1)
  })
})
