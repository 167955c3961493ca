/** What can go wrong with a group, in the words that the client knows (its `exception` trailer). */
export type PersistentSubscriptionFailure =
  | 'persistent-subscription-exists'
  | 'persistent-subscription-does-not-exist'
  | 'persistent-subscription-dropped'
  | 'persistent-subscription-failed'
  | 'maximum-subscribers-reached'

const sentences: Record<
  PersistentSubscriptionFailure,
  (stream: string, group: string, why: string) => string
> = {
  'persistent-subscription-exists': (stream, group) =>
    `Subscription group ${group} on stream ${stream} exists.`,
  'persistent-subscription-does-not-exist': (stream, group) =>
    `Subscription group ${group} on stream ${stream} does not exist.`,
  'persistent-subscription-dropped': (stream, group) =>
    `Subscription group ${group} on stream ${stream} was dropped.`,
  'persistent-subscription-failed': (stream, group, why) =>
    `Subscription group ${group} on stream ${stream} failed: '${why}'`,
  'maximum-subscribers-reached': (stream, group) =>
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
}

/** A refusal that the client reads back as its own typed error. */
export class PersistentSubscriptionError extends Error {
  override readonly name = 'PersistentSubscriptionError'
  readonly kind: PersistentSubscriptionFailure
  readonly stream: string
  readonly group: string
  /** Why it failed; empty but for `persistent-subscription-failed`. */
  readonly reason: string

  constructor(kind: PersistentSubscriptionFailure, stream: string, group: string, reason = '') {
    super(sentences[kind](stream, group, reason))
    this.kind = kind
    this.stream = stream
    this.group = group
    this.reason = reason
  }
}

/** A request that no group can be asked: its message says which part of it is wrong. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError'
}

/** A write of a group's own books (checkpoint, parked message, configuration) that the log did not take. */
export class BookkeepingError extends Error {
  override readonly name = 'BookkeepingError'
  readonly stream: string

  /** @param cause The log's error, or the answer by which it refused. */
  constructor(what: string, stream: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : JSON.stringify(cause)
    super(`${what} could not be written to ${stream}: ${why}`, { cause })
    this.stream = stream
  }
}
