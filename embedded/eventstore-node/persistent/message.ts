import type { RecordedEvent, ResolvedEvent } from '../log/types.ts'
import type { TimingStatistics } from './statistics.ts'

/** Where an event stands among those that a checkpoint waits for. Replayed messages were behind it before: all -1. */
export interface Tracked {
  /** Its place in the source: revision or position. */
  readonly place: number
  /** Place of what was considered just before it, -1 where it is the first: the checkpoint while it is unanswered. */
  readonly previous: number
  /** How many events were considered before it. */
  readonly sequence: number
  /** Number among the messages that were tracked. */
  readonly ordinal: number
}

/** An event on its way to a consumer. */
export interface Message extends Tracked {
  /** The id that is acknowledged: that of the event as it stands in the source, so of the link where it is one. */
  readonly id: string
  /** The event as it stands in the source. */
  readonly original: RecordedEvent
  readonly resolved: ResolvedEvent
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

/** A message that nobody got yet; field by field, because there is one for each event and spreading is slow. */
const undelivered = (
  original: RecordedEvent,
  resolved: ResolvedEvent,
  tracked: Tracked,
  replayed: boolean,
): Message => ({
  place: tracked.place,
  previous: tracked.previous,
  sequence: tracked.sequence,
  ordinal: tracked.ordinal,
  id: original.id,
  original,
  resolved,
  replayed,
  retryCount: 0,
  expires: 0,
  consumer: undefined,
  bucket: -1,
})

export const freshMessage = (original: RecordedEvent, resolved: ResolvedEvent, tracked: Tracked): Message =>
  undelivered(original, resolved, tracked, false)

const untracked: Tracked = { place: -1, previous: -1, sequence: -1, ordinal: -1 }

export const replayedMessage = (link: RecordedEvent, resolved: ResolvedEvent): Message =>
  undelivered(link, resolved, untracked, true)
