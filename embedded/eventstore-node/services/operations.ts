import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js'
import type operationsPb from '@eventstore/db-client/generated/operations_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { status, type handleUnaryCall } from '@grpc/grpc-js'
import type { Register } from './register.ts'
import { failure } from '../streams/failures.ts'

export interface NodeOperations {
  shutdown(): void
  restartPersistentSubscriptions(): void
}

type Command<Request> = handleUnaryCall<Request, sharedPb.Empty>

const unimplemented = <Request, Response>(what: string): handleUnaryCall<Request, Response> => {
  return (_call, respond) => {
    respond(failure(status.UNIMPLEMENTED, `${what} is not something that this single node can do.`))
  }
}

/** Registers `event_store.client.operations.Operations`. */
export function addOperationsService(register: Register, operations: NodeOperations): void {
  const shutdown: Command<sharedPb.Empty> = (_call, respond) => {
    respond(null, new sharedPb.Empty())
    operations.shutdown()
  }
  const restartPersistentSubscriptions: Command<sharedPb.Empty> = (_call, respond) => {
    operations.restartPersistentSubscriptions()
    respond(null, new sharedPb.Empty())
  }
  // indexes are in memory, and are never in more than one piece
  const mergeIndexes: Command<sharedPb.Empty> = (_call, respond) => {
    respond(null, new sharedPb.Empty())
  }
  const setNodePriority: Command<operationsPb.SetNodePriorityReq> = (_call, respond) => {
    respond(null, new sharedPb.Empty())
  }
  register(operationsGrpc.OperationsService, {
    shutdown,
    mergeIndexes,
    setNodePriority,
    restartPersistentSubscriptions,
    resignNode: unimplemented('Resigning'),
    startScavenge: unimplemented('A scavenge'),
    stopScavenge: unimplemented('A scavenge'),
  })
}
