import grpc from '@grpc/grpc-js'
import {
  AccessDeniedError,
  InvalidRequestError,
  PersistentSubscriptionError,
  type PersistentSubscriptionFailure,
} from './errors.ts'

const codes: Record<PersistentSubscriptionFailure, grpc.status> = {
  'persistent-subscription-exists': grpc.status.ALREADY_EXISTS,
  'persistent-subscription-does-not-exist': grpc.status.NOT_FOUND,
  'persistent-subscription-dropped': grpc.status.CANCELLED,
  'persistent-subscription-failed': grpc.status.INTERNAL,
  'maximum-subscribers-reached': grpc.status.FAILED_PRECONDITION,
}

const percentEncoded = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

/** Header values hold printable ASCII only: all else goes percent-encoded. */
const headerValue = (text: string): string => text.replace(/[^\x20-\x7e]+/g, percentEncoded)

const trailers = (values: Record<string, string>): grpc.Metadata => {
  const metadata = new grpc.Metadata()
  for (const [key, value] of Object.entries(values)) metadata.set(key, headerValue(value))
  return metadata
}

export type Status = Required<Pick<grpc.StatusObject, 'code' | 'details' | 'metadata'>>

/** An error as the client reads it: codes, sentences and trailers of EventStoreDB. */
export const statusOf = (error: unknown): Status => {
  if (error instanceof PersistentSubscriptionError) {
    const { kind, stream, group, reason, message } = error
    const why: Record<string, string> = reason === '' ? {} : { reason }
    const values = { exception: kind, 'stream-name': stream, 'group-name': group, ...why }
    return { code: codes[kind], details: message, metadata: trailers(values) }
  }
  if (error instanceof AccessDeniedError) {
    const metadata = trailers({ exception: 'access-denied' })
    return { code: grpc.status.PERMISSION_DENIED, details: error.message, metadata }
  }
  if (error instanceof InvalidRequestError) {
    return { code: grpc.status.INVALID_ARGUMENT, details: error.message, metadata: new grpc.Metadata() }
  }
  const details = error instanceof Error ? error.message : 'Exception was thrown by handler.'
  return { code: grpc.status.UNKNOWN, details, metadata: new grpc.Metadata() }
}
