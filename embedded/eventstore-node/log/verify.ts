import fs from 'node:fs'
import { lockDirectory } from './directory-lock.ts'
import { LogDamagedError } from './errors.ts'
import { addEntry, commitEntry, createLogIndex, entryOf, type LogIndex } from './log-index.ts'
import { fileLength, recordsStart, segmentOffset } from './holes.ts'
import { flagsOf, LAST_OF_APPEND, validRecordLength } from './record.ts'
import { wasSyncedBeyond } from './recovery.ts'
import { addToColumns, createEntryColumns, encodeSegmentIndex, indexFile } from './segment-index.ts'
import { openSegments, readSegment, type Segment } from './segment-files.ts'
import { isSegmentHeader } from './segment-header.ts'
import { markerFile, readSyncedMarker } from './synced-marker.ts'

/** Bytes that are not what was once written. */
export interface LogProblem {
  readonly file: string
  /** Byte offset in the file. */
  readonly offset: number
  readonly reason: string
  /** Whether events are lost by it: an index or the marker is made anew from the events. */
  readonly losesEvents: boolean
}

export interface LogReport {
  readonly segments: number
  readonly bytes: number
  readonly events: number
  readonly streams: number
  /** Index files that were compared with their segments. */
  readonly indexes: number
  /** Bytes at the end that belong to an append that was never acknowledged; the next start cuts them off. */
  readonly unfinished: number
  readonly problems: readonly LogProblem[]
}

/**
 * Checks a log that no node has open, all of it: each record against its checksum, its place and its revision, each index
 * against its segment. Changes nothing, and goes on behind what is broken.
 *
 * @param progress called with the bytes that were looked at
 * @throws DataDirectoryInUseError
 */
export function verifyLog(directory: string, progress?: (bytes: number) => void): LogReport {
  const unlock = lockDirectory(directory)
  try {
    return check(directory, progress ?? (() => undefined))
  } finally {
    unlock()
  }
}

function check(directory: string, progress: (bytes: number) => void): LogReport {
  const index = createLogIndex()
  const problems: LogProblem[] = []
  const report = (file: string, offset: number, reason: string, losesEvents = true): void => {
    problems.push({ file, offset, reason, losesEvents })
  }
  let segments: Segment[]
  try {
    segments = openSegments(directory)
  } catch (error) {
    if (!(error instanceof LogDamagedError)) throw error
    report(error.file, error.offset, error.reason)
    return { segments: 0, bytes: 0, events: 0, streams: 0, indexes: 0, unfinished: 0, problems }
  }
  let [bytes, events, indexes, unfinished] = [0, 0, 0, 0]
  try {
    const marker = readSyncedMarker(directory)
    if (marker === undefined) report(markerFile(directory), 0, 'the checksum is wrong', false)
    const synced = marker ?? 0
    let isScavenged = false
    for (const segment of segments) {
      const isLast = segment === segments.at(-1)
      isScavenged ||= segment.holes !== undefined
      const found = checkSegment(segment, isLast, synced, isScavenged, index, report)
      events += found.events
      unfinished += found.unfinished
      bytes += fileLength(segment.holes, segment.length)
      if (found.hasIndex) indexes++
      progress(bytes)
    }
    const last = segments.at(-1)
    const end = last === undefined ? 0 : last.base + last.length
    if (end < synced)
      report(
        last?.file ?? directory,
        last?.length ?? 0,
        `the file ends here, ${synced - end} bytes too early`,
      )
  } finally {
    for (const { descriptor } of segments) fs.closeSync(descriptor)
  }
  return {
    segments: segments.length,
    bytes,
    events,
    streams: index.streams.count,
    indexes,
    unfinished,
    problems,
  }
}

type Report = (file: string, offset: number, reason: string, losesEvents?: boolean) => void

function checkSegment(
  segment: Segment,
  isLast: boolean,
  synced: number,
  isScavenged: boolean,
  index: LogIndex,
  report: Report,
): { events: number; unfinished: number; hasIndex: boolean } {
  const { base, file, holes } = segment
  const length = fileLength(holes, segment.length)
  const bytes = readSegment(segment, 0, length)
  const positionOf = (place: number): number => base + segmentOffset(holes, place)
  if (holes === undefined && !isSegmentHeader(bytes, base)) report(file, 0, 'no segment header')
  const columns = createEntryColumns()
  let pending: number[] = []
  let isWhole = true

  const take = (offset: number): void => {
    const entry = entryOf(index, bytes, offset, positionOf(offset))
    const { revision } = entry
    const expected = index.streams.decidedCount(entry.stream)
    const isOther = !entry.tombstone && revision !== expected
    // only the beginning of a stream can have been scavenged
    if (isOther && expected === 0 && isScavenged) index.streams.beginAt(entry.stream, revision)
    // behind what is broken a stream has a gap, which was reported already
    else if (isWhole && isOther)
      report(
        file,
        offset,
        `revision ${revision} of ${index.streams.nameOf(entry.stream)} stands where ${expected} belongs`,
      )
    addEntry(index, entry)
    commitEntry(index, entry)
    addToColumns(columns, entry, base)
  }

  let at = recordsStart(holes)
  let unfinished = 0
  while (at < length) {
    const recordLength = validRecordLength(bytes, at, length, positionOf(at))
    if (recordLength > 0) {
      pending.push(at)
      // the last event of an append may have been removed
      if (holes !== undefined || (flagsOf(bytes, at) & LAST_OF_APPEND) !== 0) {
        for (const offset of pending) take(offset)
        pending = []
      }
      at += recordLength
      continue
    }
    const begin = pending[0] ?? at
    if (isLast && base + begin >= synced && !wasSyncedBeyond(bytes, base, at)) {
      unfinished = length - begin
      pending = []
      break
    }
    isWhole = false
    const next = nextRecord(bytes, at + 1, positionOf)
    report(file, at, `no whole record, for ${next - at} bytes: it holds position ${positionOf(at)}`)
    at = next
  }
  if (pending.length > 0) unfinished = length - (pending[0] ?? length)
  if (unfinished > 0 && !isLast) report(file, length - unfinished, 'an append that does not come to its end')
  const hasIndex =
    !isLast &&
    isWhole &&
    checkIndex(
      segment,
      encodeSegmentIndex(segment, columns, (stream) => index.streams.nameOf(stream)),
      report,
    )
  return { events: columns.count, unfinished, hasIndex }
}

/** Offset of the next whole record, or the end of the segment. */
function nextRecord(bytes: Buffer, from: number, positionOf: (place: number) => number): number {
  for (let at = from; at < bytes.length; at++) {
    if (validRecordLength(bytes, at, bytes.length, positionOf(at)) > 0) return at
  }
  return bytes.length
}

/** False where there is none: it is a copy, which is made when it is missed. */
function checkIndex(segment: Segment, expected: Buffer, report: Report): boolean {
  const file = indexFile(segment)
  if (!fs.existsSync(file)) return false
  const found = fs.readFileSync(file)
  if (found.equals(expected)) return true
  let at = 0
  while (at < found.length && found[at] === expected[at]) at++
  const reason =
    at === found.length ? 'the file ends here, too early' : 'it does not say what the segment says'
  report(file, at, reason, false)
  return true
}
