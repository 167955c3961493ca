import { status } from '@grpc/grpc-js'
import { failure, failureOf, invalidArgument, type CallFailure } from '../streams/failures.ts'
import {
  InvalidRequestError,
  PersistentSubscriptionError,
  type PersistentSubscriptionFailure,
} from './errors.ts'

const codes: Record<PersistentSubscriptionFailure, status> = {
  'persistent-subscription-exists': status.ALREADY_EXISTS,
  'persistent-subscription-does-not-exist': status.NOT_FOUND,
  'persistent-subscription-dropped': status.CANCELLED,
  'persistent-subscription-failed': status.INTERNAL,
  'maximum-subscribers-reached': status.FAILED_PRECONDITION,
}

const refusal = ({ kind, stream, group, reason, message }: PersistentSubscriptionError): CallFailure =>
  failure(codes[kind], message, {
    exception: kind,
    'stream-name': stream,
    'group-name': group,
    ...(reason === '' ? {} : { reason }),
  })

/** An error as the client reads it: codes, sentences and trailers of EventStoreDB. */
export const callFailure = (error: unknown): CallFailure => {
  if (error instanceof PersistentSubscriptionError) return refusal(error)
  if (error instanceof InvalidRequestError) return invalidArgument(error.message)
  return failureOf(error)
}
