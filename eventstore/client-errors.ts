import {
  AccessDeniedError,
  convertToCommandError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import {
  AppendTooLargeError,
  ConcurrencyError,
  ContractViolationError,
  StoreRefusedError,
  StoreUnavailableError,
  StreamTombstonedError,
  UnknownOutcomeError,
} from './errors.ts'
import type { ExpectedRevision } from './types.ts'

/** What the client threw as one of its own errors: some of what it throws it has not yet made one of. */
export const asCommandError = (thrown: unknown): unknown =>
  thrown instanceof Error ? convertToCommandError(thrown) : thrown

/** The typed error for what the client threw at an append. Whatever is not a clear refusal has an unknown outcome. */
export const appendFailure = (stream: string, expected: ExpectedRevision, thrown: unknown): Error => {
  const cause = asCommandError(thrown)
  if (cause instanceof WrongExpectedVersionError) {
    // the client gives a bigint for a revision and a word for the absence of one
    const { actualVersion } = cause
    const actual = typeof actualVersion === 'bigint' && actualVersion >= 0n ? actualVersion : undefined
    return new ConcurrencyError(stream, expected, actual)
  }
  if (cause instanceof StreamDeletedError) return new StreamTombstonedError(stream)
  if (cause instanceof MaxAppendSizeExceededError) {
    return new AppendTooLargeError(stream, cause.maxAppendSize)
  }
  if (isRefusal(cause)) return new StoreRefusedError(`append to ${stream}`, cause)
  return new UnknownOutcomeError(stream, cause)
}

/** Whether an append has failed for a reason that the store gave. */
export const isAppendAnswer = (thrown: unknown): boolean => {
  const error = asCommandError(thrown)
  return (
    error instanceof WrongExpectedVersionError ||
    error instanceof StreamDeletedError ||
    error instanceof MaxAppendSizeExceededError
  )
}

/** The typed error for what was thrown at a read. */
export const readFailure = (operation: string, thrown: unknown): Error => {
  if (thrown instanceof ContractViolationError || thrown instanceof StoreUnavailableError) return thrown
  const cause = asCommandError(thrown)
  if (cause instanceof StreamDeletedError) return new StreamTombstonedError(cause.streamName)
  if (isRefusal(cause)) return new StoreRefusedError(operation, cause)
  return new StoreUnavailableError(operation, cause)
}

/** Whether a read has failed for a reason that the store gave. */
export const isReadAnswer = (thrown: unknown): boolean => {
  const error = asCommandError(thrown)
  return error instanceof StreamNotFoundError || error instanceof StreamDeletedError
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AccessDeniedError ||
  error instanceof InvalidArgumentError ||
  error instanceof UnsupportedError
