import { randomUUID } from 'node:crypto'
import { CAUGHT_UP, encodeCheckpoint, encodeConfirmation, FELL_BEHIND } from '../codec/read-resp.ts'
import { isHousekeepingRecord } from '../log/housekeeping.ts'
import type { NodeLog } from '../log/log.ts'
import type { RecordPlace } from '../log/reader.ts'
import { streamOf } from '../log/record.ts'
import { beginTurn } from '../turn-time.ts'
import { failureOf, streamDeleted } from './failures.ts'
import type { Outlet } from './outlet.ts'
import { createEncoder, PAGE } from './pages.ts'
import type { From, ReadRequest, Source } from './read-request.ts'
import type { Reader } from './reader.ts'

/**
 * Where a subscription stands. It holds a place in the log, not events: what a slow consumer has not taken yet is read
 * from the log when it has room.
 */
interface Cursor {
  /** Whether there is something to read now. */
  hasMore(): boolean
  /** Events that wait to be read, roughly. */
  lag(): number
  /** Sends a page from where it stood, or less where the consumer has no room for it. */
  advance(): void
  /** The source was tombstoned: sends what came last, with the tombstone, where that is not long ago. */
  finish(): void
}

type AllSource = Extract<Source, { kind: 'all' }>

/** False when the consumer has no room for more. */
type Send = (message: Buffer) => boolean

type Encode = ReturnType<typeof createEncoder>

/** Records that are looked at in one turn where most of them may not match. */
const SCANNED = 1024

/**
 * Serves a subscription until its consumer goes away: what is there already, then `CaughtUp`, then what comes. A live one
 * whose consumer is more than a page behind when it has room again is told that it `FellBehind`; one who may not read the
 * source any more is let go.
 */
export function subscribe(log: NodeLog, request: ReadRequest, outlet: Outlet, reader: Reader): void {
  const { source } = request
  let live = false
  let writable = true
  /** A turn is to come: in the next round of the event loop, or when the consumer has room. */
  let waiting = false

  const send: Send = (message) => {
    writable = outlet.write(message)
    return writable
  }
  const cursor = cursorOf(log, request, reader, send)
  /** Behind a tombstone nothing comes any more; one who waits for that is not told, as in EventStoreDB. */
  const isOver =
    source.kind === 'stream' &&
    source.from === 'end' &&
    log.records.state(source.stream).status === 'tombstoned'

  function turn(): void {
    if (outlet.closed) return
    reader.require()
    if (source.kind === 'stream' && !isReadable(source.stream, source.from)) return
    if (writable && cursor.hasMore()) cursor.advance()
    if (writable && !cursor.hasMore() && !live) {
      live = true
      send(CAUGHT_UP)
    }
    if (!writable) awaitRoom()
    else if (cursor.hasMore()) awaitTurn()
  }

  /** One that begins with a stream that is not there has caught up only after its first events. */
  function isReadable(stream: string, from: From): boolean {
    const { status } = log.records.state(stream)
    if (status === 'tombstoned' && !isOver) {
      if (live) cursor.finish()
      outlet.fail(streamDeleted(stream))
      return false
    }
    return status === 'live' || live || from === 'end'
  }

  function awaitTurn(): void {
    waiting = true
    setImmediate(run)
  }

  function awaitRoom(): void {
    waiting = true
    outlet.whenReady(() => {
      writable = true
      if (live && cursor.lag() > PAGE) {
        live = false
        send(FELL_BEHIND)
      }
      run()
    })
  }

  function run(): void {
    waiting = false
    try {
      turn()
    } catch (error) {
      outlet.fail(failureOf(error))
    }
  }

  if (source.kind === 'stream' && !isOver && log.records.state(source.stream).status === 'tombstoned') {
    outlet.fail(streamDeleted(source.stream))
    return
  }
  const wake = (): void => {
    if (!waiting) awaitTurn()
  }
  outlet.onClosed(source.kind === 'stream' ? log.onStreamAdvanced(source.stream, wake) : log.onAdvanced(wake))
  send(encodeConfirmation(randomUUID()))
  awaitTurn()
}

function cursorOf(log: NodeLog, request: ReadRequest, { mayRead }: Reader, send: Send): Cursor {
  const { source } = request
  const encode = createEncoder(log, request.resolveLinks, request.uuid, mayRead)
  return source.kind === 'stream'
    ? streamCursor(log, source.stream, source.from, encode, send)
    : allCursor(log, source, encode, send)
}

function streamCursor(log: NodeLog, stream: string, from: From, encode: Encode, send: Send): Cursor {
  const { records } = log
  const lastRevision = (): number => records.state(stream).lastRevision
  let next = from === 'start' ? 0 : from === 'end' ? lastRevision() + 1 : from + 1
  return {
    hasMore: () => next <= lastRevision(),
    lag: () => lastRevision() + 1 - next,
    advance() {
      next = records.forwards(stream, next, PAGE, (buffer, offset, position) =>
        send(encode({ buffer, offset, position })),
      )
    },
    finish() {
      for (const place of lastPlaces(log, stream, next)) send(encode(place))
    },
  }
}

/** How far from the log's end a tombstone is looked for: it was written just now. */
const RECENT = 4096

/**
 * Where the events of a tombstoned stream lie from revision `next` on, up to its tombstone; none where they are too far from
 * the log's end. Readers of the stream find none of them any more, a live subscriber gets them as it would have.
 */
function lastPlaces({ records, end }: NodeLog, stream: string, next: number): RecordPlace[] {
  const places: RecordPlace[] = []
  const wanted = records.state(stream).lastRevision + 1 - next + 1
  records.allBackwards(end, RECENT, (buffer, offset, position) => {
    if (streamOf(buffer, offset) !== stream) return true
    places.unshift({ buffer, offset, position })
    return places.length < wanted
  })
  return places.length < wanted ? [] : places
}

/** Bytes that an event takes at the least, to guess a number of events from a distance in the log. */
const SMALL_EVENT = 256

function allCursor(log: NodeLog, source: AllSource, encode: Encode, send: Send): Cursor {
  const { filter } = source
  let next = source.from === 'start' ? 0 : source.from === 'end' ? log.end : source.from + 1
  let sinceCheckpoint = 0
  return {
    hasMore: () => next < log.end,
    lag: () => (log.end - next) / SMALL_EVENT,
    advance() {
      const limit = filter === undefined ? PAGE : SCANNED
      const hasTime = beginTurn()
      next = log.records.allForwards(next, limit, (buffer, offset, position) => {
        const place = { buffer, offset, position }
        const isHidden = isHousekeepingRecord(buffer, offset)
        if (filter === undefined) return isHidden ? hasTime() : send(encode(place))
        let room = isHidden || !filter.matches(buffer, offset) || send(encode(place))
        if (++sinceCheckpoint >= filter.checkpointInterval) {
          sinceCheckpoint = 0
          room = send(encodeCheckpoint(position))
        }
        return room && hasTime()
      })
    },
    finish: () => undefined,
  }
}
