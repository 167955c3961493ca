import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { readChecked, type MessageType } from '../codec/checked-message.ts'

/** How a part of the node makes its gRPC service known: to callers, and to those who ask what the node can do. */
export type Register = (definition: ServiceDefinition, implementation: UntypedServiceImplementation) => void

type Method = ServiceDefinition[string]

/** Generated definitions name the class of what comes in; where that is read by hand, they have it undefined. */
interface GeneratedMethod extends Method {
  readonly requestType: MessageType<object>
}

const isGenerated = (method: Method): method is GeneratedMethod =>
  'requestType' in method && method.requestType !== undefined

const checkedMethod = (method: Method): Method =>
  isGenerated(method)
    ? { ...method, requestDeserialize: (bytes: Buffer) => readChecked(method.requestType, bytes) }
    : method

/** The service, with what comes in read by the generated classes only as far as it is there. */
export const checked = (definition: ServiceDefinition): ServiceDefinition =>
  Object.fromEntries(Object.entries(definition).map(([name, method]) => [name, checkedMethod(method)]))
