import { ServerInterceptingCall, status, type Metadata, type ServerInterceptor } from '@grpc/grpc-js'
import { failure, type CallFailure } from '../streams/failures.ts'
import { failureOfCall } from '../services/calls.ts'
import { SYSTEM, type Access, type Identity } from './access.ts'
import { NotAuthenticatedError, TooManyLoginsError } from './errors.ts'
import { operationOf } from './methods.ts'

/** Knows who makes a gRPC call, by the call's metadata. */
export interface Callers {
  identityOf(metadata: Metadata): Identity
  /** Finds that out before anything else is done, and ends calls that may not be made. */
  readonly interceptors: ServerInterceptor[]
}

/** Everybody may call everything. */
const everybody: Callers = { identityOf: () => SYSTEM, interceptors: [] }

function refusal(error: unknown): CallFailure {
  if (error instanceof NotAuthenticatedError) return failure(status.UNAUTHENTICATED, error.message)
  if (error instanceof TooManyLoginsError) return failure(status.UNAVAILABLE, error.message)
  return failureOfCall(error)
}

/** @returns the one place where gRPC calls are let in: a service that is added later is guarded without its doing */
export function createCallers(access: Access): Callers {
  if (!access.hasUsers) return everybody
  const identities = new WeakMap<Metadata, Identity>()

  async function admit(path: string, metadata: Metadata): Promise<void> {
    const [authorization] = metadata.get('authorization')
    const identity = await access.identify(authorization?.toString())
    const operation = operationOf(path)
    if (operation !== undefined) access.require(identity, operation)
    identities.set(metadata, identity)
  }

  const guard: ServerInterceptor = ({ path }, call) => {
    const guarded: ServerInterceptingCall = new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, go) => {
            admit(path, metadata).then(
              () => {
                go(metadata)
              },
              (error: unknown) => {
                guarded.sendStatus(refusal(error))
              },
            )
          },
        })
      },
    })
    return guarded
  }

  return {
    interceptors: [guard],
    identityOf(metadata) {
      const identity = identities.get(metadata)
      if (identity === undefined) throw new NotAuthenticatedError()
      return identity
    },
  }
}
