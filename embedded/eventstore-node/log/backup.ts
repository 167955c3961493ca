import fs from 'node:fs'
import path from 'node:path'
import { BackupError, LogDamagedError } from './errors.ts'
import { openLog } from './log.ts'
import { syncDirectory } from './segment-files.ts'
import { encodeSyncedMarker, markerFile, readSyncedMarker } from './synced-marker.ts'
import { verifyLog, type LogReport } from './verify.ts'

export interface BackupProgress {
  readonly bytes: number
  readonly total: number
}

/**
 * Copies a log, also one that a node has open and appends to: all that was acknowledged when it began, and nothing of what
 * came later. It is a copy of files that only grow, up to the place that the log's own marker names, so that the node need
 * not know of it. The copy appears under its name when it is whole, was checked record by record and was opened.
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
  const end = acknowledgedEnd(source)
  fs.mkdirSync(partial, { recursive: true, mode: 0o700 })
  try {
    const segments = segmentsBefore(source, end)
    let bytes = 0
    for (const { name, length } of segments) {
      copy(path.join(source, name), path.join(partial, name), length)
      copyIndex(source, partial, name)
      bytes += length
      progress({ bytes, total: end })
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

function segmentsBefore(source: string, end: number): { name: string; length: number }[] {
  const bases = fs
    .readdirSync(source)
    .filter((name) => /^\d{16}\.log$/.test(name))
    .map((name) => ({ name, base: Number.parseInt(name, 10) }))
    .filter(({ base }) => base < end)
    .sort((a, b) => a.base - b.base)
  return bases.map(({ name, base }, at) => ({ name, length: (bases[at + 1]?.base ?? end) - base }))
}

/**
 * Copies the first `length` bytes, as a clone that takes no room of its own where the file system can do that.
 * @throws LogDamagedError where the file is shorter than it should be
 */
function copy(from: string, to: string, length: number): void {
  const { size } = fs.statSync(from)
  if (size < length)
    throw new LogDamagedError(from, size, `the file ends here, ${length - size} bytes too early`)
  fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE | fs.constants.COPYFILE_EXCL)
  const target = fs.openSync(to, 'r+')
  try {
    fs.ftruncateSync(target, length)
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
