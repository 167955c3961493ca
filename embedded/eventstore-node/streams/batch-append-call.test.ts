import { randomUUID } from 'node:crypto'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { credentials, type ClientDuplexStream } from '@grpc/grpc-js'
import { expect } from 'chai'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import { startNode, type EventStoreNode } from '../node.ts'
import { fieldsOf, textOf } from '../testing/trace.ts'

interface ChunkOptions {
  readonly stream?: string
  readonly deadline?: number
  readonly expected?: 'any' | 'none'
  readonly events?: readonly Partial<{ id: string; type: string; contentType: string; data: Uint8Array }>[]
  readonly final?: boolean
}

/** A chunk of an append; options are sent with it where a stream is named. */
function chunk(
  correlation: string,
  { stream, deadline, expected, events = [], final }: ChunkOptions,
): streamsPb.BatchAppendReq {
  const request = new streamsPb.BatchAppendReq()
    .setCorrelationId(new sharedPb.UUID().setString(correlation))
    .setIsFinal(final ?? true)
  if (stream !== undefined) {
    const identifier = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream))
    const options = new streamsPb.BatchAppendReq.Options()
      .setStreamIdentifier(identifier)
      .setDeadline(timestampPb.Timestamp.fromDate(new Date(deadline ?? Date.now() + 60_000)))
    if (expected !== 'none') options.setAny(new emptyPb.Empty())
    request.setOptions(options)
  }
  for (const {
    id = randomUUID(),
    type = 'T',
    contentType = 'application/json',
    data = Buffer.from('{}'),
  } of events) {
    const message = request.addProposedMessages(new streamsPb.BatchAppendReq.ProposedMessage())
    message.setId(new sharedPb.UUID().setString(id)).setData(data)
    if (type !== '') message.getMetadataMap().set('type', type)
    if (contentType !== '') message.getMetadataMap().set('content-type', contentType)
  }
  return request
}

describe('A stream of appends', () => {
  let node: EventStoreNode
  let client: streamsGrpc.StreamsClient
  let call: ClientDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>
  let answers: streamsPb.BatchAppendResp[]

  before(async () => {
    node = await startNode({ inMemory: true })
    client = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
  })
  after(async () => {
    client.close()
    await node.close()
  })
  beforeEach(() => {
    answers = []
    call = client.batchAppend()
    call.on('data', (answer: streamsPb.BatchAppendResp) => answers.push(answer))
    // the node ends it when it is closed
    call.on('error', () => undefined)
  })
  afterEach(() => {
    call.cancel()
  })

  const answered = async (count: number): Promise<void> => {
    while (answers.length < count) await new Promise((resolve) => setImmediate(resolve))
  }
  const kindOf = (answer: streamsPb.BatchAppendResp | undefined): string => {
    const { error } = fieldsOf(answer?.toObject())
    const type = textOf(fieldsOf(fieldsOf(error)['details'])['typeUrl'])
    return answer?.hasSuccess() === true
      ? 'success'
      : type.replace('type.googleapis.com/event_store.client.', '')
  }
  const correlationOf = (answer: streamsPb.BatchAppendResp | undefined): string | undefined =>
    answer?.getCorrelationId()?.getString()

  /** Sends an append that is answered after all that was sent before it. */
  const barrier = async (): Promise<void> => {
    const correlation = randomUUID()
    call.write(chunk(correlation, { stream: 'barrier', events: [{}] }))
    while (!answers.some((answer) => correlationOf(answer) === correlation))
      await answered(answers.length + 1)
  }

  it('puts an append together from its chunks, whatever comes in between', async () => {
    const [one, two] = [randomUUID(), randomUUID()]
    call.write(chunk(one, { stream: 'chunks-1', events: [{}, {}], final: false }))
    call.write(chunk(two, { stream: 'chunks-2', events: [{}], final: false }))
    call.write(chunk(one, { events: [{}], final: false }))
    call.write(chunk(two, { events: [{}] }))
    await answered(1)
    expect(node.log.state('chunks-1').status).to.equal('none')
    call.write(chunk(one, { events: [{}] }))
    await answered(2)
    expect(answers.map(correlationOf)).to.deep.equal([two, one])
    expect(answers.map(kindOf)).to.deep.equal(['success', 'success'])
    expect([node.log.state('chunks-1').lastRevision, node.log.state('chunks-2').lastRevision]).to.deep.equal([
      3, 1,
    ])
  })

  it('answers an append that is too large once, at once, and passes over the rest of it', async () => {
    const id = randomUUID()
    const half = { data: new Uint8Array(600_000) }
    call.write(chunk(id, { stream: 'large', events: [half], final: false }))
    call.write(chunk(id, { events: [half], final: false }))
    await answered(1)
    call.write(chunk(id, { events: [half] }))
    await barrier()
    expect(answers.map(kindOf)).to.deep.equal(['MaximumAppendSizeExceeded', 'success'])
    expect(node.log.state('large').status).to.equal('none')
  })

  it('does not answer chunks of an append that never began', async () => {
    call.write(chunk(randomUUID(), { events: [{}] }))
    await barrier()
    expect(answers).to.have.length(1)
  })

  it('times an append out whose deadline has passed, or passes before its last chunk', async () => {
    call.write(chunk(randomUUID(), { stream: 'late', deadline: Date.now() - 1, events: [{}] }))
    const id = randomUUID()
    call.write(chunk(id, { stream: 'late', deadline: Date.now() + 50, events: [{}], final: false }))
    await answered(2)
    call.write(chunk(id, { events: [{}] }))
    await barrier()
    expect(answers.map(kindOf)).to.deep.equal(['Timeout', 'Timeout', 'success'])
    expect(node.log.state('late').status).to.equal('none')
  })

  it('refuses what is incomplete, and says why', async () => {
    const wrong: ChunkOptions[] = [
      { stream: '' },
      { stream: 's', expected: 'none' },
      { stream: 's', events: [{ id: 'no id' }] },
      { stream: 's', events: [{ id: '00000000-0000-0000-0000-000000000000' }] },
      { stream: 's', events: [{ type: '' }] },
      { stream: 's', events: [{ contentType: '' }] },
      { stream: 'x'.repeat(70_000), events: [{}] },
    ]
    for (const options of wrong) call.write(chunk(randomUUID(), options))
    await answered(wrong.length)
    expect(answers.map(kindOf)).to.deep.equal(wrong.map(() => 'BadRequest'))
    expect(answers.every((answer) => answer.getError()?.getMessage() !== '')).to.equal(true)
    expect(node.log.state('s').status).to.equal('none')
  })

  it('goes on after a client that sends thousands of appends without taking an answer', async () => {
    const busy = client.batchAppend()
    busy.on('error', () => undefined)
    let sent = 0
    const send = (): void => {
      while (sent < 3000)
        if (!busy.write(chunk(randomUUID(), { stream: `busy-${sent++ % 10}`, events: [{}] }))) break
      if (sent < 3000) busy.once('drain', send)
    }
    send()
    await barrier()
    let taken = 0
    busy.on('data', () => taken++)
    while (taken < 3000) await new Promise((resolve) => setImmediate(resolve))
    busy.end()
    const revisions = Array.from({ length: 10 }, (_, n) => node.log.state(`busy-${n}`).lastRevision)
    expect(revisions).to.deep.equal(Array<number>(10).fill(299))
  })
})
