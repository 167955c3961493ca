import fs from 'node:fs'
import path from 'node:path'
import { LogDamagedError } from './errors.ts'
import { addEntry, commitEntry, entryOf, type IndexEntry, type LogIndex } from './log-index.ts'
import { flagsOf, LAST_OF_APPEND, syncedToOf, validRecordLength } from './record.ts'
import {
  addToColumns,
  createEntryColumns,
  readSegmentIndex,
  writeSegmentIndex,
  type EntryColumns,
} from './segment-index.ts'
import { fileLength, recordsStart, segmentOffset } from './holes.ts'
import { openSegments, readSegment, type Segment } from './segment-files.ts'
import { isSegmentHeader, SEGMENT_HEADER_LENGTH } from './segment-header.ts'

export interface RecoveredLog {
  readonly segments: Segment[]
  /** Entries of the segment that takes the next appends. */
  readonly active: EntryColumns
  /** Position of the last event, -1 where there is none. */
  readonly lastPosition: number
}

export interface Scan {
  /** Offset past the last whole append. */
  readonly wholeEnd: number
  /** Offset of the first byte that begins no whole record; the length of the segment where there is none. */
  readonly brokenAt: number
}

/** Reads a segment record by record and calls `visit` for each record of each whole append. */
export function scan(bytes: Buffer, base: number, visit: (offset: number) => void): Scan {
  const pending: number[] = []
  let wholeEnd = SEGMENT_HEADER_LENGTH
  let at = SEGMENT_HEADER_LENGTH
  for (;;) {
    const length = validRecordLength(bytes, at, bytes.length, base + at)
    if (length === 0) return { wholeEnd, brokenAt: at }
    pending.push(at)
    const last = (flagsOf(bytes, at) & LAST_OF_APPEND) !== 0
    at += length
    if (last) {
      for (const offset of pending) visit(offset)
      pending.length = 0
      wholeEnd = at
    }
  }
}

/**
 * Reads a scavenged segment's file record by record and calls `visit` with the place of each in it and its position.
 * @throws LogDamagedError where one is not whole
 */
export function scanScavenged(
  segment: Segment,
  bytes: Buffer,
  visit: (place: number, position: number) => void,
): void {
  const { base, file, holes } = segment
  for (let place = recordsStart(holes); place < bytes.length;) {
    const position = base + segmentOffset(holes, place)
    const length = validRecordLength(bytes, place, bytes.length, position)
    if (length === 0) throw new LogDamagedError(file, place, 'a record that was acknowledged is not whole')
    visit(place, position)
    place += length
  }
}

/** Whether a record beyond `brokenAt` says that the log was on disk beyond it: then what broke was once whole. */
export function wasSyncedBeyond(bytes: Buffer, base: number, brokenAt: number): boolean {
  for (let at = brokenAt + 1; at < bytes.length; at++) {
    if (validRecordLength(bytes, at, bytes.length, base + at) > 0) {
      if (syncedToOf(bytes, at, base + at) > base + brokenAt) return true
    }
  }
  return false
}

/**
 * Opens the segments of a directory and fills the index from them. What follows the last acknowledged append and is not
 * whole is an append that a crash cut off: it is removed, and `report` says so.
 *
 * @param synced position up to which the log is known to have been on disk
 * @throws LogDamagedError where something is missing or broken that was acknowledged
 */
export function recover(
  directory: string,
  index: LogIndex,
  synced: number,
  report: (line: string) => void,
): RecoveredLog {
  const segments = openSegments(directory)
  let active = createEntryColumns()
  let lastPosition = -1
  let wasScavenged = false
  const add = (entry: IndexEntry, segment: Segment): void => {
    checkRevision(entry, segment)
    addEntry(index, entry)
    commitEntry(index, entry)
    addToColumns(active, entry, segment.base)
    lastPosition = entry.position
  }

  /** Only the beginning of a stream can have been scavenged. */
  function checkRevision({ stream, revision, tombstone, position }: IndexEntry, segment: Segment): void {
    const { streams } = index
    const expected = streams.decidedCount(stream)
    if (tombstone || revision === expected) return
    if (!wasScavenged || expected !== 0)
      throw new LogDamagedError(
        segment.file,
        position - segment.base,
        `revision ${revision} of ${streams.nameOf(stream)} stands where ${expected} belongs`,
      )
    streams.beginAt(stream, revision)
  }

  const newest = segments.at(-1)
  if (newest !== undefined && newest.length < SEGMENT_HEADER_LENGTH && newest.base >= synced) {
    // the crash came between the creation of the file and its first append
    fs.closeSync(newest.descriptor)
    fs.rmSync(newest.file)
    segments.pop()
  }

  for (const segment of segments) {
    active = createEntryColumns()
    const isLast = segment === segments.at(-1)
    if (segment.holes === undefined) checkHeader(segment)
    else wasScavenged = true
    if (
      !isLast &&
      readSegmentIndex(segment, index, (entry) => {
        add(entry, segment)
      })
    )
      continue

    const bytes = readSegment(segment, 0, fileLength(segment.holes, segment.length))
    if (segment.holes !== undefined) {
      scanScavenged(segment, bytes, (place, position) => {
        add(entryOf(index, bytes, place, position), segment)
      })
      if (!isLast) writeSegmentIndex(segment, active, (stream) => index.streams.nameOf(stream))
      continue
    }
    const { wholeEnd, brokenAt } = scan(bytes, segment.base, (offset) => {
      add(entryOf(index, bytes, offset, segment.base + offset), segment)
    })
    if (wholeEnd === segment.length) {
      if (!isLast) writeSegmentIndex(segment, active, (stream) => index.streams.nameOf(stream))
      continue
    }
    const acknowledged = segment.base + wholeEnd < synced || !isLast
    if (acknowledged || wasSyncedBeyond(bytes, segment.base, brokenAt)) {
      throw new LogDamagedError(segment.file, brokenAt, 'a record that was acknowledged is not whole')
    }
    fs.truncateSync(segment.file, wholeEnd)
    report(
      `Cut off ${segment.length - wholeEnd} bytes of an append that was never acknowledged: ` +
        `${path.basename(segment.file)}, byte ${wholeEnd}.`,
    )
    segment.length = wholeEnd
  }

  const last = segments.at(-1)
  const end = last === undefined ? 0 : last.base + last.length
  if (end < synced) {
    const file = last?.file ?? path.join(directory, '0000000000000000.log')
    throw new LogDamagedError(file, last?.length ?? 0, `the file ends here, ${synced - end} bytes too early`)
  }
  if (last !== undefined) syncFile(last.file)
  return { segments, active, lastPosition }
}

/** @throws LogDamagedError where the segment does not begin as one */
function checkHeader(segment: Segment): void {
  const header = readSegment(segment, 0, Math.min(segment.length, SEGMENT_HEADER_LENGTH))
  if (!isSegmentHeader(header, segment.base)) throw new LogDamagedError(segment.file, 0, 'no segment header')
}

/** What a killed process wrote but had not synced counts as written from now on. */
function syncFile(file: string): void {
  const descriptor = fs.openSync(file, 'r+')
  try {
    fs.fdatasyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
