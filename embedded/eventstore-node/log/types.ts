/**
 * What the rest of the node knows of the log. Positions and revisions are safe integers here, never bigint: a position is
 * the byte offset of an event in a log that one machine writes, so it stays far below 2^53.
 */

/** An event as it stands in the log. */
export interface RecordedEvent {
  /** Byte offset of the event in the log: commit and prepare position alike. */
  readonly position: number
  readonly stream: string
  /** Number of the event in its stream, from 0. */
  readonly revision: number
  /** Event id, UUID in its canonical text form. */
  readonly id: string
  readonly type: string
  /** `application/json` or `application/octet-stream`. */
  readonly contentType: string
  /** Time of the append in ticks of 100 ns since the Unix epoch. */
  readonly created: bigint
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export interface ProposedEvent {
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

/** A number is an exact revision. */
export type ExpectedRevision = number | 'any' | 'no_stream' | 'stream_exists'

export type AppendResult =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  /** `current` is -1 where the stream has no events. */
  | { readonly kind: 'wrong_expected_version'; readonly current: number }
  | { readonly kind: 'stream_deleted' }

/** How a stream can be read. `-1` as last revision: nothing was ever written. */
export interface StreamState {
  readonly lastRevision: number
  /** First revision that `$maxCount` and `$tb` leave readable; `$maxAge` is applied while reading. */
  readonly firstReadable: number
  readonly status: 'live' | 'soft_deleted' | 'tombstoned' | 'none'
}

/** An event as a reader gets it: the event, and the link that led to it where links were resolved. */
export interface ResolvedEvent {
  readonly event: RecordedEvent | undefined
  readonly link: RecordedEvent | undefined
}

export interface EventLog {
  /** Resolves once the events are on disk (one sync is shared by the appends that wait for it). Reads see them only then. */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<AppendResult>
  /** Soft delete. Position of the delete record, or why not. */
  delete(stream: string, expected: ExpectedRevision): Promise<AppendResult>
  tombstone(stream: string, expected: ExpectedRevision): Promise<AppendResult>

  state(stream: string): StreamState
  /** One event, or undefined where it never was, was truncated or aged away. */
  eventAt(stream: string, revision: number): RecordedEvent | undefined
  /** Forwards from `from` (inclusive), at most `limit` events, retention applied. */
  readForwards(stream: string, from: number, limit: number): RecordedEvent[]
  readBackwards(stream: string, from: number, limit: number): RecordedEvent[]

  /** Events with position >= `from`, in log order, at most `limit`; `next` is the position to go on from. */
  readAllForwards(from: number, limit: number): { events: RecordedEvent[]; next: number }
  /** Events with position < `before`, newest first; `next` is the `before` to go on with. */
  readAllBackwards(before: number, limit: number): { events: RecordedEvent[]; next: number }

  /** First byte past the last synced event. */
  readonly end: number
  /** Position of the last synced event, -1 in an empty log. */
  readonly lastPosition: number
  /** Follows a `$>` link (`<revision>@<stream>` in its data); the event itself where it is none. */
  resolve(event: RecordedEvent): ResolvedEvent
  /** Called after each sync with the events that became readable, in log order. Returns the way to stop it. */
  onCommitted(listener: (events: readonly RecordedEvent[]) => void): () => void

  close(): Promise<void>
}
