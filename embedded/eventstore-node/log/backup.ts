import fs from 'node:fs'
import path from 'node:path'
import { BackupError, LogDamagedError } from './errors.ts'
import { openLog } from './log.ts'
import { fileLength } from './holes.ts'
import { openSegments, syncDirectory, type Segment } from './segment-files.ts'
import { encodeSyncedMarker, markerFile, readSyncedMarker } from './synced-marker.ts'
import { verifyLog, type LogReport } from './verify.ts'

export interface BackupProgress {
  readonly bytes: number
  readonly total: number
}

/**
 * Copies a log, also one that a node has open and appends to: all that was acknowledged when it began, and nothing of what
 * came later. It is a copy of files that only grow, up to the place that the log's own marker names, and that a scavenge
 * replaces but does not change, so that the node need not know of it. The copy appears under its name when it is whole, was checked record by record and was opened.
 *
 * @param source directory of the log
 * @param target directory of the copy, which must be missing or empty
 * @returns what the check of the copy found
 * @throws BackupError where there is no log, or something stands at the target already; LogDamagedError where the log is
 * damaged
 */
export async function backUpLog(
  source: string,
  target: string,
  progress: (progress: BackupProgress) => void = () => undefined,
): Promise<LogReport> {
  if (!fs.existsSync(source)) throw new BackupError(`There is no event log at ${source}.`)
  if (fs.existsSync(target) && fs.readdirSync(target).length > 0)
    throw new BackupError(`${target} is not empty: a backup takes a directory of its own.`)
  const partial = `${target}.partial`
  if (fs.existsSync(partial))
    throw new BackupError(`${partial} is there, from a backup that did not come to its end: remove it first.`)
  const { end, segments } = openAtOnce(source)
  try {
    fs.mkdirSync(partial, { recursive: true, mode: 0o700 })
    let bytes = 0
    const total = segments.reduce((sum, { copied }) => sum + copied, 0)
    for (const segment of segments) {
      copy(segment, path.join(partial, path.basename(segment.file)))
      copyIndex(source, partial, path.basename(segment.file))
      bytes += segment.copied
      progress({ bytes, total })
    }
    writeSynced(markerFile(partial), encodeSyncedMarker(end))
    syncDirectory(partial)
    const report = await check(partial)
    if (fs.existsSync(target)) fs.rmdirSync(target)
    fs.renameSync(partial, target)
    syncDirectory(path.dirname(path.resolve(target)))
    return report
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true })
    throw error
  } finally {
    closeAll(segments)
  }
}

/** Position up to which all is on disk and acknowledged. */
function acknowledgedEnd(source: string): number {
  // it is written while it is read, seldom
  for (let attempt = 0; attempt < 100; attempt++) {
    const position = readSyncedMarker(source)
    if (position !== undefined) return position
  }
  throw new BackupError(
    `${markerFile(source)} is harmed, so that nobody can tell up to where the log was acknowledged. ` +
      'Start the node, which writes it anew, and try again.',
  )
}

/** A segment of which the first bytes are to be copied. */
interface CopiedSegment extends Segment {
  readonly copied: number
}

const closeAll = (segments: readonly Segment[]): void => {
  for (const { descriptor } of segments) fs.closeSync(descriptor)
}

const isOpenFile = ({ file, descriptor }: Segment): boolean =>
  fs.statSync(file).ino === fs.fstatSync(descriptor).ino

const ATTEMPTS = 20
const COPIED_AT_ONCE = 1 << 20

/**
 * Opens the segments as they all were at one instant, and then asks for the end: so it covers the metadata by which a
 * scavenge had removed anything from them.
 *
 * @throws LogDamagedError where they end before what was acknowledged
 */
function openAtOnce(source: string): { end: number; segments: CopiedSegment[] } {
  for (let attempt = 1; ; attempt++) {
    const segments = openSegments(source)
    const end = acknowledgedEnd(source)
    const last = segments.at(-1)
    const size = last === undefined ? 0 : fs.fstatSync(last.descriptor).size
    // there may be a segment more by now
    const missing = end - (last?.base ?? 0) - size
    if (missing <= 0 && segments.every(isOpenFile)) return { end, segments: copiedBefore(end, segments) }
    closeAll(segments)
    if (attempt < ATTEMPTS) continue
    if (missing <= 0) throw new BackupError(`The files of ${source} are replaced all the time: try again.`)
    throw new LogDamagedError(last?.file ?? source, size, `the file ends here, ${missing} bytes too early`)
  }
}

function copiedBefore(end: number, segments: readonly Segment[]): CopiedSegment[] {
  closeAll(segments.filter(({ base }) => base >= end))
  return segments
    .filter(({ base }) => base < end)
    .map((segment, at) => {
      const { base, length, holes } = segment
      const isLast = at === segments.length - 1
      // the newest one grows, and only its beginning is sure to be acknowledged
      return { ...segment, copied: fileLength(holes, isLast ? end - base : Math.min(length, end - base)) }
    })
}

function copy({ descriptor, file, copied }: CopiedSegment, to: string): void {
  const target = fs.openSync(to, 'wx', 0o600)
  try {
    const buffer = Buffer.allocUnsafe(COPIED_AT_ONCE)
    for (let at = 0; at < copied;) {
      const got = fs.readSync(descriptor, buffer, 0, Math.min(buffer.length, copied - at), at)
      if (got === 0) throw new LogDamagedError(file, at, `the file ends here, ${copied - at} bytes too early`)
      for (let from = 0; from < got;) from += fs.writeSync(target, buffer, from, got - from)
      at += got
    }
    fs.fsyncSync(target)
  } finally {
    fs.closeSync(target)
  }
}

/** The index of a segment saves reading it at the next start; one that is not there yet is made then. */
function copyIndex(source: string, target: string, segment: string): void {
  const index = path.join(source, `${segment}.index`)
  if (fs.existsSync(index)) fs.copyFileSync(index, path.join(target, `${segment}.index`))
}

function writeSynced(file: string, content: Buffer): void {
  fs.writeFileSync(file, content, { mode: 0o600, flush: true })
}

/** Opens the copy as a node would, after each record of it was looked at. */
async function check(directory: string): Promise<LogReport> {
  const report = verifyLog(directory)
  const [problem] = report.problems.filter(({ losesEvents }) => losesEvents)
  if (problem !== undefined) throw new LogDamagedError(problem.file, problem.offset, problem.reason)
  const log = openLog({ directory })
  await log.close()
  return report
}
