import type { ExpectedRevision } from './types.ts'

/** Somebody else appended first. Nothing was written. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError'
  readonly stream: string
  readonly expected: ExpectedRevision
  /** Undefined where the stream does not exist. */
  readonly actual: bigint | undefined

  constructor(stream: string, expected: ExpectedRevision, actual: bigint | undefined) {
    super(`Stream ${stream} is at ${actual ?? 'no revision'}, not at ${expected}`)
    this.stream = stream
    this.expected = expected
    this.actual = actual
  }
}

/** The append was sent, and no answer came: it may be written. Append the same events again at the same revision. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError'
  readonly stream: string

  constructor(stream: string, cause: unknown) {
    super(`No answer to an append to ${stream}: it is not known whether it was written`, { cause })
    this.stream = stream
  }
}

/** The store can't be reached, is not ready, or took longer than the limit; or that which keeps the keys of its personal data. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly operation: string

  constructor(operation: string, cause: unknown) {
    super(`The event store did not answer: ${operation}`, { cause })
    this.operation = operation
  }
}

/** The store does not allow this, does not know it or calls it invalid. Nothing was done, and asking again does not help. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError'
  readonly operation: string

  constructor(operation: string, cause: unknown) {
    super(`The event store refused: ${operation}`, { cause })
    this.operation = operation
  }
}

/** The stream was tombstoned: it can never be read or written again. */
export class StreamTombstonedError extends Error {
  override readonly name = 'StreamTombstonedError'
  readonly stream: string

  constructor(stream: string) {
    super(`Stream ${stream} was deleted for good`)
    this.stream = stream
  }
}

/** The events of one append are larger than the store takes. Nothing was written. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError'
  readonly stream: string
  readonly limitBytes: number

  constructor(stream: string, limitBytes: number) {
    super(`An append to ${stream} is larger than ${limitBytes} bytes`)
    this.stream = stream
    this.limitBytes = limitBytes
  }
}

/** An event that its contract can't read or may not be written: a bug, or history from somewhere else. */
export class ContractViolationError extends Error {
  override readonly name = 'ContractViolationError'
  readonly eventType: string

  constructor(eventType: string, detail: string, cause?: unknown) {
    super(`Event ${eventType}: ${detail}`, { cause })
    this.eventType = eventType
  }
}
