import serverFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import serverFeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js'
import type sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import type { handleUnaryCall, ServiceDefinition } from '@grpc/grpc-js'
import type { Register } from './register.ts'
import { SERVER_VERSION } from '../version.ts'

/** What some methods can do beyond their first version, by lower-case path without the leading slash. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  'event_store.client.streams.streams/read': ['position', 'events'],
  'event_store.client.streams.streams/batchappend': ['deadline_duration'],
  'event_store.client.projections.projections/create': ['track_emitted_streams'],
}
const PERSISTENT_SUBSCRIPTIONS = 'event_store.client.persistent_subscriptions.persistentsubscriptions'

function methodOf(path: string): serverFeaturesPb.SupportedMethod {
  const [, service = '', name = ''] = path.toLowerCase().split('/')
  const method = new serverFeaturesPb.SupportedMethod()
  method.setServiceName(service)
  method.setMethodName(name)
  const features = service === PERSISTENT_SUBSCRIPTIONS ? ['stream', 'all'] : FEATURES[`${service}/${name}`]
  method.setFeaturesList([...(features ?? [])])
  return method
}

/**
 * Registers `event_store.client.server_features.ServerFeatures`: tells a client which methods this node has.
 * @param services gives what is registered at the time of the call
 */
export function addServerFeaturesService(
  register: Register,
  services: () => readonly ServiceDefinition[],
): void {
  const getSupportedMethods: handleUnaryCall<sharedPb.Empty, serverFeaturesPb.SupportedMethods> = (
    _call,
    respond,
  ) => {
    const response = new serverFeaturesPb.SupportedMethods()
    const paths = services().flatMap((service) => Object.values(service).map(({ path }) => path))
    response.setMethodsList(paths.map(methodOf))
    response.setEventStoreServerVersion(SERVER_VERSION)
    respond(null, response)
  }
  register(serverFeaturesGrpc.ServerFeaturesService, { getSupportedMethods })
}
