import fs from 'node:fs'
import { promisify } from 'node:util'
import { BLOCK_LENGTH, createBlockCache } from './block-cache.ts'
import { LogDamagedError, LogWriteError } from './errors.ts'
import { fileLength, fileOffset, holeEnd } from './holes.ts'
import { HEADER_LENGTH, MAX_RECORD_LENGTH, validRecordLength } from './record.ts'
import { readSegment, segmentFile, syncDirectory, type Segment } from './segment-files.ts'
import { SEGMENT_HEADER_LENGTH, writeSegmentHeader } from './segment-header.ts'
import type { SyncedMarker } from './synced-marker.ts'
import { createTail, type TailChunk } from './tail.ts'

/** Where a record was found; valid until the next call of the store. */
export interface Located {
  buffer: Buffer
  offset: number
  length: number
}

/** The bytes of the log: in memory only, or in segment files with the newest part in memory too. */
export interface LogStore {
  /** Position past what was reserved. */
  readonly end: number
  /** Position up to which the log is on disk. */
  readonly synced: number
  /** Room for a whole append. Begins a new segment where the current one is full. */
  reserve(bytes: number): TailChunk
  advance(bytes: number): void
  /** Writes all that was reserved up to now and resolves with its end when it is on disk. */
  flush(): Promise<number>
  /**
   * The record at `position`.
   * @throws LogDamagedError where it is not whole
   */
  locate(position: number): Located
  /** The record at `position`, or undefined where none begins. */
  tryLocate(position: number): Located | undefined
  /** The first position at or after `position` where a record can lie: past a segment's header, and past what was removed. */
  skipToRecord(position: number): number
  /** Whether a scavenge removed what was at `position`. */
  isRemoved(position: number): boolean
  /** Has the next append begin a new segment, where the current one is not very short. */
  endSegment(): void
  /** Reads from another file of a segment from now on. */
  replace(segment: Segment): void
  close(): void
}

export interface SegmentedStore {
  readonly directory: string
  readonly segments: Segment[]
  readonly marker: SyncedMarker
  readonly segmentLength: number
}

const TAIL_KEPT = 8 * 1024 * 1024
const CACHED_BLOCKS = 256
/** Part of a segment's length below which it is not ended early: each costs a file. */
const SHORT = 1 / 32
const write = promisify(fs.write)
const SYNCED_WRITES = fs.constants.O_RDWR | fs.constants.O_DSYNC

/** @param files where the log lies; undefined keeps it in memory */
export function createLogStore(files: SegmentedStore | undefined): LogStore {
  const last = files?.segments.at(-1)
  const tail = createTail(last === undefined ? 0 : last.base + last.length)
  const cache = createBlockCache(CACHED_BLOCKS)
  const located: Located = { buffer: Buffer.alloc(0), offset: 0, length: 0 }
  let segmentBase = last?.base ?? 0
  let synced = tail.end
  let endsSegment = false
  let writable = last === undefined ? undefined : fs.openSync(last.file, SYNCED_WRITES)

  if (tail.end === 0) reserveSegment(0)

  function reserveSegment(bytes: number): TailChunk {
    segmentBase = tail.end
    endsSegment = false
    const chunk = tail.reserve(SEGMENT_HEADER_LENGTH + bytes, true)
    writeSegmentHeader(chunk.buffer, chunk.used, segmentBase)
    tail.advance(SEGMENT_HEADER_LENGTH)
    return chunk
  }

  function startSegmentFile(target: SegmentedStore, base: number): void {
    const file = segmentFile(target.directory, base)
    if (writable !== undefined) fs.closeSync(writable)
    writable = fs.openSync(file, SYNCED_WRITES | fs.constants.O_CREAT | fs.constants.O_EXCL, 0o600)
    syncDirectory(target.directory)
    target.segments.push({ base, file, length: 0, descriptor: fs.openSync(file, 'r'), holes: undefined })
  }

  async function writeTo(target: SegmentedStore, end: number): Promise<void> {
    while (synced < end) {
      const chunk = tail.chunkAt(synced)
      if (chunk.startsSegment && chunk.base === synced) startSegmentFile(target, synced)
      const segment = target.segments.at(-1)
      if (segment === undefined || writable === undefined) throw new RangeError('no segment to write to')
      const to = Math.min(end, chunk.base + chunk.used)
      for (let at = synced; at < to;) {
        const { bytesWritten } = await write(
          writable,
          chunk.buffer,
          at - chunk.base,
          to - at,
          at - segment.base,
        )
        at += bytesWritten
      }
      synced = to
      segment.length = to - segment.base
    }
    target.marker.set(end)
    tail.forget(end, TAIL_KEPT)
  }

  function segmentAt(position: number): Segment {
    const segments = files?.segments ?? []
    let low = 0
    let high = segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((segments[middle]?.base ?? 0) <= position) low = middle
      else high = middle - 1
    }
    const segment = segments[low]
    if (segment === undefined) throw new RangeError(`no segment holds position ${position}`)
    return segment
  }

  function found(buffer: Buffer, offset: number, length: number): Located {
    located.buffer = buffer
    located.offset = offset
    located.length = length
    return located
  }

  function locateInFile(segment: Segment, position: number): Located | undefined {
    const inSegment = position - segment.base
    if (segment.holes !== undefined && holeEnd(segment.holes, inSegment) > inSegment) return undefined
    const inFile = fileOffset(segment.holes, inSegment)
    const size = fileLength(segment.holes, segment.length)
    const block = cache.block(segment, inFile)
    const offset = inFile % BLOCK_LENGTH
    const length = validRecordLength(block, offset, block.length, position)
    if (length > 0) return found(block, offset, length)
    // it may go on in the next block
    if (inFile + HEADER_LENGTH > size) return undefined
    const declared = readSegment(segment, inFile, 4).readUInt32LE(0)
    if (declared < HEADER_LENGTH || declared > MAX_RECORD_LENGTH || inFile + declared > size) return undefined
    if (offset + declared <= block.length) return undefined
    const record = readSegment(segment, inFile, declared)
    return validRecordLength(record, 0, declared, position) > 0 ? found(record, 0, declared) : undefined
  }

  function tryLocate(position: number): Located | undefined {
    if (position >= tail.start) {
      const chunk = tail.chunkAt(position)
      const offset = position - chunk.base
      const length = validRecordLength(chunk.buffer, offset, chunk.used, position)
      return length > 0 ? found(chunk.buffer, offset, length) : undefined
    }
    return locateInFile(segmentAt(position), position)
  }

  return {
    get end() {
      return tail.end
    },
    get synced() {
      return synced
    },
    reserve(bytes) {
      const full =
        files !== undefined && (endsSegment || tail.end - segmentBase + bytes > files.segmentLength)
      return full && tail.end - segmentBase > SEGMENT_HEADER_LENGTH
        ? reserveSegment(bytes)
        : tail.reserve(bytes, false)
    },
    advance: (bytes) => {
      tail.advance(bytes)
    },
    async flush() {
      const end = tail.end
      if (files === undefined) {
        synced = end
        return end
      }
      try {
        await writeTo(files, end)
      } catch (error) {
        throw new LogWriteError(files.segments.at(-1)?.file ?? files.directory, error)
      }
      return end
    },
    locate(position) {
      const record = tryLocate(position)
      if (record !== undefined) return record
      if (files === undefined || position >= tail.start)
        throw new RangeError(`no record at position ${position}`)
      const segment = segmentAt(position)
      throw new LogDamagedError(
        segment.file,
        position - segment.base,
        `no whole record at position ${position}`,
      )
    },
    tryLocate,
    skipToRecord(position) {
      if (files === undefined) return Math.max(position, SEGMENT_HEADER_LENGTH)
      let at = position
      for (;;) {
        if (at >= tail.start) return Math.max(at, tailSegment(at) + SEGMENT_HEADER_LENGTH)
        const { base, holes } = segmentAt(at)
        const offset = Math.max(at - base, SEGMENT_HEADER_LENGTH)
        const next = base + (holes === undefined ? offset : holeEnd(holes, offset))
        if (next === at) return at
        at = next
      }
    },
    isRemoved(position) {
      if (position >= tail.start) return false
      const { base, holes } = segmentAt(position)
      return holes !== undefined && holeEnd(holes, position - base) > position - base
    },
    endSegment() {
      endsSegment = tail.end - segmentBase > (files?.segmentLength ?? 0) * SHORT
    },
    replace(segment) {
      const segments = files?.segments ?? []
      const at = segments.findIndex(({ base }) => base === segment.base)
      const old = segments[at]
      if (old === undefined) throw new RangeError(`no segment begins at ${segment.base}`)
      segments[at] = segment
      cache.forget(old)
      fs.closeSync(old.descriptor)
      // its records may be in memory, too
      tail.forget(segment.base + segment.length, 0)
    },
    close() {
      if (writable !== undefined) fs.closeSync(writable)
      writable = undefined
      for (const segment of files?.segments ?? []) fs.closeSync(segment.descriptor)
      cache.clear()
    },
  }

  /** Base of the segment of a position that is in memory, whose file may not be there yet. */
  function tailSegment(position: number): number {
    const { chunks } = tail
    for (let index = chunks.length - 1; index >= 0; index--) {
      const chunk = chunks[index]
      if (chunk?.startsSegment === true && chunk.base <= position) return chunk.base
    }
    return segmentAt(position).base
  }
}
