import {
  encodeFirstStreamPosition,
  encodeLastStreamPosition,
  encodeStreamNotFound,
} from '../codec/read-resp.ts'
import { isHousekeepingRecord } from '../log/housekeeping.ts'
import type { NodeLog } from '../log/log.ts'
import type { Visit } from '../log/reader.ts'
import { beginTurn } from '../turn-time.ts'
import { failureOf, streamDeleted, unexpectedReadResult } from './failures.ts'
import type { Outlet } from './outlet.ts'
import { createEncoder, PAGE } from './pages.ts'
import type { ReadRequest, Source } from './read-request.ts'
import type { Reader } from './reader.ts'

/** Reads up to `limit` records from where it stood before; false when there are no more. */
type NextPage = (limit: number, visit: Visit) => boolean

/** Answers a read of a stream or of `$all` that ends: with the request's limit, or with the last event there is. */
export function read(log: NodeLog, request: ReadRequest, outlet: Outlet, reader: Reader): void {
  const { source } = request
  if (source.kind === 'stream') {
    if ((source.from === 'end' && !request.backwards) || request.limit === 0) {
      outlet.fail(unexpectedReadResult())
      return
    }
    const { status: streamStatus } = log.records.state(source.stream)
    if (streamStatus === 'tombstoned') {
      outlet.fail(streamDeleted(source.stream))
      return
    }
    if (streamStatus === 'none' || streamStatus === 'soft_deleted') {
      outlet.write(encodeStreamNotFound(source.stream))
      outlet.end()
      return
    }
    if (request.positionMessages && !request.backwards) writeFirstPosition(log, source, request.limit, outlet)
  }
  pump(log, request, outlet, reader, nextPageOf(log, source, request.backwards))
}

/** Events that EventStoreDB reads at a time. */
const READ_BATCH = 32

/** EventStoreDB says where a stream begins when the first page that it reads is empty: all of it truncated, or beyond the end. */
function writeFirstPosition(
  { records }: NodeLog,
  { stream, from }: Extract<Source, { kind: 'stream' }>,
  limit: number,
  outlet: Outlet,
): void {
  const { firstReadable, lastRevision } = records.state(stream)
  const young = records.firstReadableRevision(stream)
  const start = from === 'start' ? 0 : Number(from)
  const pageEnd = start + Math.min(limit, READ_BATCH) - 1
  if (pageEnd < firstReadable) outlet.write(encodeFirstStreamPosition(firstReadable))
  else if (Math.max(start, young) > lastRevision) {
    if (start !== lastRevision + 1) outlet.write(encodeFirstStreamPosition(lastRevision + 1))
  } else if (pageEnd < young) outlet.write(encodeFirstStreamPosition(young))
}

function nextPageOf(log: NodeLog, source: Source, backwards: boolean): NextPage {
  const { records } = log
  // a page of a long answer shows what was there when the answer began
  const end = log.end
  if (source.kind === 'all') {
    let position = source.from === 'start' ? 0 : source.from === 'end' ? end : source.from
    if (backwards) {
      return (limit, visit) => {
        position = records.allBackwards(position, limit, visit)
        return position > 0
      }
    }
    return (limit, visit) => {
      position = records.allForwards(
        position,
        limit,
        (buffer, offset, at) => at < end && visit(buffer, offset, at),
      )
      return position < end
    }
  }
  const { stream } = source
  const last = records.state(stream).lastRevision
  let revision = source.from === 'start' ? 0 : source.from === 'end' ? last : Math.min(source.from, last + 1)
  if (backwards) {
    return (limit, visit) => {
      revision = records.backwards(stream, revision, limit, visit)
      return revision >= 0
    }
  }
  return (limit, visit) => {
    revision = records.forwards(stream, revision, Math.min(limit, last + 1 - revision), visit)
    return revision <= last
  }
}

function pump(
  log: NodeLog,
  request: ReadRequest,
  outlet: Outlet,
  { mayRead }: Reader,
  nextPage: NextPage,
): void {
  const encode = createEncoder(log, request.resolveLinks, request.uuid, mayRead)
  const { source } = request
  const matches = source.kind === 'all' ? source.filter?.matches : undefined
  let left = request.limit

  function turn(): void {
    if (outlet.closed) return
    const room = { left: true }
    const hasTime = beginTurn()
    const more = nextPage(Math.min(PAGE, left), (buffer, offset, position) => {
      if (matches?.(buffer, offset) === false) return hasTime()
      if (source.kind === 'all' && isHousekeepingRecord(buffer, offset)) return hasTime()
      room.left = outlet.write(encode({ buffer, offset, position }))
      left--
      return room.left && left > 0 && (matches === undefined || hasTime())
    })
    if (!more || left <= 0) finish()
    else if (room.left) setImmediate(guarded)
    else outlet.whenReady(guarded)
  }

  function finish(): void {
    if (source.kind === 'stream' && request.positionMessages)
      outlet.write(encodeLastStreamPosition(log.records.state(source.stream).lastRevision))
    outlet.end()
  }

  function guarded(): void {
    try {
      turn()
    } catch (error) {
      outlet.fail(failureOf(error))
    }
  }
  guarded()
}
