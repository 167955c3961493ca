import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Server,
  ServerWritableStream,
} from '@grpc/grpc-js'
import { decodeBatchAppendReq } from '../codec/batch-append.ts'
import type { NodeLog } from '../log/log.ts'
import { append } from './append-call.ts'
import { batchAppend, type BatchAppendCall } from './batch-append-call.ts'
import { deleteStream, tombstoneStream } from './delete-call.ts'
import { failureOf, invalidArgument } from './failures.ts'
import { InvalidRegexError } from './filter.ts'
import { createOutlet } from './outlet.ts'
import { InvalidRequestError, parseReadRequest } from './read-request.ts'
import { read } from './read.ts'
import { subscribe } from './subscribe.ts'

const { StreamsService } = streamsGrpc
const asItIs = (message: Buffer): Buffer => message

/** The Streams service, its hot messages read and written by hand: the generated classes are slow. */
const definition = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: asItIs },
  append: { ...StreamsService.append, responseSerialize: asItIs },
  batchAppend: {
    ...StreamsService.batchAppend,
    requestDeserialize: (bytes: Buffer) => decodeBatchAppendReq(bytes, Date.now()),
    responseSerialize: asItIs,
  },
}

/** Answers reads and subscriptions, which share a call. */
function handleRead(log: NodeLog, call: ServerWritableStream<streamsPb.ReadReq, Buffer>): void {
  const outlet = createOutlet(call)
  try {
    const request = parseReadRequest(call.request)
    if (request.subscription) subscribe(log, request, outlet)
    else read(log, request, outlet)
  } catch (error) {
    const isInvalid = error instanceof InvalidRequestError || error instanceof InvalidRegexError
    outlet.fail(isInvalid ? invalidArgument(error.message) : failureOf(error))
  }
}

/** Registers `event_store.client.streams.Streams`. */
export function addStreamsService(server: Server, log: NodeLog): void {
  const reads: handleServerStreamingCall<streamsPb.ReadReq, Buffer> = (call) => {
    handleRead(log, call)
  }
  const appends: handleClientStreamingCall<streamsPb.AppendReq, Buffer> = (call, respond) => {
    append(log, call, respond)
  }
  const deletes: handleUnaryCall<streamsPb.DeleteReq, streamsPb.DeleteResp> = (call, respond) => {
    void deleteStream(log, call.request, respond)
  }
  const tombstones: handleUnaryCall<streamsPb.TombstoneReq, streamsPb.TombstoneResp> = (call, respond) => {
    void tombstoneStream(log, call.request, respond)
  }
  server.addService(definition, {
    read: reads,
    append: appends,
    delete: deletes,
    tombstone: tombstones,
    batchAppend: (call: BatchAppendCall) => {
      batchAppend(log, call, Date.now)
    },
  })
}
