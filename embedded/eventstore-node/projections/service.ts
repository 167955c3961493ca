import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js'
import projectionsPb from '@eventstore/db-client/generated/projections_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { status, type handleUnaryCall, type Metadata } from '@grpc/grpc-js'
import structPb from 'google-protobuf/google/protobuf/struct_pb.js'
import { CallError, several, unary } from '../services/calls.ts'
import type { Register } from '../services/register.ts'
import type { ProjectionStatistics } from './projection.ts'
import { ProjectionNotFoundError, type Projections } from './subsystem.ts'

/** What a caller wants to do with projections, for those who decide whether it may. */
export type ProjectionOperation = 'create' | 'delete' | 'change' | 'read' | 'restart'

/** Throws where the caller may not. */
export type AuthorizeProjections = (metadata: Metadata, operation: ProjectionOperation) => Promise<unknown>

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
export function addProjectionsService(
  register: Register,
  projections: Projections,
  authorize: AuthorizeProjections,
): void {
  /** Answers with what `act` makes of a projection's name. */
  const command = <Request extends Named, Response>(
    operation: ProjectionOperation,
    expected: string,
    act: (name: string, request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
    unary(async ({ metadata, request }) => {
      await authorize(metadata, operation)
      try {
        return await act(nameIn(request), request)
      } catch (error) {
        throw asFailureOf(expected, error)
      }
    })

  const notHere = (operation: ProjectionOperation): handleUnaryCall<unknown, never> =>
    unary(async ({ metadata }) => {
      await authorize(metadata, operation)
      throw new CallError(status.UNIMPLEMENTED, NO_USER_PROJECTIONS)
    })

  /** A system projection has no state of its own. @throws ProjectionNotFoundError */
  const emptyState = (name: string): structPb.Value => {
    projections.statistics(name)
    return new structPb.Value().setStructValue(new structPb.Struct())
  }

  register(projectionsGrpc.ProjectionsService, {
    create: notHere('create'),
    update: notHere('change'),
    statistics: several<projectionsPb.StatisticsReq, projectionsPb.StatisticsResp>(
      async ({ metadata, request }) => {
        await authorize(metadata, 'read')
        try {
          return selected(projections, request.getOptions()).map(detailsOf)
        } catch (error) {
          throw asFailureOf('Statistics', error)
        }
      },
    ),
    delete: command<projectionsPb.DeleteReq, projectionsPb.DeleteResp>('delete', 'Updated', (name) => {
      projections.statistics(name)
      // EventStoreDB does not let go of system projections either
      throw unexpected('Updated', 'OperationFailed')
    }),
    state: command<projectionsPb.StateReq, projectionsPb.StateResp>('read', 'ProjectionState', (name) =>
      new projectionsPb.StateResp().setState(emptyState(name)),
    ),
    result: command<projectionsPb.ResultReq, projectionsPb.ResultResp>('read', 'ProjectionResult', (name) =>
      new projectionsPb.ResultResp().setResult(emptyState(name)),
    ),
    enable: command<projectionsPb.EnableReq, projectionsPb.EnableResp>('change', 'Updated', async (name) => {
      await projections.enable(name)
      return new projectionsPb.EnableResp()
    }),
    disable: command<projectionsPb.DisableReq, projectionsPb.DisableResp>(
      'change',
      'Updated',
      async (name, request) => {
        if (request.getOptions()?.getWriteCheckpoint() === true) await projections.disable(name)
        else await projections.abort(name)
        return new projectionsPb.DisableResp()
      },
    ),
    reset: command<projectionsPb.ResetReq, projectionsPb.ResetResp>('change', 'Updated', async (name) => {
      await projections.reset(name)
      return new projectionsPb.ResetResp()
    }),
    restartSubsystem: unary<sharedPb.Empty, sharedPb.Empty>(async ({ metadata }) => {
      await authorize(metadata, 'restart')
      await projections.restart()
      return new sharedPb.Empty()
    }),
  })
}
