import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js'
import operationsPb from '@eventstore/db-client/generated/operations_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { status, type handleUnaryCall } from '@grpc/grpc-js'
import { CallError, unary } from './calls.ts'
import type { Register } from './register.ts'
import type { Scavenger } from './scavenger.ts'

/** What those who look after a node can do with it. */
export interface NodeOperations {
  shutdown(): void
  restartPersistentSubscriptions(): void
  /** @throws CertificateError where there are new ones that can't be used: the old ones go on to be served */
  reloadConfiguration(): void
  readonly scavenger: Scavenger
}

/** The id by which EventStoreDB means the scavenge that runs. */
const CURRENT = 'current'

/** Ends the scavenge of this id, or the one that runs. @returns its id; undefined where there is no such */
export const stopScavenge = async (scavenger: Scavenger, id: string): Promise<string | undefined> => {
  const wanted = id === CURRENT ? scavenger.current : id
  return wanted === undefined ? undefined : scavenger.stop(wanted)
}

const { ScavengeResult } = operationsPb.ScavengeResp

const scavengeAnswer = (
  id: string,
  result: operationsPb.ScavengeResp.ScavengeResult,
): operationsPb.ScavengeResp => new operationsPb.ScavengeResp().setScavengeId(id).setScavengeResult(result)

/** Registers `event_store.client.operations.Operations`. */
export function addOperationsService(register: Register, operations: NodeOperations): void {
  const command = <Request>(act: () => void): handleUnaryCall<Request, sharedPb.Empty> =>
    unary(() => {
      act()
      return new sharedPb.Empty()
    })

  const { scavenger } = operations

  register(operationsGrpc.OperationsService, {
    shutdown: ((_call, respond) => {
      // the answer goes first: a shutdown ends all calls
      respond(null, new sharedPb.Empty())
      operations.shutdown()
    }) satisfies handleUnaryCall<sharedPb.Empty, sharedPb.Empty>,
    restartPersistentSubscriptions: command(() => {
      operations.restartPersistentSubscriptions()
    }),
    // indexes are never in more than one piece, and a cluster of one has no other leader
    mergeIndexes: command(() => undefined),
    setNodePriority: command<operationsPb.SetNodePriorityReq>(() => undefined),
    resignNode: command(() => undefined),
    startScavenge: unary<operationsPb.StartScavengeReq, operationsPb.ScavengeResp>(() => {
      const { id, started } = scavenger.start()
      return scavengeAnswer(id, started ? ScavengeResult.STARTED : ScavengeResult.INPROGRESS)
    }),
    stopScavenge: unary<operationsPb.StopScavengeReq, operationsPb.ScavengeResp>(async ({ request }) => {
      const id = request.getOptions()?.getScavengeId() ?? ''
      const stopped = await stopScavenge(scavenger, id)
      if (stopped !== undefined) return scavengeAnswer(stopped, ScavengeResult.STOPPED)
      throw new CallError(status.NOT_FOUND, 'Scavenge id was invalid.', {
        exception: 'scavenge-not-found',
        'scavenge-id': id,
      })
    }),
  })
}
