export { ConcurrencyError } from '../eventstore/errors.ts'

/** Others were faster each time. Nothing was written; the command may be sent again. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError'
  readonly stream: string
  readonly attempts: number

  constructor(stream: string, attempts: number, cause: unknown) {
    super(`${stream} changed under each of ${attempts} attempts`, { cause })
    this.stream = stream
    this.attempts = attempts
  }
}

/** Too many commands wait for this stream. Nothing was written; the command may be sent again after `retryAfterSeconds`. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
  readonly stream: string
  readonly waiting: number
  readonly retryAfterSeconds = 1

  constructor(stream: string, waiting: number) {
    super(`${waiting} commands wait for ${stream}`)
    this.stream = stream
    this.waiting = waiting
  }
}
