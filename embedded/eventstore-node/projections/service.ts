import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js'
import projectionsPb from '@eventstore/db-client/generated/projections_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { status, type handleUnaryCall } from '@grpc/grpc-js'
import structPb from 'google-protobuf/google/protobuf/struct_pb.js'
import { CallError, several, unary } from '../services/calls.ts'
import type { Register } from '../services/register.ts'
import type { ProjectionStatistics } from './projection.ts'
import { ProjectionNotFoundError, type Projections } from './subsystem.ts'

export const NO_USER_PROJECTIONS =
  'This node runs the system projections only: projections written in JavaScript need a real EventStoreDB.'

/** How EventStoreDB 23.10 says that a command failed. */
const unexpected = (expected: string, received: string): CallError =>
  new CallError(status.UNKNOWN, `Envelope callback expected ${expected}, received ${received} instead`)

/** The failure of a command that was to be answered by `expected`. */
function asFailureOf(expected: string, error: unknown): unknown {
  return error instanceof ProjectionNotFoundError ? unexpected(expected, 'NotFound') : error
}

function detailsOf(statistics: ProjectionStatistics): projectionsPb.StatisticsResp {
  const details = new projectionsPb.StatisticsResp.Details()
    .setCoreprocessingtime(String(statistics.coreProcessingTime))
    .setVersion(String(statistics.version))
    .setEpoch(String(statistics.epoch))
    .setEffectivename(statistics.effectiveName)
    .setWritesinprogress(statistics.writesInProgress)
    .setReadsinprogress(statistics.readsInProgress)
    .setPartitionscached(statistics.partitionsCached)
    .setStatus(statistics.status)
    .setStatereason(statistics.stateReason)
    .setName(statistics.name)
    .setMode(statistics.mode)
    .setPosition(statistics.position)
    .setProgress(statistics.progress)
    .setLastcheckpoint(statistics.lastCheckpoint)
    .setEventsprocessedafterrestart(String(statistics.eventsProcessedAfterRestart))
    .setCheckpointstatus(statistics.checkpointStatus)
    .setBufferedevents(String(statistics.bufferedEvents))
    .setWritependingeventsbeforecheckpoint(statistics.writePendingEventsBeforeCheckpoint)
    .setWritependingeventsaftercheckpoint(statistics.writePendingEventsAfterCheckpoint)
  return new projectionsPb.StatisticsResp().setDetails(details)
}

/** All projections here are continuous, so those of another kind are none. */
function selected(
  projections: Projections,
  options: projectionsPb.StatisticsReq.Options | undefined,
): ProjectionStatistics[] {
  if (options === undefined) return projections.list()
  if (options.getName() !== '') return [projections.statistics(options.getName())]
  return options.hasTransient() || options.hasOneTime() ? [] : projections.list()
}

/** A request that names a projection. */
interface Named {
  getOptions(): { getName(): string } | undefined
}
const nameIn = (request: Named): string => request.getOptions()?.getName() ?? ''

/** Registers `event_store.client.projections.Projections`. */
export function addProjectionsService(register: Register, projections: Projections): void {
  /** Answers with what `act` makes of a projection's name. */
  const command = <Request extends Named, Response>(
    expected: string,
    act: (name: string, request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
    unary(async ({ request }) => {
      try {
        return await act(nameIn(request), request)
      } catch (error) {
        throw asFailureOf(expected, error)
      }
    })

  const notHere: handleUnaryCall<unknown, never> = unary(() => {
    throw new CallError(status.UNIMPLEMENTED, NO_USER_PROJECTIONS)
  })

  /** A system projection has no state of its own. @throws ProjectionNotFoundError */
  const emptyState = (name: string): structPb.Value => {
    projections.statistics(name)
    return new structPb.Value().setStructValue(new structPb.Struct())
  }

  register(projectionsGrpc.ProjectionsService, {
    create: notHere,
    update: command<projectionsPb.UpdateReq, never>('Updated', (name) => {
      projections.statistics(name)
      throw new CallError(status.UNIMPLEMENTED, NO_USER_PROJECTIONS)
    }),
    statistics: several<projectionsPb.StatisticsReq, projectionsPb.StatisticsResp>(({ request }) => {
      try {
        return selected(projections, request.getOptions()).map(detailsOf)
      } catch (error) {
        throw asFailureOf('Statistics', error)
      }
    }),
    delete: command<projectionsPb.DeleteReq, projectionsPb.DeleteResp>('Updated', (name) => {
      projections.statistics(name)
      // EventStoreDB does not let go of system projections either
      throw unexpected('Updated', 'OperationFailed')
    }),
    state: command<projectionsPb.StateReq, projectionsPb.StateResp>('ProjectionState', (name) =>
      new projectionsPb.StateResp().setState(emptyState(name)),
    ),
    result: command<projectionsPb.ResultReq, projectionsPb.ResultResp>('ProjectionResult', (name) =>
      new projectionsPb.ResultResp().setResult(emptyState(name)),
    ),
    enable: command<projectionsPb.EnableReq, projectionsPb.EnableResp>('Updated', async (name) => {
      await projections.enable(name)
      return new projectionsPb.EnableResp()
    }),
    disable: command<projectionsPb.DisableReq, projectionsPb.DisableResp>(
      'Updated',
      async (name, request) => {
        if (request.getOptions()?.getWriteCheckpoint() === true) await projections.disable(name)
        else await projections.abort(name)
        return new projectionsPb.DisableResp()
      },
    ),
    reset: command<projectionsPb.ResetReq, projectionsPb.ResetResp>('Updated', async (name) => {
      await projections.reset(name)
      return new projectionsPb.ResetResp()
    }),
    restartSubsystem: unary<sharedPb.Empty, sharedPb.Empty>(async () => {
      await projections.restart()
      return new sharedPb.Empty()
    }),
  })
}
