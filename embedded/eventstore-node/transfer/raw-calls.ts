import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { CallOptions, Metadata } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import { TransferError } from './errors.ts'
import type { Position, StoredEvent } from './stored-event.ts'

/**
 * Reads and appends of whole events, byte by byte: the client's own calls parse JSON and write it anew, which changes
 * blanks, large numbers and keys that are there twice. Connection, discovery, TLS and credentials are the client's.
 */
export interface RawCalls {
  /** Events of `$all` from a position on, system events included, links not followed. */
  readAll(from: Position | 'start'): AsyncIterable<StoredEvent>
  /** The last event there is. */
  lastEvent(): Promise<StoredEvent | undefined>
  /** Events of a stream that can be read, none where there is no such stream. */
  readStream(stream: string, options: StreamRange): Promise<StoredEvent[]>
  openAppends(): Promise<RawAppends>
}

export interface StreamRange {
  readonly from: bigint | 'start' | 'end'
  readonly backwards?: boolean
  readonly count: number
}

export interface ProposedRaw {
  readonly id: string
  readonly type: string
  readonly json: boolean
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

/** Appends that are decided in the order in which they are sent. */
export interface RawAppends {
  /**
   * Resolves with the position of the append's last event.
   * @param expected revision that the stream must have, -1 where it must not be there
   * @throws TransferError where the server refuses it or goes away
   */
  append(stream: string, expected: number, events: readonly ProposedRaw[]): Promise<bigint>
  close(): void
}

/** What the client has for its own calls. */
interface Internals {
  getGRPCClient(client: typeof streamsGrpc.StreamsClient, name: string): Promise<streamsGrpc.StreamsClient>
  callArguments(options: object, callOptions?: CallOptions): [Metadata, CallOptions]
}

/** Milliseconds that a server may take for one append. */
const APPEND_DEADLINE = 60_000
const empty = (): sharedPb.Empty => new sharedPb.Empty()

/** @throws TypeError where the client is not built as it was when this was written */
export function rawCalls(client: EventStoreDBClient): RawCalls {
  const internals = internalsOf(client)
  const open = async (): Promise<[streamsGrpc.StreamsClient, Metadata, CallOptions]> => [
    await internals.getGRPCClient(streamsGrpc.StreamsClient, 'transfer'),
    ...internals.callArguments({}, { deadline: Infinity }),
  ]

  async function* read(options: streamsPb.ReadReq.Options): AsyncGenerator<StoredEvent> {
    const [streams, metadata, callOptions] = await open()
    options.setNoFilter(empty()).setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(empty()))
    const call = streams.read(new streamsPb.ReadReq().setOptions(options), metadata, callOptions)
    try {
      for await (const response of call as AsyncIterable<streamsPb.ReadResp>) {
        const record = response.getEvent()?.getEvent()
        if (record !== undefined) yield storedEvent(record)
      }
    } finally {
      call.cancel()
    }
  }

  const optionsOf = (backwards: boolean, count: number): streamsPb.ReadReq.Options => {
    const { BACKWARDS, FORWARDS } = streamsPb.ReadReq.Options.ReadDirection
    return new streamsPb.ReadReq.Options()
      .setReadDirection(backwards ? BACKWARDS : FORWARDS)
      .setCount(String(count))
  }

  async function readStream(stream: string, { from, backwards, count }: StreamRange): Promise<StoredEvent[]> {
    const range = new streamsPb.ReadReq.Options.StreamOptions().setStreamIdentifier(identifierOf(stream))
    if (from === 'start') range.setStart(empty())
    else if (from === 'end') range.setEnd(empty())
    else range.setRevision(String(from))
    const events: StoredEvent[] = []
    try {
      for await (const event of read(optionsOf(backwards ?? false, count).setStream(range)))
        events.push(event)
    } catch (error) {
      // a tombstoned stream has none
      if (!isDeleted(error)) throw error
    }
    return events
  }

  async function openAppends(): Promise<RawAppends> {
    const [streams, metadata, callOptions] = await open()
    return createAppends(streams.batchAppend(metadata, callOptions))
  }

  return {
    readAll(from) {
      const range = new streamsPb.ReadReq.Options.AllOptions()
      if (from === 'start') range.setStart(empty())
      else range.setPosition(positionOf(from))
      return read(optionsOf(false, Number.MAX_SAFE_INTEGER).setAll(range))
    },
    async lastEvent() {
      const range = new streamsPb.ReadReq.Options.AllOptions().setEnd(empty())
      for await (const event of read(optionsOf(true, 1).setAll(range))) return event
      return undefined
    },
    readStream,
    openAppends,
  }
}

function internalsOf(client: object): Internals {
  if (!isInternals(client))
    throw new TypeError('The client of this version has other parts than are used here.')
  return client
}

const isInternals = (client: object): client is Internals =>
  'getGRPCClient' in client &&
  typeof client.getGRPCClient === 'function' &&
  'callArguments' in client &&
  typeof client.callArguments === 'function'

const isDeleted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 9 && error.message.includes('deleted')

const identifierOf = (stream: string): sharedPb.StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream))

const positionOf = ({ commit, prepare }: Position): streamsPb.ReadReq.Options.Position =>
  new streamsPb.ReadReq.Options.Position()
    .setCommitPosition(String(commit))
    .setPreparePosition(String(prepare))

const TICKS_PER_MILLISECOND = 10_000n

function storedEvent(record: streamsPb.ReadResp.ReadEvent.RecordedEvent): StoredEvent {
  const metadata = record.getMetadataMap()
  const ticks = BigInt(metadata.get('created') ?? '0')
  return {
    stream: Buffer.from(record.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8'),
    revision: BigInt(record.getStreamRevision()),
    position: { commit: BigInt(record.getCommitPosition()), prepare: BigInt(record.getPreparePosition()) },
    id: record.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    created: new Date(Number(ticks / TICKS_PER_MILLISECOND)).toISOString(),
    json: metadata.get('content-type') === 'application/json',
    data: Buffer.from(record.getData_asU8()),
    metadata: Buffer.from(record.getCustomMetadata_asU8()),
  }
}

type BatchCall = ReturnType<streamsGrpc.StreamsClient['batchAppend']>

function createAppends(call: BatchCall): RawAppends {
  const waiting = new Map<string, { resolve: (position: bigint) => void; reject: (error: Error) => void }>()
  let ended: Error | undefined

  const end = (error: Error): void => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  call.on('data', (response: streamsPb.BatchAppendResp) => {
    const id = response.getCorrelationId()?.getString() ?? ''
    const waiter = waiting.get(id)
    waiting.delete(id)
    const refused = response.getError()
    if (refused === undefined)
      waiter?.resolve(BigInt(response.getSuccess()?.getPosition()?.getCommitPosition() ?? '0'))
    else waiter?.reject(refusal(response, refused.getMessage()))
  })
  call.on('error', (error: Error) => {
    end(new TransferError(`The connection to the event store ended: ${error.message}`, { cause: error }))
  })
  call.on('end', () => {
    end(new TransferError('The event store ended the connection.'))
  })

  return {
    append(stream, expected, events) {
      if (ended !== undefined) return Promise.reject(ended)
      const id = randomUUID()
      const request = requestOf(stream, expected, events).setCorrelationId(new sharedPb.UUID().setString(id))
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        call.write(request)
      })
    },
    close() {
      call.cancel()
    },
  }
}

/** The stream has a tombstone. */
export class StreamGoneError extends TransferError {}

function refusal(response: streamsPb.BatchAppendResp, message: string): TransferError {
  const stream = Buffer.from(response.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
  if (message === 'StreamDeleted')
    return new StreamGoneError(`Stream '${stream}' was deleted for good in the event store.`)
  const why =
    message === 'WrongExpectedVersion'
      ? 'it holds other events already. Import into an event store that does not have this stream'
      : message
  return new TransferError(`The event store refused events of stream '${stream}': ${why}.`)
}

function requestOf(
  stream: string,
  expected: number,
  events: readonly ProposedRaw[],
): streamsPb.BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options()
    .setStreamIdentifier(identifierOf(stream))
    .setDeadline(timestampPb.Timestamp.fromDate(new Date(Date.now() + APPEND_DEADLINE)))
  if (expected < 0) options.setNoStream(new emptyPb.Empty())
  else options.setStreamPosition(String(expected))
  return new streamsPb.BatchAppendReq()
    .setOptions(options)
    .setProposedMessagesList(events.map(proposedOf))
    .setIsFinal(true)
}

function proposedOf(event: ProposedRaw): streamsPb.BatchAppendReq.ProposedMessage {
  const message = new streamsPb.BatchAppendReq.ProposedMessage()
    .setId(new sharedPb.UUID().setString(event.id))
    .setData(event.data)
    .setCustomMetadata(event.metadata)
  const contentType = event.json ? 'application/json' : 'application/octet-stream'
  message.getMetadataMap().set('type', event.type).set('content-type', contentType)
  return message
}
