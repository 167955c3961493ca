import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { LogDamagedError } from './errors.ts'
import { createHoles, encodeHoles, fileLength, recordsStart, segmentOffset, type Holes } from './holes.ts'
import { entryOf, type LogIndex } from './log-index.ts'
import type { LogStore } from './log-store.ts'
import type { RecordReader } from './reader.ts'
import { validRecordLength } from './record.ts'
import { SCAVENGING_SUFFIX, syncDirectory, type Segment } from './segment-files.ts'
import { addToColumns, createEntryColumns, writeSegmentIndex, type EntryColumns } from './segment-index.ts'

/** What the scavenge of one segment came to. */
export interface ScavengedSegment {
  /** Number of the segment, from 0, and how many there are to be looked at. */
  readonly number: number
  readonly of: number
  /** Events removed now, and bytes that the file became shorter by. */
  readonly events: number
  readonly bytes: number
  readonly milliseconds: number
}

/** How a scavenge goes about it, in the terms of EventStoreDB. */
export interface ScavengeHow {
  /** The least weight that a segment must have to be written anew: twice the events that would go. Default: any. */
  readonly threshold?: number | undefined
  /** Share of the time that it works, from 1 to 100; it rests for the others behind each segment. Default: 100. */
  readonly throttlePercent?: number | undefined
  /** Rests for so many milliseconds, or until it is told to end. Default: a timer. */
  readonly rest?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined
}

export interface ScavengeContext {
  readonly index: LogIndex
  readonly store: LogStore
  readonly records: RecordReader
  /** The segments that take no more appends. */
  sealed(): readonly Segment[]
}

/** Runs one scavenge at a time. */
export interface LogScavenger {
  /** See `scavengeSegments`. */
  run(signal: AbortSignal, each: (segment: ScavengedSegment) => void, how?: ScavengeHow): Promise<void>
  /** Ends the one that runs, and resolves when it has ended. */
  close(): Promise<void>
}

export function createScavenger(context: ScavengeContext): LogScavenger {
  const closing = new AbortController()
  let running: Promise<void> | undefined
  return {
    run(signal, each, how = {}) {
      if (running !== undefined) return Promise.reject(new Error('A scavenge runs already.'))
      running = scavengeSegments(context, AbortSignal.any([signal, closing.signal]), each, how).finally(
        () => {
          running = undefined
        },
      )
      return running
    },
    async close() {
      closing.abort()
      // whoever began it is told how it ended
      await running?.catch(() => undefined)
    },
  }
}

/** What is left of a segment, and what goes. */
interface Sifted {
  readonly holes: Holes
  /** Ranges of the file as it is that stay. */
  readonly kept: readonly { readonly start: number; readonly end: number }[]
  readonly columns: EntryColumns
  /** Of each stream that loses events, the first revision that goes, and the first that stays. */
  readonly firstGone: ReadonlyMap<number, number>
  readonly firstKept: ReadonlyMap<number, number>
  readonly events: number
}

/** Records looked at before others get their turn. */
const AT_ONCE = 1000
const read = promisify(fs.read)
const writev = promisify(fs.writev)
const fsync = promisify(fs.fsync)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const untilToldToEnd = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })

/**
 * Removes from the disk, segment by segment, the events that nobody can read any more in their streams: those that `$tb`,
 * `$maxCount`, `$maxAge` and a soft delete hide, but for a stream's last one, which says how far its revisions went; and all
 * of a tombstoned stream but its tombstone. Positions and revisions of what is left stay what they were.
 *
 * A segment is written anew beside the old file, synced, and put into its place by one renaming: a crash leaves one or the
 * other. Segments come in the order of the log, so that a stream only ever loses its beginning, also where this ends early;
 * for the same reason, what a segment keeps that is below the threshold has the later ones keep what is behind it.
 *
 * @param signal ends it before the next segment, or within one, which stays as it is then
 * @throws LogDamagedError for a segment with a record that is not whole, which stays as it is; the system's error where the
 *   disk refuses a file
 */
async function scavengeSegments(
  context: ScavengeContext,
  signal: AbortSignal,
  each: (segment: ScavengedSegment) => void,
  { threshold = 0, throttlePercent = 100, rest = untilToldToEnd }: ScavengeHow,
): Promise<void> {
  const segments = context.sealed()
  const bounds = createFirstReadable(context)
  for (const [number, segment] of segments.entries()) {
    if (signal.aborted) return
    const began = performance.now()
    const bytes = await readFile(segment)
    const sifted = await sift(context, bounds.firstReadable, segment, bytes, signal)
    if (sifted === undefined) return
    const isWorthIt = sifted.events > 0 && 2 * sifted.events >= threshold
    if (!isWorthIt) bounds.keepFrom(sifted.firstGone)
    const saved = isWorthIt ? await rewrite(context, segment, bytes, sifted) : 0
    const milliseconds = performance.now() - began
    const events = isWorthIt ? sifted.events : 0
    each({ number, of: segments.length, events, bytes: saved, milliseconds })
    if (throttlePercent < 100) await rest((milliseconds * (100 - throttlePercent)) / throttlePercent, signal)
  }
}

async function readFile({ file, descriptor, length, holes }: Segment): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(fileLength(holes, length))
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await read(descriptor, bytes, at, Math.min(bytes.length - at, 1 << 20), at)
    if (bytesRead === 0) throw new LogDamagedError(file, at, 'the file ends too early')
    at += bytesRead
  }
  return bytes
}

/** Looks at each record of a segment; undefined where it was told to end. */
async function sift(
  { index }: ScavengeContext,
  firstReadable: (stream: number) => number,
  segment: Segment,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<Sifted | undefined> {
  const { base, file } = segment
  const columns = createEntryColumns()
  const firstGone = new Map<number, number>()
  const firstKept = new Map<number, number>()
  const gone = holeRanges(segment.holes)
  const kept: { start: number; end: number }[] = []
  let events = 0
  let looked = 0
  for (let place = recordsStart(segment.holes); place < bytes.length;) {
    const position = base + segmentOffset(segment.holes, place)
    const length = validRecordLength(bytes, place, bytes.length, position)
    if (length === 0) throw new LogDamagedError(file, place, `no whole record at position ${position}`)
    const entry = entryOf(index, bytes, place, position)
    if (!entry.tombstone && entry.revision < firstReadable(entry.stream)) {
      gone.push({ start: position - base, length })
      if (!firstGone.has(entry.stream)) firstGone.set(entry.stream, entry.revision)
      firstKept.set(entry.stream, entry.revision + 1)
      events++
    } else {
      addToColumns(columns, entry, base)
      keep(kept, place, length)
    }
    place += length
    if (++looked % AT_ONCE === 0) {
      await turn()
      if (signal.aborted) return undefined
    }
  }
  gone.sort((a, b) => a.start - b.start)
  return { holes: createHoles(gone), kept, columns, firstGone, firstKept, events }
}

function keep(kept: { start: number; end: number }[], place: number, length: number): void {
  const last = kept.at(-1)
  if (last?.end === place) last.end += length
  else kept.push({ start: place, end: place + length })
}

const holeRanges = (holes: Holes | undefined): { start: number; length: number }[] =>
  [...(holes?.starts ?? [])].map((start, at) => ({ start, length: holes?.lengths[at] ?? 0 }))

/** From where on streams have to stay. */
interface Bounds {
  readonly firstReadable: (stream: number) => number
  /** All that is behind these revisions stays, too. */
  keepFrom(revisions: ReadonlyMap<number, number>): void
}

/**
 * The first revision of a stream that has to stay. It stays the same all through a scavenge, however much more is hidden
 * meanwhile: else a later segment would lose events behind some that an earlier one has kept.
 */
function createFirstReadable({ index: { streams }, records }: ScavengeContext): Bounds {
  const known = new Float64Array(streams.count).fill(NaN)
  return {
    firstReadable(stream) {
      let first = known[stream] ?? NaN
      if (Number.isNaN(first)) {
        first = streams.isTombstoneCommitted(stream)
          ? Infinity
          : Math.min(
              records.firstReadableRevision(streams.nameOf(stream)),
              streams.committedCount(stream) - 1,
            )
        known[stream] = first
      }
      return first
    },
    keepFrom(revisions) {
      for (const [stream, revision] of revisions) known[stream] = revision
    },
  }
}

/** @returns how many bytes the file is shorter */
async function rewrite(
  { index, store }: ScavengeContext,
  segment: Segment,
  bytes: Buffer,
  { holes, kept, columns, firstKept }: Sifted,
): Promise<number> {
  const { base, file, length } = segment
  const written = `${file}${SCAVENGING_SUFFIX}`
  const descriptor = fs.openSync(written, 'wx+', 0o600)
  try {
    const parts = [
      encodeHoles(base, length, holes),
      ...kept.map(({ start, end }) => bytes.subarray(start, end)),
    ]
    await writeAll(descriptor, parts)
    await fsync(descriptor)
    fs.renameSync(written, file)
  } catch (error) {
    fs.closeSync(descriptor)
    fs.rmSync(written, { force: true })
    throw error
  }
  // from here on this is the segment, to this process and to the next
  const scavenged: Segment = { base, file, length, descriptor, holes }
  store.replace(scavenged)
  for (const [stream, revision] of firstKept) index.streams.forgetBefore(stream, revision)
  // the next one must not come to the disk before this one: a stream would lose its middle
  syncDirectory(path.dirname(file))
  writeSegmentIndex(scavenged, columns, (stream) => index.streams.nameOf(stream))
  return bytes.length - fileLength(holes, length)
}

const PARTS_AT_ONCE = 1000

async function writeAll(descriptor: number, parts: readonly Buffer[]): Promise<void> {
  let at = 0
  for (let first = 0; first < parts.length; first += PARTS_AT_ONCE) {
    let rest = parts.slice(first, first + PARTS_AT_ONCE)
    while (rest.length > 0) {
      const { bytesWritten } = await writev(descriptor, rest, at)
      at += bytesWritten
      rest = without(rest, bytesWritten)
    }
  }
}

/** What is left of the parts behind their first bytes. */
function without(parts: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes
  const rest: Buffer[] = []
  for (const part of parts) {
    if (left >= part.length) left -= part.length
    else {
      rest.push(part.subarray(left))
      left = 0
    }
  }
  return rest
}
