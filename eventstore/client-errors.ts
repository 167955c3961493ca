import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import {
  AppendTooLargeError,
  ConcurrencyError,
  StoreUnavailableError,
  StreamTombstonedError,
  UnknownOutcomeError,
} from './errors.ts'
import type { ExpectedRevision } from './types.ts'

/** The typed error for what the client threw at an append. Whatever is not a clear refusal has an unknown outcome. */
export const appendFailure = (stream: string, expected: ExpectedRevision, cause: unknown): Error => {
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
  if (cause instanceof AccessDeniedError || cause instanceof InvalidArgumentError) return cause
  return new UnknownOutcomeError(stream, cause)
}

/** The typed error for what the client threw at a read. */
export const readFailure = (operation: string, cause: unknown): Error => {
  if (cause instanceof StreamDeletedError) return new StreamTombstonedError(cause.streamName)
  if (cause instanceof AccessDeniedError || cause instanceof InvalidArgumentError) return cause
  return new StoreUnavailableError(operation, cause)
}
