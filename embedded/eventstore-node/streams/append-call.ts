import type streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js'
import { cursorOf } from '../codec/wire.ts'
import { readUuid } from '../codec/uuid.ts'
import type { EventLog, ExpectedRevision, ProposedEvent } from '../log/types.ts'
import { appendedSize, checkEvent, MAXIMUM_APPEND_SIZE, REQUIRED_METADATA } from './append-rules.ts'
import {
  failureOf,
  invalidArgument,
  maximumAppendSizeExceeded,
  requiredMetadataMissing,
  streamDeleted,
  thrownByHandler,
  type CallFailure,
} from './failures.ts'
import type { Guard } from './reader.ts'
import { OutOfRangeError, unsignedLong } from './unsigned-long.ts'
import { encodeAppendSuccess, encodeAppendWrongVersion } from './results.ts'

interface Options {
  readonly stream: string
  readonly expected: ExpectedRevision | undefined
}

/** Either kind of options that name a stream and what is expected of it. */
export interface StreamOptions {
  getStreamIdentifier(): { getStreamName_asU8(): Uint8Array } | undefined
  hasRevision(): boolean
  getRevision(): string
  hasNoStream(): boolean
  hasAny(): boolean
  hasStreamExists(): boolean
}

/** @throws OutOfRangeError where the stream has no name */
export function streamNameOf(options: StreamOptions): string {
  const name = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
  if (name === '') throw new OutOfRangeError('stream name', 'it is missing')
  return name
}

/** How EventStoreDB names an expected revision that is not there. */
export const NOTHING_EXPECTED = "'None' is not a valid ExpectedStreamRevisionOneofCase"

/**
 * What is expected of the stream; undefined where nothing is said.
 * @throws OutOfRangeError for a revision that can't be
 */
export function expectedRevisionOf(options: StreamOptions): ExpectedRevision | undefined {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasAny()) return 'any'
  if (options.hasStreamExists()) return 'stream_exists'
  return options.hasRevision() ? (unsignedLong('revision', options.getRevision()) ?? 'no_stream') : undefined
}

function proposedEvent(message: streamsPb.AppendReq.ProposedMessage): ProposedEvent {
  const id = message.getId()
  const metadata = message.getMetadataMap()
  return {
    id: id === undefined ? '' : readUuid(cursorOf(Buffer.from(id.serializeBinary()))),
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }
}

/** Serves an append that comes as a call of its own: options first, then one event a message. */
export function append(
  log: EventLog,
  call: ServerReadableStream<streamsPb.AppendReq, Buffer>,
  respond: sendUnaryData<Buffer>,
  guard: Guard,
): void {
  const events: ProposedEvent[] = []
  let options: Options | undefined
  let refused: CallFailure | undefined
  let size = 0

  function refusal(): CallFailure | undefined {
    if (refused !== undefined) return refused
    if (options === undefined) return thrownByHandler('options: they are missing')
    return options.expected === undefined ? invalidArgument(NOTHING_EXPECTED) : undefined
  }

  async function finish(): Promise<void> {
    const failed = refusal()
    if (failed !== undefined) {
      respond(failed)
      return
    }
    const { stream, expected = 'any' } = options ?? { stream: '' }
    guard(stream)
    for (const event of events) checkEvent(event)
    const result = await log.append(stream, expected, events)
    if (result.kind === 'appended') respond(null, encodeAppendSuccess(result.revision, result.position))
    else if (result.kind === 'stream_deleted') respond(streamDeleted(stream))
    else respond(null, encodeAppendWrongVersion(result.current, expected))
  }

  function take(message: streamsPb.AppendReq.ProposedMessage): void {
    const event = proposedEvent(message)
    size += appendedSize([event])
    const missing = REQUIRED_METADATA.find((key) => !message.getMetadataMap().has(key))
    if (missing !== undefined) refused = requiredMetadataMissing(missing)
    else if (size > MAXIMUM_APPEND_SIZE) refused = maximumAppendSizeExceeded(MAXIMUM_APPEND_SIZE)
    else events.push(event)
  }

  call.on('data', (request: streamsPb.AppendReq) => {
    if (refused !== undefined) return
    try {
      const given = request.getOptions()
      if (given !== undefined) options = { stream: streamNameOf(given), expected: expectedRevisionOf(given) }
      const proposed = request.getProposedMessage()
      if (proposed !== undefined) take(proposed)
    } catch (error) {
      refused = failureOf(error)
    }
  })
  call.on('end', () => {
    finish().catch((error: unknown) => {
      respond(failureOf(error))
    })
  })
}
