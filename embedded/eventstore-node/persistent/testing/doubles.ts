import { randomUUID } from 'node:crypto'
import type { ProposedEvent, RecordedEvent } from '../../log/types.ts'
import type { Clock } from '../clock.ts'
import type { Consumer, Message } from '../message.ts'

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** Moves the time on by `milliseconds` and calls back what is due, in order. */
  advance(milliseconds: number): void
}

export const manualClock = (start = 1_000_000): ManualClock => {
  let now = start
  const timers = new Set<{ due: number; readonly every: number; readonly callback: () => void }>()
  return {
    now: () => now,
    every: (every, callback) => {
      const timer = { due: now + every, every, callback }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    advance: (milliseconds) => {
      const end = now + milliseconds
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.due - b.due)
        if (next === undefined || next.due > end) break
        now = next.due
        next.due += next.every
        next.callback()
      }
      now = end
    },
  }
}

/** A small JSON event, not yet written. */
export const proposed = (type: string, data: unknown = {}, metadata?: unknown): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: metadata === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(metadata)),
})

export const recorded = (
  stream: string,
  revision: number,
  more: Partial<RecordedEvent> = {},
): RecordedEvent => ({
  ...proposed('Happened'),
  stream,
  revision,
  position: revision * 100,
  created: 0n,
  ...more,
})

export const messageOf = (original: RecordedEvent, more: Partial<Message> = {}): Message => ({
  id: original.id,
  original,
  resolved: { event: original, link: undefined },
  place: original.revision,
  previous: original.revision - 1,
  sequence: original.revision,
  ordinal: original.revision,
  replayed: false,
  retryCount: 0,
  expires: 0,
  consumer: undefined,
  bucket: -1,
  ...more,
})

/** A consumer that writes down what it gets. */
export interface RecordingConsumer extends Consumer {
  readonly received: Message[]
  /** What it got, as `<revision>@<stream>`, with `retry n` behind it where it is one. */
  readonly log: string[]
  dropped: boolean
  reading: boolean
}

export const consumer = (bufferSize = 10, name = 'consumer'): RecordingConsumer => {
  const self: RecordingConsumer = {
    name,
    username: 'system',
    bufferSize,
    inFlight: 0,
    totalItems: 0,
    lastTotalItems: 0,
    timings: undefined,
    received: [],
    log: [],
    dropped: false,
    reading: true,
    canReceive: () => self.reading,
    send: (message) => {
      const { revision, stream } = message.original
      self.received.push(message)
      self.log.push(`${revision}@${stream}${message.retryCount === 0 ? '' : ` retry ${message.retryCount}`}`)
    },
    drop: () => {
      self.dropped = true
    },
  }
  return self
}
