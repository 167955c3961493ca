import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'

/** How a part of the node makes its gRPC service known: to callers, and to those who ask what the node can do. */
export type Register = (definition: ServiceDefinition, implementation: UntypedServiceImplementation) => void
