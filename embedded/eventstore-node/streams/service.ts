import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  ServerWritableStream,
} from '@grpc/grpc-js'
import type { Register } from '../services/register.ts'
import { decodeBatchAppendReq } from '../codec/batch-append.ts'
import type { NodeLog } from '../log/log.ts'
import { readableStreams, type Access, type StreamAction } from '../users/access.ts'
import type { Callers } from '../users/callers.ts'
import { append } from './append-call.ts'
import { batchAppend, type BatchAppendCall, type Close } from './batch-append-call.ts'
import { deleteStream, tombstoneStream } from './delete-call.ts'
import { failureOf, invalidArgument, shuttingDown } from './failures.ts'
import { createOutlet } from './outlet.ts'
import { InvalidRequestError, parseReadRequest, type Source } from './read-request.ts'
import { read } from './read.ts'
import { subscribe } from './subscribe.ts'
import type { Guard, Reader } from './reader.ts'

const { StreamsService } = streamsGrpc
const asItIs = (message: Buffer): Buffer => message

/** The Streams service, its hot messages read and written by hand: the generated classes are slow. */
const definition = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: asItIs },
  append: { ...StreamsService.append, responseSerialize: asItIs },
  batchAppend: {
    ...StreamsService.batchAppend,
    requestType: undefined,
    requestDeserialize: (bytes: Buffer) => decodeBatchAppendReq(bytes, Date.now()),
    responseSerialize: asItIs,
  },
}

/** Answers reads and subscriptions, which share a call. */
function handleRead(
  log: NodeLog,
  readerOf: (metadata: Metadata, source: Source) => Reader,
  call: ServerWritableStream<streamsPb.ReadReq, Buffer>,
  open: Set<Close>,
): void {
  const outlet = createOutlet(call)
  const close = (): void => {
    outlet.fail(shuttingDown())
  }
  open.add(close)
  outlet.onClosed(() => open.delete(close))
  try {
    const request = parseReadRequest(call.request)
    const reader = readerOf(call.metadata, request.source)
    reader.require()
    if (request.subscription) subscribe(log, request, outlet, reader)
    else read(log, request, outlet, reader)
  } catch (error) {
    outlet.fail(error instanceof InvalidRequestError ? invalidArgument(error.message) : failureOf(error))
  }
}

/** Registers `event_store.client.streams.Streams`. Returns the way to end the calls that are open. */
export function addStreamsService(register: Register, log: NodeLog, access: Access, callers: Callers): Close {
  const open = new Set<Close>()

  function readerOf(metadata: Metadata, source: Source): Reader {
    const identity = callers.identityOf(metadata)
    const stream = source.kind === 'all' ? '$all' : source.stream
    return {
      require: () => {
        access.requireStream(identity, 'read', stream)
      },
      mayRead: readableStreams(access, identity),
    }
  }

  function guard(metadata: Metadata, action: StreamAction): Guard {
    const identity = callers.identityOf(metadata)
    return (stream) => {
      access.requireStream(identity, action, stream)
    }
  }

  const reads: handleServerStreamingCall<streamsPb.ReadReq, Buffer> = (call) => {
    handleRead(log, readerOf, call, open)
  }
  const appends: handleClientStreamingCall<streamsPb.AppendReq, Buffer> = (call, respond) => {
    append(log, call, respond, guard(call.metadata, 'write'))
  }
  const deletes: handleUnaryCall<streamsPb.DeleteReq, streamsPb.DeleteResp> = (call, respond) => {
    void deleteStream(log, call.request, respond, guard(call.metadata, 'delete'))
  }
  const tombstones: handleUnaryCall<streamsPb.TombstoneReq, streamsPb.TombstoneResp> = (call, respond) => {
    void tombstoneStream(log, call.request, respond, guard(call.metadata, 'delete'))
  }
  register(definition, {
    read: reads,
    append: appends,
    delete: deletes,
    tombstone: tombstones,
    batchAppend: (call: BatchAppendCall) => {
      const close = batchAppend(log, call, Date.now, guard(call.metadata, 'write'))
      open.add(close)
      call.on('close', () => open.delete(close))
    },
  })
  return () => {
    for (const close of [...open]) close()
  }
}
