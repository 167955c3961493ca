import type { RecordedEvent, ResolvedEvent } from '../log/types.ts'
import type { TimingStatistics } from './statistics.ts'

/** An event on its way to a consumer. */
export interface Message {
  /** The id that is acknowledged: that of the event as it stands in the source, so of the link where it is one. */
  readonly id: string
  /** The event as it stands in the source. */
  readonly original: RecordedEvent
  readonly resolved: ResolvedEvent
  /** Its place in the source: revision or position. Replayed messages have none: -1. */
  readonly place: number
  /** Place of what was considered just before it, -1 where it is the first: the checkpoint while it is unanswered. */
  readonly previous: number
  /** How many events were considered before it. */
  readonly sequence: number
  /** Number among the messages that a checkpoint waits for; -1 for replayed ones, which were behind it before. */
  readonly ordinal: number
  /** It was parked, and is delivered again. */
  readonly replayed: boolean
  retryCount: number
  /** When it is taken back from its consumer. */
  expires: number
  consumer: Consumer | undefined
  /** Where pinned strategies put it; -1 until they were asked. */
  bucket: number
}

/** Somebody who is connected to a group. */
export interface Consumer {
  readonly name: string
  readonly username: string
  /** How many messages it may hold unanswered. */
  readonly bufferSize: number
  inFlight: number
  totalItems: number
  /** `totalItems` when the statistics were last asked for. */
  lastTotalItems: number
  /** Only where the group keeps extra statistics. */
  readonly timings: TimingStatistics | undefined
  /** False while what was sent before has not left: a consumer that stopped reading gets no more. */
  canReceive(): boolean
  send(message: Message): void
  /** The group lets go of it: it was updated, deleted or restarted. */
  drop(): void
}
