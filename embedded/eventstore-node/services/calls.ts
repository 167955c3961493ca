import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js'
import { callFailure } from '../persistent/grpc-errors.ts'
import { asError, failure, type CallFailure } from '../streams/failures.ts'

/** A call fails in just this way. */
export class CallError extends Error {
  readonly failure: CallFailure

  /** Takes what `failure` takes. */
  constructor(...args: Parameters<typeof failure>) {
    super(args[1])
    this.name = 'CallError'
    this.failure = failure(...args)
  }
}

/** How a call ends that something was thrown in. */
export const failureOfCall = (error: unknown): CallFailure =>
  error instanceof CallError ? error.failure : callFailure(error)

/** What is thrown at once is a rejection, too. */
const attempt = async <T>(act: () => T | Promise<T>): Promise<T> => act()

/** Answers a call with what `act` resolves to, or with the status that its error becomes. */
export const unary =
  <Request, Response>(
    act: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
  (call, respond) => {
    attempt(() => act(call)).then(
      (response) => {
        respond(null, response)
      },
      (error: unknown) => {
        respond(failureOfCall(error))
      },
    )
  }

/** Answers a call with all that `act` resolves to, one message after the other. */
export const several =
  <Request, Response>(
    act: (
      call: ServerWritableStream<Request, Response>,
    ) => readonly Response[] | Promise<readonly Response[]>,
  ): handleServerStreamingCall<Request, Response> =>
  (call) => {
    attempt(() => act(call)).then(
      (responses) => {
        for (const response of responses) call.write(response)
        call.end()
      },
      (error: unknown) => call.emit('error', asError(failureOfCall(error))),
    )
  }
