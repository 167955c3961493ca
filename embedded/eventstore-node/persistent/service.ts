import type grpc from '@grpc/grpc-js'
import generated from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { NodeLog } from '../log/log.ts'
import { unary } from '../services/calls.ts'
import { createRegistry, type Registry, type RegistryOptions } from './registry.ts'
import { decodeReadRequest } from './read-request.ts'
import { readHandler } from './read.ts'
import { infoMessage, listedStream, removedGroup, requestedGroup, required, streamOf } from './wire.ts'

/** What a caller wants to do, for those who decide whether it may. */
export type Operation = 'create' | 'update' | 'delete' | 'process' | 'statistics' | 'replay' | 'restart'

export interface ServiceOptions extends RegistryOptions {
  /**
   * Says who the caller is, or throws AccessDeniedError. `stream` is undefined where the operation is about none.
   * By default everybody may do everything, and is called `system` as on a server without security.
   */
  readonly authorize?: (metadata: grpc.Metadata, operation: Operation, stream: string | undefined) => string
}

const asItIs = (bytes: Buffer): Buffer => bytes

const read = {
  ...generated.PersistentSubscriptionsService.read,
  requestType: undefined,
  requestDeserialize: decodeReadRequest,
  responseSerialize: asItIs,
}

const definition: grpc.ServiceDefinition = { ...generated.PersistentSubscriptionsService, read }

export interface PersistentSubscriptionsService {
  readonly definition: grpc.ServiceDefinition
  readonly implementation: grpc.UntypedServiceImplementation
  /** The same groups, for callers in this process. */
  readonly registry: Registry
  /** Drops all consumers; resolves when nothing is written to the log any more. */
  close(): Promise<void>
}

/**
 * EventStoreDB's service `persistent_subscriptions.PersistentSubscriptions` on a log, for `server.addService`. The
 * groups that the log knows of run from now on.
 */
export const persistentSubscriptionsService = (
  log: NodeLog,
  options: ServiceOptions = {},
): PersistentSubscriptionsService => {
  const { authorize = () => 'system' } = options
  const registry = createRegistry(log, options)

  const implementation: Omit<generated.IPersistentSubscriptionsServer, 'read'> & {
    read: ReturnType<typeof readHandler>
  } = {
    create: unary<persistent.CreateReq, persistent.CreateResp>(async ({ request, metadata }) => {
      const { source, name, settings } = requestedGroup(required(request.getOptions(), 'options'))
      await registry.create(source, name, settings, authorize(metadata, 'create', source.stream))
      return new persistent.CreateResp()
    }),
    update: unary<persistent.UpdateReq, persistent.UpdateResp>(async ({ request, metadata }) => {
      const { source, name, settings } = requestedGroup(required(request.getOptions(), 'options'))
      await registry.update(source.stream, name, settings, authorize(metadata, 'update', source.stream))
      return new persistent.UpdateResp()
    }),
    delete: unary<persistent.DeleteReq, persistent.DeleteResp>(async ({ request, metadata }) => {
      const { stream, name } = removedGroup(required(request.getOptions(), 'options'))
      await registry.delete(stream, name, authorize(metadata, 'delete', stream))
      return new persistent.DeleteResp()
    }),
    getInfo: unary<persistent.GetInfoReq, persistent.GetInfoResp>(({ request, metadata }) => {
      const options = required(request.getOptions(), 'options')
      const stream = streamOf(options)
      authorize(metadata, 'statistics', stream)
      const info = registry.group(stream, options.getGroupName()).info()
      return new persistent.GetInfoResp().setSubscriptionInfo(infoMessage(info))
    }),
    list: unary<persistent.ListReq, persistent.ListResp>(({ request, metadata }) => {
      const stream = listedStream(required(request.getOptions(), 'options'))
      authorize(metadata, 'statistics', stream)
      return new persistent.ListResp().setSubscriptionsList(registry.list(stream).map(infoMessage))
    }),
    replayParked: unary<persistent.ReplayParkedReq, persistent.ReplayParkedResp>(({ request, metadata }) => {
      const options = required(request.getOptions(), 'options')
      const stream = streamOf(options)
      authorize(metadata, 'replay', stream)
      const stopAt = options.hasStopAt() ? Number(options.getStopAt()) : undefined
      registry.replayParked(stream, options.getGroupName(), stopAt)
      return new persistent.ReplayParkedResp()
    }),
    restartSubsystem: unary<shared.Empty, shared.Empty>(({ metadata }) => {
      authorize(metadata, 'restart', undefined)
      registry.restart()
      return new shared.Empty()
    }),
    read: readHandler(registry, (metadata, stream) => authorize(metadata, 'process', stream)),
  }

  return {
    definition,
    implementation,
    registry,
    close: () => registry.close(),
  }
}
