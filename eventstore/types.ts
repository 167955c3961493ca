/** Where an event stands in `$all`. Both halves are kept: a commit position alone does not say where to go on. */
export interface Position {
  readonly commit: bigint
  readonly prepare: bigint
}

/** On whose behalf something was done. */
export interface Actor {
  readonly kind: 'customer' | 'staff' | 'service' | 'system'
  readonly id: string
}

export interface EventMetadata {
  /** The request that all of it goes back to. */
  readonly $correlationId: string
  /** Id of the event or command that caused this event. */
  readonly $causationId: string
  readonly actor: Actor
  readonly commandId: string
  readonly schemaVersion: number
  /** W3C trace context, where the request had one. */
  readonly traceparent?: string
}

/** An event as the domain speaks of it. */
export interface DomainEvent {
  readonly type: string
  readonly data: unknown
}

/** An event that was read: upcast to the current version of its contract and checked against it. */
export type StoredEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string
  readonly stream: string
  readonly revision: bigint
  readonly position: Position
  /** When the store wrote it. */
  readonly created: Date
  readonly metadata: EventMetadata
}

/** An event about to be appended; its contract's version is added to the metadata. */
export type NewEvent<Event extends DomainEvent = DomainEvent> = Event & {
  /** UUID. The same id at the same expected revision is written once. */
  readonly id: string
  readonly metadata: Omit<EventMetadata, 'schemaVersion'>
}

export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any'

export interface AppendReceipt {
  /** Revision of the last event appended. */
  readonly revision: bigint
  readonly position: Position
}

/** What a subscription brings, in the order of `$all`. */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** An event that the contracts can't read. It is passed on so that its reader can park it, never dropped. */
  | { readonly kind: 'unreadable'; readonly event: UnreadableEvent }
  /** The filter has seen everything up to here. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' }

export interface UnreadableEvent {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly revision: bigint
  readonly position: Position
  readonly created: Date
  readonly raw: unknown
  readonly error: Error
}

export interface AllSubscriptionOptions {
  /** Exclusive: the first item comes after it. */
  readonly from: Position | 'start'
  /** Only events of streams whose name starts with one of these, for example `order-`. */
  readonly streamPrefixes: readonly string[]
  /** Ends the subscription; the iterator then returns. */
  readonly signal: AbortSignal
}

export interface StreamSlice<Event extends DomainEvent = DomainEvent> {
  readonly events: readonly StoredEvent<Event>[]
  /** Revision of the last event of the stream that was read; undefined where nothing was read. */
  readonly revision: bigint | undefined
}

/** The door to EventStoreDB: the only way in which the other rooms read and write events. */
export interface EventStore {
  /**
   * Appends all of `events` or none.
   * @throws ConcurrencyError when the stream is not at `expected`
   * @throws UnknownOutcomeError when it can't be told whether they were written: append the same events again
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendReceipt>

  /**
   * The events of a stream from a revision (inclusive) to its end; no events where there is no such stream.
   * @throws StoreUnavailableError when the store can't be reached or is too slow
   */
  readStream<Event extends DomainEvent = DomainEvent>(
    stream: string,
    options?: { readonly from?: bigint; readonly limit?: number },
  ): Promise<StreamSlice<Event>>

  /** Catch-up, then live. Comes back by itself after any error, from the last item that was taken: it ends only with `signal`. */
  subscribeToAll(options: AllSubscriptionOptions): AsyncIterable<SubscriptionItem>

  /** Position of the newest event of `$all`; undefined in an empty store. */
  headPosition(): Promise<Position | undefined>

  close(): Promise<void>
}

/** Writing and reading streams: all that commands need. */
export type Streams = Pick<EventStore, 'append' | 'readStream'>
