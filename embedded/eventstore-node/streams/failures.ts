import { Metadata, status } from '@grpc/grpc-js'
import { InvalidEventError, LogDamagedError } from '../log/errors.ts'
import { MalformedMessageError } from '../codec/wire.ts'
import { AccessDeniedError } from '../users/errors.ts'
import { SlowRegexError } from './backtracking-regex.ts'
import { REQUIRED_METADATA } from './append-rules.ts'
import { InvalidRegexError } from './filter.ts'
import { OutOfRangeError } from './unsigned-long.ts'

/** How a call fails: what grpc-js sends as status and trailers. */
export interface CallFailure {
  readonly code: status
  readonly details: string
  readonly metadata: Metadata
}

/** The failure as grpc-js takes it from the `error` event of a call. */
export const asError = (failed: CallFailure): Error => Object.assign(new Error(failed.details), failed)

/** Metadata values are printable ASCII. */
const asMetadataValue = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?')

/** @param trailers the client tells errors apart by `exception`, and reads the others that belong to it */
export function failure(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): CallFailure {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, asMetadataValue(value))
  return { code, details, metadata }
}

export const streamDeleted = (stream: string): CallFailure =>
  failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  })

export const maximumAppendSizeExceeded = (limit: number): CallFailure =>
  failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  })

export const requiredMetadataMissing = (key: string): CallFailure =>
  failure(status.INVALID_ARGUMENT, `Required Metadata Property '${key}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': REQUIRED_METADATA.join(','),
  })

/**
 * What ends the calls that are open when the node is closed. EventStoreDB's clients take a call that the server cancelled as
 * the sign to connect again, and test for it.
 */
export const shuttingDown = (): CallFailure => failure(status.CANCELLED, 'Call cancelled')

export const invalidArgument = (details: string): CallFailure => failure(status.INVALID_ARGUMENT, details)

/** What EventStoreDB's handlers meet with an exception that nobody expected; its clients are told the first sentence only. */
export const thrownByHandler = (reason: string): CallFailure =>
  failure(status.UNKNOWN, `Exception was thrown by handler. ${reason}`)

/** A read that EventStoreDB's storage refuses: what it says is all that its clients are told. */
export const unexpectedReadResult = (): CallFailure =>
  failure(status.UNKNOWN, 'Unexpected ReadStreamResult: Error')

const accessDenied = ({ message }: AccessDeniedError): CallFailure =>
  failure(status.PERMISSION_DENIED, message, { exception: 'access-denied' })

/** What an error that nothing more is known of looks like to a client. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof AccessDeniedError) return accessDenied(error)
  if (
    error instanceof InvalidEventError ||
    error instanceof InvalidRegexError ||
    error instanceof OutOfRangeError
  )
    return thrownByHandler(error.message)
  if (error instanceof SlowRegexError || error instanceof MalformedMessageError)
    return invalidArgument(error.message)
  if (error instanceof LogDamagedError) return failure(status.DATA_LOSS, error.message)
  return failure(status.INTERNAL, error instanceof Error ? error.message : String(error))
}
