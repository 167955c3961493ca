import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js'
import type { Register } from '../services/register.ts'
import { decodeBatchAppendReq } from '../codec/batch-append.ts'
import type { NodeLog } from '../log/log.ts'
import { append } from './append-call.ts'
import { batchAppend, type BatchAppendCall, type Close } from './batch-append-call.ts'
import { deleteStream, tombstoneStream } from './delete-call.ts'
import { failureOf, invalidArgument, shuttingDown } from './failures.ts'
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
function handleRead(
  log: NodeLog,
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
    if (request.subscription) subscribe(log, request, outlet)
    else read(log, request, outlet)
  } catch (error) {
    const isInvalid = error instanceof InvalidRequestError || error instanceof InvalidRegexError
    outlet.fail(isInvalid ? invalidArgument(error.message) : failureOf(error))
  }
}

/** Registers `event_store.client.streams.Streams`. Returns the way to end the calls that are open. */
export function addStreamsService(register: Register, log: NodeLog): Close {
  const open = new Set<Close>()
  const reads: handleServerStreamingCall<streamsPb.ReadReq, Buffer> = (call) => {
    handleRead(log, call, open)
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
  register(definition, {
    read: reads,
    append: appends,
    delete: deletes,
    tombstone: tombstones,
    batchAppend: (call: BatchAppendCall) => {
      const close = batchAppend(log, call, Date.now)
      open.add(close)
      call.on('close', () => open.delete(close))
    },
  })
  return () => {
    for (const close of [...open]) close()
  }
}
